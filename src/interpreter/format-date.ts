const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const MONTHS = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December'];

const two = (value: number): string => String(value).padStart(2, '0');
const spaced = (value: number): string => String(value).padStart(2, ' ');
const dayOfYear = (date: Date): number => Math.floor((date.getTime() - Date.UTC(date.getUTCFullYear(), 0, 1)) / 86_400_000) + 1;
const hour12 = (date: Date): number => date.getUTCHours() % 12 || 12;

const fields: Readonly<Record<string, (date: Date) => string>> = {
  Y: (date) => String(date.getUTCFullYear()),
  y: (date) => two(date.getUTCFullYear() % 100),
  m: (date) => two(date.getUTCMonth() + 1),
  d: (date) => two(date.getUTCDate()),
  e: (date) => spaced(date.getUTCDate()),
  H: (date) => two(date.getUTCHours()),
  k: (date) => spaced(date.getUTCHours()),
  I: (date) => two(hour12(date)),
  l: (date) => spaced(hour12(date)),
  M: (date) => two(date.getUTCMinutes()),
  S: (date) => two(date.getUTCSeconds()),
  N: (date) => `${String(date.getUTCMilliseconds()).padStart(3, '0')}000000`,
  s: (date) => String(Math.floor(date.getTime() / 1000)),
  p: (date) => (date.getUTCHours() < 12 ? 'AM' : 'PM'),
  A: (date) => DAYS[date.getUTCDay()] ?? '',
  a: (date) => (DAYS[date.getUTCDay()] ?? '').slice(0, 3),
  B: (date) => MONTHS[date.getUTCMonth()] ?? '',
  b: (date) => (MONTHS[date.getUTCMonth()] ?? '').slice(0, 3),
  h: (date) => (MONTHS[date.getUTCMonth()] ?? '').slice(0, 3),
  j: (date) => String(dayOfYear(date)).padStart(3, '0'),
  u: (date) => String(date.getUTCDay() || 7),
  w: (date) => String(date.getUTCDay()),
  Z: () => 'UTC',
  z: () => '+0000',
  ':z': () => '+00:00',
  n: () => '\n',
  t: () => '\t',
  '%': () => '%',
};

const shorthands: Readonly<Record<string, string>> = {
  F: '%Y-%m-%d',
  T: '%H:%M:%S',
  R: '%H:%M',
  D: '%m/%d/%y',
  c: '%a %b %e %H:%M:%S %Y',
  x: '%m/%d/%y',
  X: '%H:%M:%S',
};

/** A moment in UTC by a format of `date +FORMAT`. Unknown letters stay as they are written. */
export function formatDate(date: Date, format: string): string {
  return format.replace(/%([-_]?)(3N|:z|[A-Za-z%])/g, (whole, pad: string, letter: string) => {
    if (letter === '3N') return String(date.getUTCMilliseconds()).padStart(3, '0');
    const long = shorthands[letter];
    if (long !== undefined) return formatDate(date, long);
    const text = fields[letter]?.(date);
    if (text === undefined) return whole;
    return pad === '-' ? text.replace(/^[ 0]+(?=.)/, '') : text;
  });
}
