/** The labels of a series, sorted by name. A map, because `__proto__` is a label name like any other. */
export type Labels = ReadonlyMap<string, string>;

export const nameLabel = '__name__';

/** Labels from names and values in any order. An empty value is the same as no label. */
export function labelsOf(entries: Iterable<readonly [string, string]>): Labels {
  return new Map([...entries].filter(([, value]) => value !== '').toSorted(([a], [b]) => compareText(a, b)));
}

export const noLabels: Labels = new Map();

/** The same text for the same labels, and never for others. */
export function keyOf(labels: Labels): string {
  return JSON.stringify([...labels]);
}

export function withoutName(labels: Labels): Labels {
  return labels.has(nameLabel) ? without(labels, [nameLabel]) : labels;
}

export function without(labels: Labels, names: readonly string[]): Labels {
  return new Map([...labels].filter(([name]) => !names.includes(name)));
}

export function only(labels: Labels, names: readonly string[]): Labels {
  return new Map([...labels].filter(([name]) => names.includes(name)));
}

export function withLabel(labels: Labels, name: string, value: string): Labels {
  return labelsOf(new Map([...labels, [name, value]]));
}

/** As Prometheus writes a series in its messages: `{__name__="up", job="a"}`. */
export function describeLabels(labels: Labels): string {
  return `{${[...labels].map(([name, value]) => `${name}=${JSON.stringify(value)}`).join(', ')}}`;
}

const nothing: readonly [string, string] = ['', ''];

export function compareLabels(a: Labels, b: Labels): number {
  const [left, right] = [[...a], [...b]];
  for (let index = 0; index < Math.min(left.length, right.length); index += 1) {
    const [[leftName, leftValue], [rightName, rightValue]] = [left[index] ?? nothing, right[index] ?? nothing];
    const order = compareText(leftName, rightName) || compareText(leftValue, rightValue);
    if (order !== 0) return order;
  }
  return left.length - right.length;
}

export function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/** Prometheus: what a label may be called in PromQL's own functions. */
export function isLabelName(name: string): boolean {
  return /^[a-zA-Z_][a-zA-Z0-9_]*$/.test(name);
}
