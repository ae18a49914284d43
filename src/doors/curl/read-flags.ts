import { longFlag, shortFlag, type CurlFlag } from './flags.ts';

/** The words of a command line: flags in their order, and what is no flag. */
export type Words = { flags: readonly { name: string; value: string }[]; urls: readonly string[] };
export type WordsProblem = { problem: string; reason: string };

const TRY = "curl: try 'curl --help' or 'curl --manual' for more information";

/** Takes flags apart as curl does: clustered short ones, values attached or next, addresses anywhere; `--flag=value` is understood too. */
export function readFlags(argv: readonly string[]): Words | WordsProblem {
  const rest = [...argv];
  const flags: { name: string; value: string }[] = [];
  const urls: string[] = [];
  let onlyUrls = false;
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    if (onlyUrls || !word.startsWith('-') || word === '-') {
      urls.push(word);
      continue;
    }
    if (word === '--') {
      onlyUrls = true;
      continue;
    }
    const read = word.startsWith('--') ? readLong(word, rest) : readShort(word, rest);
    if ('problem' in read) return read;
    flags.push(...read);
  }
  return {
    flags: flags.filter(({ name }) => name !== 'url'),
    urls: [...urls, ...flags.filter(({ name }) => name === 'url').map(({ value }) => value)],
  };
}

type Read = { name: string; value: string }[] | WordsProblem;

function readLong(word: string, rest: string[]): Read {
  const [, name = '', attached] = /^--([^=]*)(?:=([\s\S]*))?$/.exec(word) ?? [];
  const found = longFlag(name);
  if (found === undefined) return unknown(word);
  return keep(found.flag, { word: `--${name}`, value: found.flag.takesValue ? (attached ?? rest.shift()) : found.isOff ? 'off' : 'on' });
}

function readShort(word: string, rest: string[]): Read {
  const flags: { name: string; value: string }[] = [];
  for (let index = 1; index < word.length; index += 1) {
    const flag = shortFlag(word.charAt(index));
    if (flag === undefined) return unknown(word);
    const attached = word.slice(index + 1);
    const value = !flag.takesValue ? 'on' : attached === '' ? rest.shift() : attached;
    const kept = keep(flag, { word: `-${word.charAt(index)}`, value });
    if ('problem' in kept) return kept;
    flags.push(...kept);
    if (flag.takesValue) break;
  }
  return flags;
}

function keep(flag: CurlFlag, { word, value }: { word: string; value: string | undefined }): Read {
  if (value === undefined) return { problem: `curl: option ${word}: requires parameter\n${TRY}`, reason: `${word} needs a value` };
  if (flag.use === 'ignored') return [];
  if (flag.use === 'kept') return [{ name: flag.long, value }];
  return { problem: `curl: option ${word}: not allowed here: ${flag.use.refused}`, reason: `${word}: ${flag.use.refused}` };
}

function unknown(word: string): WordsProblem {
  return { problem: `curl: option ${word}: is unknown\n${TRY}`, reason: `curl has no option ${word}, or it is not known here` };
}
