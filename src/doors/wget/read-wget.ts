import type { WebEffect } from '../curl/curl-call.ts';
import { effectOf } from '../curl/read-curl.ts';

/** A `wget` command line, taken apart. */
export type WgetCall = {
  url: string;
  method: string;
  headers: readonly (readonly [string, string])[];
  body?: string;
  timeoutMs?: number;
  isQuiet: boolean;
  showsServer: boolean;
  /** Where the body goes. Anything but stdout would be a file. */
  output: 'stdout' | 'nowhere';
  isSpider: boolean;
  effect: WebEffect;
};
export type WgetProblem = { problem: string; exitCode: number; effect: WebEffect };

const SWITCHES =
  /^(?:quiet|no-verbose|verbose|server-response|spider|no-check-certificate|content-on-error|no-cache|no-proxy|inet4-only|inet6-only|show-progress|no-hsts)$/;
const VALUES =
  /^(?:output-document|timeout|tries|header|user-agent|post-data|body-data|method|connect-timeout|read-timeout|dns-timeout|wait|waitretry|output-file)$/;
const SHORT: Readonly<Record<string, string>> = {
  q: 'quiet',
  v: 'verbose',
  d: 'verbose',
  S: 'server-response',
  O: 'output-document',
  T: 'timeout',
  t: 'tries',
  U: 'user-agent',
  o: 'output-file',
  w: 'wait',
  '4': 'inet4-only',
  '6': 'inet6-only',
};

type Flags = { name: string; value: string }[];

/** Reads wget's words without looking anything up: GNU's long names, and the clustered short ones that busybox knows too (`-qO-`). */
export function readWget(argv: readonly string[]): WgetCall | WgetProblem {
  const flags: Flags = [];
  const urls: string[] = [];
  const rest = [...argv];
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    const problem = word.startsWith('--')
      ? takeLong(word, rest, flags)
      : word.startsWith('-') && word !== '-'
        ? takeShort(word, rest, flags)
        : undefined;
    if (problem !== undefined) return refuse(problem);
    if (!word.startsWith('-')) urls.push(word);
  }
  const [url] = urls;
  if (url === undefined) return { ...refuse('missing URL'), exitCode: 1 };
  if (urls.length > 1) return refuse(`${urls.length} addresses in one line; write one line for each`);
  return callOf(url, flags);
}

type Given = { last: (name: string) => string | undefined; isOn: (name: string) => boolean };

const TO_STDOUT = new Set(['-', '/dev/stdout']);

function callOf(url: string, flags: Flags): WgetCall | WgetProblem {
  const last = (name: string): string | undefined => flags.findLast((flag) => flag.name === name)?.value;
  const given: Given = { last, isOn: (name) => last(name) !== undefined };
  const isSpider = given.isOn('spider');
  const output = outputOf(last('output-document') ?? '', isSpider);
  if (output === undefined) return refuse('it would write a file, which leaves nothing in the thread; add -qO-');
  const body = last('post-data') ?? last('body-data');
  const method = methodOf(given, { isSpider, hasBody: body !== undefined });
  if (!/^[A-Z]{1,16}$/.test(method)) return refuse(`"${method}" is no request method`);
  const seconds = Number(last('timeout') ?? last('read-timeout') ?? '0');
  return {
    url,
    method,
    headers: headersOf(flags, body !== undefined),
    ...(body === undefined ? {} : { body }),
    ...(seconds > 0 ? { timeoutMs: seconds * 1000 } : {}),
    isQuiet: given.isOn('quiet') || given.isOn('no-verbose'),
    showsServer: given.isOn('server-response'),
    output,
    isSpider,
    effect: effectOf(url, method),
  };
}

function outputOf(file: string, isSpider: boolean): WgetCall['output'] | undefined {
  if (isSpider || file === '/dev/null') return 'nowhere';
  return TO_STDOUT.has(file) ? 'stdout' : undefined;
}

function methodOf({ last }: Given, { isSpider, hasBody }: { isSpider: boolean; hasBody: boolean }): string {
  const usual = hasBody ? 'POST' : isSpider ? 'HEAD' : 'GET';
  return (last('method') ?? usual).toUpperCase();
}

function headersOf(flags: Flags, hasBody: boolean): [string, string][] {
  const headers = flags.flatMap(({ name, value }) => (name === 'header' ? headerOf(value) : []));
  const agent = flags.findLast(({ name }) => name === 'user-agent')?.value;
  if (agent !== undefined) headers.push(['User-Agent', agent]);
  const hasType = headers.some(([name]) => /^content-type$/i.test(name));
  if (hasBody && !hasType) headers.push(['Content-Type', 'application/x-www-form-urlencoded']);
  return headers;
}

function headerOf(text: string): [string, string][] {
  const [, name = '', value = ''] = /^([^:\s]+)\s*:\s*(.*)$/.exec(text) ?? [];
  return name === '' ? [] : [[name, value]];
}

function takeLong(word: string, rest: string[], flags: Flags): string | undefined {
  const [, name = '', attached] = /^--([^=]*)(?:=([\s\S]*))?$/.exec(word) ?? [];
  if (SWITCHES.test(name)) flags.push({ name, value: 'on' });
  else if (VALUES.test(name)) {
    const value = attached ?? rest.shift();
    if (value === undefined) return `option '--${name}' requires an argument`;
    flags.push({ name, value });
  } else return `--${name} is not allowed here`;
  return undefined;
}

function takeShort(word: string, rest: string[], flags: Flags): string | undefined {
  if (word === '-nv') flags.push({ name: 'no-verbose', value: 'on' });
  else {
    for (let index = 1; index < word.length; index += 1) {
      const name = SHORT[word.charAt(index)];
      if (name === undefined) return `-${word.charAt(index)} is not allowed here`;
      if (SWITCHES.test(name)) {
        flags.push({ name, value: 'on' });
        continue;
      }
      const value = word.slice(index + 1) === '' ? rest.shift() : word.slice(index + 1);
      if (value === undefined) return `option requires an argument -- '${word.charAt(index)}'`;
      flags.push({ name, value });
      return undefined;
    }
  }
  return undefined;
}

function refuse(reason: string): WgetProblem {
  return { problem: `wget: ${reason}`, exitCode: 2, effect: { type: 'manual', reason } };
}
