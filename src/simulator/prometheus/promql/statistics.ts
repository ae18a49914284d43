/** A sum that keeps what rounding would lose (Neumaier), as Prometheus does. */
export function sum(values: readonly number[]): number {
  let [total, lost] = [0, 0];
  for (const value of values) {
    const next = total + value;
    if (Number.isFinite(next)) lost += Math.abs(total) >= Math.abs(value) ? total - next + value : value - next + total;
    total = next;
  }
  return Number.isFinite(total) ? total + lost : total;
}

export function mean(values: readonly number[]): number {
  return sum(values) / values.length;
}

/** Of the whole population, not of a sample of it. */
export function variance(values: readonly number[]): number {
  const middle = mean(values);
  return sum(values.map((value) => (value - middle) ** 2)) / values.length;
}

/** Between two neighbours the value is interpolated; beyond 0 and 1 it is infinite. */
export function quantile(q: number, values: readonly number[]): number {
  if (values.length === 0 || Number.isNaN(q)) return Number.NaN;
  if (q < 0) return Number.NEGATIVE_INFINITY;
  if (q > 1) return Number.POSITIVE_INFINITY;
  const sorted = values.toSorted(compareNumbers);
  const rank = q * (sorted.length - 1);
  const low = Math.max(0, Math.floor(rank));
  const [below, above] = [sorted[low] ?? Number.NaN, sorted[Math.min(sorted.length - 1, low + 1)] ?? Number.NaN];
  const weight = rank - Math.floor(rank);
  return below * (1 - weight) + above * weight;
}

/** In order, and what is no number first. */
export function compareNumbers(a: number, b: number): number {
  if (Number.isNaN(a) || Number.isNaN(b)) return Number(Number.isNaN(b)) - Number(Number.isNaN(a));
  return a - b;
}
