const suffixes = ['', 'k', 'M', 'G', 'T', 'P'] as const;

/** A number as people read it: three significant digits, thousands as k, M, G. */
export function compactNumber(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf';
  const size = Math.abs(value);
  if (size !== 0 && size < 0.001) return trimmed(value.toExponential(1));
  const power = size < 1000 ? 0 : Math.min(suffixes.length - 1, Math.floor(Math.log10(size) / 3));
  const scaled = value / 1000 ** power;
  const digits = Math.abs(scaled) >= 100 ? 0 : Math.abs(scaled) >= 10 ? 1 : 2;
  const rounded = scaled.toFixed(size < 0.1 ? 3 : digits);
  // 999.9 becomes 1000, which is 1k.
  if (Math.abs(Number(rounded)) >= 1000 && power < suffixes.length - 1)
    return `${trimmed((Number(rounded) / 1000).toFixed(2))}${suffixes[power + 1]}`;
  return `${trimmed(rounded)}${suffixes[power]}`;
}

function trimmed(text: string): string {
  return text.replace(/(\.\d*?)0+(?=$|e)/, '$1').replace(/\.(?=$|e)/, '');
}

/** With its unit behind it, which stands close only where it is a sign. */
export function withUnit(value: number, unit: string | undefined): string {
  return unit === undefined || unit === '' ? compactNumber(value) : `${compactNumber(value)} ${unit}`;
}
