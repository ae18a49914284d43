import { parseDuration } from './duration.ts';
import type { Flag } from './verb.ts';

/** What a command line's words came to: values by long name, and the words that are no flags, on either side of `--`. */
export type ParsedFlags = {
  values: ReadonlyMap<string, readonly string[]>;
  args: readonly string[];
  after: readonly string[] | undefined;
};

/** The first word that cannot be read, in the words of the Go flag library. */
export type FlagProblem = { flagProblem: string };

type Reader = { flags: readonly Flag[]; skipsUnknown: boolean; words: string[]; values: Map<string, string[]> };

const trueWords = new Set(['1', 't', 'T', 'TRUE', 'true', 'True']);
const falseWords = new Set(['0', 'f', 'F', 'FALSE', 'false', 'False']);

/** Reads flags as pflag does: in any order, `--a b`, `--a=b`, `-ab`, `-a=b`, `-abc`, and `--` as the end of them. */
export function parseFlags(words: readonly string[], flags: readonly Flag[], unknown: 'refused' | 'skipped'): ParsedFlags | FlagProblem {
  const reader: Reader = { flags, skipsUnknown: unknown === 'skipped', words: [...words], values: new Map() };
  const args: string[] = [];
  for (let word = reader.words.shift(); word !== undefined; word = reader.words.shift()) {
    if (word === '--') return { values: reader.values, args, after: reader.words };
    if (!word.startsWith('-') || word === '-') {
      args.push(word);
      continue;
    }
    const problem = word.startsWith('--') ? readLong(reader, word) : readShorts(reader, word);
    if (problem !== undefined) return { flagProblem: problem };
  }
  return { values: reader.values, args, after: undefined };
}

function readLong(reader: Reader, word: string): string | undefined {
  const equals = word.indexOf('=');
  const name = equals < 0 ? word.slice(2) : word.slice(2, equals);
  if (name === '' || name.startsWith('-')) return `bad flag syntax: ${word}`;
  const flag = reader.flags.find((candidate) => candidate.name === name);
  if (flag === undefined) return reader.skipsUnknown ? undefined : `unknown flag: --${name}`;
  if (equals >= 0) return keep(reader, flag, word.slice(equals + 1));
  const implied = impliedValue(flag);
  if (implied !== undefined) return keep(reader, flag, implied);
  const value = reader.words.shift();
  return value === undefined ? `flag needs an argument: --${name}` : keep(reader, flag, value);
}

function readShorts(reader: Reader, word: string): string | undefined {
  let rest = word.slice(1);
  while (rest !== '') {
    const letter = rest.slice(0, 1);
    const cluster = rest;
    rest = rest.slice(1);
    const flag = reader.flags.find((candidate) => candidate.short === letter);
    if (flag === undefined) {
      if (reader.skipsUnknown) return undefined;
      return `unknown shorthand flag: '${letter}' in -${cluster}`;
    }
    const implied = impliedValue(flag);
    if (rest.startsWith('=') && (rest.length > 1 || implied === undefined)) return keep(reader, flag, rest.slice(1));
    if (implied !== undefined) {
      const problem = keep(reader, flag, implied);
      if (problem !== undefined) return problem;
      continue;
    }
    if (rest !== '') return keep(reader, flag, rest);
    const value = reader.words.shift();
    return value === undefined ? `flag needs an argument: '${letter}' in -${cluster}` : keep(reader, flag, value);
  }
  return undefined;
}

/** What a flag without a value says; undefined when the next word is its value. */
function impliedValue(flag: Flag): string | undefined {
  if (flag.value === 'none') return 'true';
  return flag.value === 'optional' ? '' : undefined;
}

function keep(reader: Reader, flag: Flag, text: string): string | undefined {
  const fault = faultOf(flag, text);
  if (fault !== undefined) {
    const shown = flag.short === undefined ? `--${flag.name}` : `-${flag.short}, --${flag.name}`;
    return `invalid argument ${JSON.stringify(text)} for "${shown}" flag: ${fault}`;
  }
  const value = flag.value === 'none' ? String(trueWords.has(text)) : text;
  const before = reader.values.get(flag.name) ?? [];
  reader.values.set(flag.name, flag.value === 'list' ? [...before, value] : [value]);
  return undefined;
}

function faultOf(flag: Flag, text: string): string | undefined {
  const quoted = JSON.stringify(text);
  if (flag.value === 'none' && !trueWords.has(text) && !falseWords.has(text)) return `strconv.ParseBool: parsing ${quoted}: invalid syntax`;
  if (flag.value === 'number' && !/^[+-]?\d+$/.test(text)) return `strconv.ParseInt: parsing ${quoted}: invalid syntax`;
  if (flag.value === 'duration' && parseDuration(text) === undefined) return durationFault(text);
  return undefined;
}

function durationFault(text: string): string {
  const quoted = JSON.stringify(text);
  if (/^[+-]?(\d+\.?\d*|\.\d+)$/.test(text)) return `time: missing unit in duration ${quoted}`;
  return `time: invalid duration ${quoted}`;
}
