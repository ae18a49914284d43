/** A number as Go's strconv writes it with the fewest digits, and as Prometheus sends it. */
export function formatFloat(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf';
  if (Object.is(value, -0)) return '-0';
  // Go writes at least two digits of exponent. Both change to it below 1e-6 and from 1e21.
  return String(value).replace(/e([+-])(\d)$/, 'e$10$2');
}

/** The same without an exponent, however long it gets: so are scalars sent, and labels made of numbers. */
export function formatPlain(value: number): string {
  if (!Number.isFinite(value) || value === 0) return formatFloat(value);
  const [, sign = '', whole = '', rest = '', power = '0'] = /^(-?)(\d)(?:\.(\d+))?e([+-]\d+)$/.exec(value.toExponential()) ?? [];
  const digits = whole + rest;
  const point = Number(power) + 1;
  if (point <= 0) return `${sign}0.${'0'.repeat(-point)}${digits}`;
  const left = digits.slice(0, point).padEnd(point, '0');
  return digits.length > point ? `${sign}${left}.${digits.slice(point)}` : `${sign}${left}`;
}

/** A moment in seconds, as Prometheus sends it: three decimals, or none. */
export function formatSeconds(ms: number): string {
  const whole = Math.trunc(ms / 1000);
  const rest = Math.abs(Math.round(ms) % 1000);
  return rest === 0 ? String(whole) : `${whole}.${String(rest).padStart(3, '0')}`;
}
