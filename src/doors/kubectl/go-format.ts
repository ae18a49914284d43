const weekdays = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** A time of the API as Go's RFC1123Z in UTC: "Mon, 02 Jan 2006 15:04:05 +0000". No time is Go's zero time. */
export function longTime(text: string): string {
  const time = new Date(text);
  if (text === '' || Number.isNaN(time.getTime())) return 'Mon, 01 Jan 0001 00:00:00 +0000';
  const two = (value: number) => String(value).padStart(2, '0');
  const day = `${weekdays[time.getUTCDay()] ?? ''}, ${two(time.getUTCDate())} ${months[time.getUTCMonth()] ?? ''}`;
  const clock = [time.getUTCHours(), time.getUTCMinutes(), time.getUTCSeconds()].map(two).join(':');
  return `${day} ${time.getUTCFullYear()} ${clock} +0000`;
}

/** How long something lasts, in the two or three significant figures that kubectl shows: "45s", "3m20s", "2d5h". */
export function humanDuration(ms: number): string {
  const seconds = Math.trunc(ms / 1000);
  if (seconds < -1) return '<invalid>';
  if (seconds < 0) return '0s';
  if (seconds < 120) return `${seconds}s`;
  const minutes = Math.trunc(seconds / 60);
  if (minutes < 10) return pair([minutes, 'm'], [seconds % 60, 's']);
  if (minutes < 180) return `${minutes}m`;
  return hoursAndMore(Math.trunc(minutes / 60), minutes);
}

function hoursAndMore(hours: number, minutes: number): string {
  const days = Math.trunc(hours / 24);
  const years = Math.trunc(days / 365);
  if (hours < 8) return pair([hours, 'h'], [minutes % 60, 'm']);
  if (hours < 48) return `${hours}h`;
  if (days < 8) return pair([days, 'd'], [hours % 24, 'h']);
  if (years < 2) return `${days}d`;
  return years < 8 ? pair([years, 'y'], [days % 365, 'd']) : `${years}y`;
}

function pair([big, bigUnit]: readonly [number, string], [small, smallUnit]: readonly [number, string]): string {
  return small === 0 ? `${big}${bigUnit}` : `${big}${bigUnit}${small}${smallUnit}`;
}

/** The time since an instant of the API, "<unknown>" without one. */
export function ageOf(text: string, now: Date): string {
  return text === '' ? '<unknown>' : humanDuration(now.getTime() - Date.parse(text));
}

const quotedEscapes: Readonly<Record<string, string>> = {
  '\u0007': String.raw`\a`,
  '\b': String.raw`\b`,
  '\f': String.raw`\f`,
  '\n': String.raw`\n`,
  '\r': String.raw`\r`,
  '\t': String.raw`\t`,
  '\v': String.raw`\v`,
  '"': String.raw`\"`,
  '\\': String.raw`\\`,
};

/** Go's %q of a text. */
export function quoted(text: string): string {
  const body = Array.from(text, (character) => {
    const code = character.codePointAt(0) ?? 0;
    if (quotedEscapes[character] !== undefined) return quotedEscapes[character];
    return code < 0x20 || code === 0x7f ? String.raw`\x${code.toString(16).padStart(2, '0')}` : character;
  });
  return `"${body.join('')}"`;
}

/** What would move a terminal's cursor is written out, as kubectl does. */
export function escapeTerminal(text: string): string {
  return text.replaceAll('\u001b', '^[').replaceAll('\r', String.raw`\r`);
}
