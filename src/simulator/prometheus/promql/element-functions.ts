/** A function of one value, and of scalars besides it. */
export type ElementFunction = (value: number, scalars: readonly number[]) => number;

const degrees = 180 / Math.PI;
const bound = (scalars: readonly number[], index: number) => scalars[index] ?? Number.NaN;

export const elementFunctions: Readonly<Record<string, ElementFunction>> = {
  abs: Math.abs,
  acos: Math.acos,
  acosh: Math.acosh,
  asin: Math.asin,
  asinh: Math.asinh,
  atan: Math.atan,
  atanh: Math.atanh,
  ceil: Math.ceil,
  clamp: (value, scalars) => Math.max(bound(scalars, 0), Math.min(bound(scalars, 1), value)),
  clamp_max: (value, scalars) => Math.min(bound(scalars, 0), value),
  clamp_min: (value, scalars) => Math.max(bound(scalars, 0), value),
  cos: Math.cos,
  cosh: Math.cosh,
  deg: (value) => value * degrees,
  exp: Math.exp,
  floor: Math.floor,
  ln: Math.log,
  log10: Math.log10,
  log2: Math.log2,
  rad: (value) => value / degrees,
  round: (value, scalars) => roundTo(value, scalars[0] ?? 1),
  sgn: Math.sign,
  sin: Math.sin,
  sinh: Math.sinh,
  sqrt: Math.sqrt,
  tan: Math.tan,
  tanh: Math.tanh,
};

/** Halves are rounded up. The inverse is what Prometheus multiplies by, which differs in the last digits. */
function roundTo(value: number, to: number): number {
  const inverse = 1 / to;
  return Math.floor(value * inverse + 0.5) / inverse;
}

const day = 86_400_000;

/** What a moment in unix seconds is in the calendar of UTC. */
export const calendarFunctions: Readonly<Record<string, (seconds: number) => number>> = {
  day_of_month: (seconds) => dateOf(seconds).getUTCDate(),
  day_of_week: (seconds) => dateOf(seconds).getUTCDay(),
  day_of_year: (seconds) => {
    const date = dateOf(seconds);
    return Math.floor((date.getTime() - Date.UTC(date.getUTCFullYear(), 0, 1)) / day) + 1;
  },
  days_in_month: (seconds) => {
    const date = dateOf(seconds);
    return new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();
  },
  hour: (seconds) => dateOf(seconds).getUTCHours(),
  minute: (seconds) => dateOf(seconds).getUTCMinutes(),
  month: (seconds) => dateOf(seconds).getUTCMonth() + 1,
  year: (seconds) => dateOf(seconds).getUTCFullYear(),
};

function dateOf(seconds: number): Date {
  return new Date(Math.trunc(seconds) * 1000);
}
