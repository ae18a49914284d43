import type { Door } from '../doors/session.ts';
import { formatDate } from './format-date.ts';
import { parseDate } from './parse-date.ts';

/** `date` by the session's clock, always in UTC, so that a script says the same everywhere. GNU's options for reading and writing times; it sets nothing. */
export const dateProgram: Door = {
  name: 'date',
  run({ argv, out, err }, { clock }) {
    const options = readOptions(argv);
    if ('problem' in options) {
      err(`date: ${options.problem}\n`);
      return Promise.resolve(1);
    }
    const moment = parseDate(options.date ?? 'now', clock.now());
    if (moment === undefined) {
      err(`date: invalid date '${options.date ?? ''}'\n`);
      return Promise.resolve(1);
    }
    out(`${formatDate(moment, options.format)}\n`);
    return Promise.resolve(0);
  },
};

type Options = { date?: string; format: string } | { problem: string };

const ISO: Readonly<Record<string, string>> = {
  date: '%Y-%m-%d',
  hours: '%Y-%m-%dT%H+00:00',
  minutes: '%Y-%m-%dT%H:%M+00:00',
  seconds: '%Y-%m-%dT%H:%M:%S+00:00',
  ns: '%Y-%m-%dT%H:%M:%S,%N+00:00',
};
const RFC_3339: Readonly<Record<string, string>> = {
  date: '%Y-%m-%d',
  seconds: '%Y-%m-%d %H:%M:%S+00:00',
  ns: '%Y-%m-%d %H:%M:%S.%N+00:00',
};
const RFC_5322 = '%a, %d %b %Y %H:%M:%S +0000';

function readOptions(argv: readonly string[]): Options {
  const rest = [...argv];
  let format = '%a %b %e %H:%M:%S UTC %Y';
  let date: string | undefined;
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    const [, value = ''] = /^(?:-d|--date=)([\s\S]+)$/.exec(word) ?? [];
    if (word.startsWith('+')) format = word.slice(1);
    else if (word === '-d' || word === '--date') date = rest.shift() ?? '';
    else if (value !== '') date = value;
    else if (isUtcFlag(word)) continue;
    else {
      const known = formatOption(word);
      if (known === undefined) return { problem: problemOf(word) };
      format = known;
    }
  }
  return { format, ...(date === undefined ? {} : { date }) };
}

function isUtcFlag(word: string): boolean {
  return word === '-u' || word === '--utc' || word === '--universal';
}

function formatOption(word: string): string | undefined {
  if (word === '-R' || word === '--rfc-email') return RFC_5322;
  const iso = /^(?:-I|--iso-8601=?)(.*)$/.exec(word)?.[1];
  if (iso !== undefined) return ISO[iso === '' ? 'date' : iso];
  const rfc = /^--rfc-3339=(.*)$/.exec(word)?.[1];
  return rfc === undefined ? undefined : RFC_3339[rfc];
}

function problemOf(word: string): string {
  if (word.startsWith('-v')) return `${word} is BSD's: write -d '1 hour ago'`;
  if (word.startsWith('-s') || word.startsWith('--set')) return 'the time cannot be set here';
  return word.startsWith('-') ? `unrecognized option '${word}'` : `extra operand '${word}'`;
}
