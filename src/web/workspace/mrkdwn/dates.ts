const zone = { timeZone: 'UTC' } as const;
const locale = 'en-GB';

function part(at: Date, options: Intl.DateTimeFormatOptions): string {
  return new Intl.DateTimeFormat(locale, { ...zone, ...options }).format(at);
}

function dayDistance(at: Date, now: number): number {
  const day = (ms: number) => Math.floor(ms / 86_400_000);
  return day(at.getTime()) - day(now);
}

function pretty(at: Date, now: number, otherwise: string): string {
  const names = new Map([
    [0, 'today'],
    [-1, 'yesterday'],
    [1, 'tomorrow'],
  ]);
  return names.get(dayDistance(at, now)) ?? otherwise;
}

/** How long ago, or how far ahead, in the few words that a reader needs at a glance. */
export function relativeTime(atMs: number, nowMs: number): string {
  const minutes = Math.floor(Math.abs(nowMs - atMs) / 60_000);
  if (minutes < 1) return 'now';
  const amount = span(minutes);
  return atMs <= nowMs ? `${amount} ago` : `in ${amount}`;
}

function span(minutes: number): string {
  if (minutes < 60) return `${minutes} min`;
  if (minutes < 48 * 60) return `${Math.floor(minutes / 60)} h`;
  return `${Math.floor(minutes / 1440)} d`;
}

/** "14:02 UTC" */
export function clockTime(atMs: number): string {
  return `${part(new Date(atMs), { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })} UTC`;
}

/** "2025-11-21 14:02:33 UTC" */
export function fullTime(atMs: number): string {
  return `${new Date(atMs).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}

/** The words of a divider between two days: "Today", "Yesterday", "Thursday, 20 November". */
export function dayName(atMs: number, nowMs: number): string {
  const at = new Date(atMs);
  const name = pretty(at, nowMs, part(at, { weekday: 'long', day: 'numeric', month: 'long' }));
  return name.charAt(0).toUpperCase() + name.slice(1);
}

/** Fills Slack's `<!date^…>` format. Times carry their zone, because everybody in an incident compares them. */
export function formatSlackDate(atMs: number, format: string, nowMs: number): string {
  const at = new Date(atMs);
  const short = part(at, { day: 'numeric', month: 'short', year: 'numeric' });
  const plain = part(at, { day: 'numeric', month: 'long', year: 'numeric' });
  const long = part(at, { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' });
  const words = new Map([
    ['date_num', at.toISOString().slice(0, 10)],
    ['date', plain],
    ['date_short', short],
    ['date_long', long],
    ['date_pretty', pretty(at, nowMs, plain)],
    ['date_short_pretty', pretty(at, nowMs, short)],
    ['date_long_pretty', pretty(at, nowMs, long)],
    ['day_divider_pretty', dayName(atMs, nowMs)],
    ['time', clockTime(atMs)],
    ['time_secs', `${at.toISOString().slice(11, 19)} UTC`],
    ['ago', relativeTime(atMs, nowMs)],
  ]);
  return format.replace(/\{([a-z_]+)\}/g, (whole, word: string) => words.get(word) ?? whole);
}
