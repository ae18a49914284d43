const UNITS: Readonly<Record<string, number>> = {
  second: 1000,
  sec: 1000,
  minute: 60_000,
  min: 60_000,
  hour: 3_600_000,
  day: 86_400_000,
  week: 604_800_000,
  fortnight: 1_209_600_000,
};
const DAY_MS = 86_400_000;

/** A moment as people write it after `date -d`: a time stamp, `@SECONDS`, `now`, `yesterday`, `5 minutes ago`, or a time stamp and an offset. */
export function parseDate(text: string, now: Date): Date | undefined {
  let rest = text.trim();
  let base = now;
  const stamp = /^(?:@(-?\d+(?:\.\d+)?)|\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?)? ?(?:Z|UTC|[+-]\d\d:?\d\d)?(?=\s|$))/.exec(
    rest,
  );
  if (stamp !== null) {
    base = stamp[1] === undefined ? readStamp(stamp[0]) : new Date(Number(stamp[1]) * 1000);
    rest = rest.slice(stamp[0].length);
  }
  let ms = base.getTime();
  const words = rest
    .replaceAll(/([+-])\s+(?=\d)/g, '$1')
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  while (words.length > 0) {
    const moved = step(words, ms);
    if (moved === undefined) return undefined;
    ms = moved;
  }
  return Number.isFinite(ms) && Math.abs(ms) <= 8.64e15 ? new Date(ms) : undefined;
}

/** Without a zone UTC is meant: the interpreter knows no other. */
function readStamp(text: string): Date {
  const [, day = '', time = '00:00', zone = ''] = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d\S*?))? ?(Z|UTC|[+-]\d\d:?\d\d)?$/.exec(text) ?? [];
  const offset = zone === '' || zone === 'UTC' ? 'Z' : zone.replace(/^([+-]\d\d):?(\d\d)$/, '$1:$2');
  return new Date(`${day}T${time.replace(',', '.')}${offset}`);
}

/** Words that move the time by themselves. */
const MOVES: Readonly<Record<string, (ms: number) => number>> = {
  now: (ms) => ms,
  today: (ms) => ms,
  midnight: (ms) => ms - (ms % DAY_MS),
  yesterday: (ms) => ms - DAY_MS,
  tomorrow: (ms) => ms + DAY_MS,
};

/** Takes one item off the words and moves the time by it. */
function step(words: string[], ms: number): number | undefined {
  const word = words.shift() ?? '';
  const byItself = MOVES[word];
  if (byItself !== undefined) return byItself(ms);
  const [, number = '', attached = ''] = /^([+-]?\d+|last|next|an?)([a-z]*)$/.exec(word) ?? [];
  const unit = attached === '' ? words.shift() : attached;
  const count = countOf(number);
  if (unit === undefined || count === undefined) return undefined;
  const sign = words[0] === 'ago' ? -1 : 1;
  if (sign === -1) words.shift();
  return move(ms, sign * count, unit.replace(/s$/, ''));
}

function countOf(text: string): number | undefined {
  if (text === 'last') return -1;
  if (text === 'next' || text === 'a' || text === 'an') return 1;
  return text === '' ? undefined : Number(text);
}

function move(ms: number, count: number, unit: string): number | undefined {
  const length = UNITS[unit];
  if (length !== undefined) return ms + count * length;
  if (unit !== 'month' && unit !== 'year') return undefined;
  const date = new Date(ms);
  date.setUTCMonth(date.getUTCMonth() + count * (unit === 'year' ? 12 : 1));
  return date.getTime();
}
