/** A `watch` command line: how often, and what. The words are joined with blanks and read by a shell, as `watch` does. */
export type WatchCall = { everyMs: number; command: string; exitsOnError: boolean; exitsOnChange: boolean; hasTitle: boolean };
export type WatchProblem = { problem: string };

const SWITCHES: Readonly<Record<string, string>> = {
  d: 'differences',
  t: 'no-title',
  e: 'errexit',
  g: 'chgexit',
  c: 'color',
  b: 'beep',
  p: 'precise',
  x: 'exec',
  w: 'no-wrap',
  r: 'no-rerun',
  C: 'no-color',
};

/** Reads the flags before the command; the first word that is no flag begins it. The interval is 2 seconds when not given, and at least 0.1. */
export function readWatch(argv: readonly string[]): WatchCall | WatchProblem {
  const rest = [...argv];
  const on = new Set<string>();
  let interval = '2';
  while (rest[0]?.startsWith('-') === true) {
    const word = rest.shift() ?? '';
    if (word === '--') break;
    const seconds = takeInterval(word, rest);
    const unknown = seconds === undefined ? takeSwitches(word, on) : undefined;
    if (unknown !== undefined) return { problem: `watch: unrecognized option '${unknown}'` };
    interval = seconds ?? interval;
  }
  if (interval === '' || Number.isNaN(Number(interval))) return { problem: `watch: failed to parse argument: '${interval}'` };
  return rest.length === 0 ? { problem: 'watch: no command given' } : callOf(rest, on, Number(interval));
}

function callOf(words: readonly string[], on: ReadonlySet<string>, seconds: number): WatchCall {
  return {
    everyMs: Math.max(0.1, seconds) * 1000,
    command: on.has('exec') ? words.map(quote).join(' ') : words.join(' '),
    exitsOnError: on.has('errexit'),
    exitsOnChange: on.has('chgexit'),
    hasTitle: !on.has('no-title'),
  };
}

/** The seconds of `-n`, attached or next; undefined when the word is another flag. */
function takeInterval(word: string, rest: string[]): string | undefined {
  const attached = /^(?:-n|--interval=)(.+)$/.exec(word)?.[1];
  const value = word === '-n' || word === '--interval' ? (rest.shift() ?? '') : attached;
  return value?.replace(',', '.');
}

function takeSwitches(word: string, on: Set<string>): string | undefined {
  const names = word.startsWith('--')
    ? [word.slice(2).replace(/=.*$/, '')]
    : word
        .slice(1)
        .split('')
        .map((letter) => SWITCHES[letter] ?? letter);
  for (const name of names) {
    if (!Object.values(SWITCHES).includes(name)) return word;
    on.add(name);
  }
  return undefined;
}

/** `watch -x` runs its words without a shell: each stays one word. */
function quote(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}
