import { API_PATH } from '../../runbooks/promql-in-curl.ts';
import { addressProblem } from './address.ts';
import type { CurlCall, CurlProblem, Switch, WebEffect } from './curl-call.ts';
import { addData, emptyData, type Data } from './read-data.ts';
import { readFlags } from './read-flags.ts';

/**
 * A curl command line, taken apart and judged by its words alone: pure, nothing is looked up. GET, HEAD and PromQL queries read; every other method is a
 * change that cannot be taken back.
 */
export function readCurl(argv: readonly string[]): CurlCall | CurlProblem {
  const words = readFlags(argv);
  if ('problem' in words) return { problem: words.problem, exitCode: 2, effect: manual(words.reason) };
  const [url, ...others] = words.urls;
  if (url === undefined) {
    const problem = "curl: no URL specified!\ncurl: try 'curl --help' or 'curl --manual' for more information";
    return { problem, exitCode: 2, effect: manual('the line names no address') };
  }
  if (others.length > 0) {
    const reason = `${words.urls.length} addresses in one line (${words.urls.join(' and ')})`;
    const fix = 'write one line for each, and put an address with { } or & in quotes';
    return { problem: `curl: ${reason}: ${fix}`, exitCode: 2, effect: manual(reason, fix) };
  }
  const data = emptyData();
  for (const flag of words.flags) addData(data, flag);
  const problem = data.problem ?? stdinProblem(words.flags, data) ?? valueProblem(words.flags);
  if (problem !== undefined) return { problem: `curl: ${problem}`, exitCode: 2, effect: manual(problem) };
  return callOf(url, words.flags, data);
}

type Flags = readonly { name: string; value: string }[];

/** The last of several flags of one name counts, as in curl. */
type Given = { last: (name: string) => string | undefined; isOn: (name: string) => boolean };

function callOf(url: string, flags: Flags, data: Data): CurlCall {
  const last = (name: string): string | undefined => flags.findLast((flag) => flag.name === name)?.value;
  const given: Given = { last, isOn: (name) => last(name) === 'on' };
  const hasData = hasAny(data);
  const inAddress = given.isOn('get') || (given.isOn('head') && hasData);
  const hasBody = !inAddress && hasData;
  const method = last('request') ?? (given.isOn('head') ? 'HEAD' : hasBody ? 'POST' : 'GET');
  return {
    url,
    method,
    headers: headersOf(flags, { isJson: data.isJson, hasBody }),
    query: [...data.urlQuery, ...(inAddress ? data.pieces : [])],
    meant: data.meant,
    ...(hasBody ? bodyOf(data) : {}),
    ...manners(given),
    switches: switchesOf(given),
    notes: given.isOn('insecure') ? ['-k is left out: certificates are always checked'] : [],
    effect: effectOf(url, method),
  };
}

function hasAny({ pieces, fromStdin }: Data): boolean {
  return pieces.length > 0 || fromStdin !== undefined;
}

function bodyOf({ pieces, isJson, fromStdin }: Data): Pick<CurlCall, 'body' | 'bodyFromStdin'> {
  return fromStdin === undefined ? { body: pieces.join(isJson ? '' : '&') } : { bodyFromStdin: fromStdin };
}

/** How long it may take, where it may be led, and what is printed at its end. */
function manners({ last, isOn }: Given): Pick<CurlCall, 'maxTimeMs' | 'maxRedirects' | 'follows' | 'writeOut' | 'fail'> {
  const seconds = Number(last('max-time') ?? '0');
  const writeOut = last('write-out');
  return {
    ...(seconds > 0 ? { maxTimeMs: seconds * 1000 } : {}),
    maxRedirects: Number(last('max-redirs') ?? '50'),
    follows: isOn('location') || isOn('location-trusted'),
    ...(writeOut === undefined ? {} : { writeOut }),
    fail: isOn('fail-with-body') ? 'with-body' : isOn('fail') ? 'quiet' : 'no',
  };
}

function switchesOf({ last, isOn }: Given): ReadonlySet<Switch> {
  const names: readonly Switch[] = ['silent', 'show-error', 'include', 'head', 'verbose', 'globoff'];
  return new Set<Switch>([...names.filter((name) => isOn(name)), ...(last('output') === '/dev/null' ? (['discard'] as const) : [])]);
}

/** Flags that are headers in other words. */
const HEADER_FLAGS: Readonly<Record<string, (value: string) => string>> = {
  'user-agent': (value) => `User-Agent: ${value}`,
  referer: (value) => `Referer: ${value}`,
  cookie: (value) => `Cookie: ${value}`,
  range: (value) => `Range: bytes=${value}`,
  header: (value) => value,
};

/** Later headers of the same name win; `Name:` takes a default away, `Name;` sends it empty. */
function headersOf(flags: Flags, { isJson, hasBody }: { isJson: boolean; hasBody: boolean }): [string, string][] {
  const type = isJson ? 'application/json' : 'application/x-www-form-urlencoded';
  const defaults = [`Accept: ${isJson ? 'application/json' : '*/*'}`, ...(hasBody ? [`Content-Type: ${type}`] : [])];
  const headers = new Map<string, [string, string]>();
  for (const line of [...defaults, ...flags.flatMap(({ name, value }) => HEADER_FLAGS[name]?.(value) ?? [])]) {
    const [, header = '', sign = '', text = ''] = /^([^:;\s]+)\s*([:;])\s*([\s\S]*?)\s*$/.exec(line) ?? [];
    if (sign === ':' && text === '') headers.delete(header.toLowerCase());
    else if (header !== '') headers.set(header.toLowerCase(), [header, text]);
  }
  return [...headers.values()];
}

/** What a value may not be, by the flag that carries it. */
const WRONG: Readonly<Record<string, (value: string) => string | undefined>> = {
  output: (value) =>
    value === '/dev/null' || value === '-'
      ? undefined
      : `-o ${value}: files leave nothing in the thread; leave -o out, or write -o /dev/null`,
  header: (value) =>
    value.startsWith('@') || /[\r\n\0]/.test(value) ? 'a header from a file, or with a line break in it, is not sent' : undefined,
  request: (value) => (/^[A-Za-z]{1,16}$/.test(value) ? undefined : `"${value}" is no request method`),
  cookie: (value) => (value.includes('=') ? undefined : 'cookies from a file: there are no files here'),
  'write-out': (value) => (value.startsWith('@') ? '-w from a file: there are no files here' : undefined),
  'max-time': (value) => (isNumber(value) ? undefined : '--max-time needs a number'),
  'max-redirs': (value) => (isNumber(value) ? undefined : '--max-redirs needs a number'),
};

function stdinProblem(flags: Flags, { fromStdin, pieces }: Data): string | undefined {
  if (fromStdin === undefined) return undefined;
  if (pieces.length > 0) return 'data in the line and data from a pipe are not put together here: pipe in all of it';
  const isAddress = ['get', 'head'].some((flag) => flags.findLast(({ name }) => name === flag)?.value === 'on');
  return isAddress ? 'data from a pipe is not put into the address: use --data-urlencode' : undefined;
}

function isNumber(text: string): boolean {
  return /^-?\d+(?:\.\d+)?$/.test(text);
}

function valueProblem(flags: Flags): string | undefined {
  return flags.map(({ name, value }) => WRONG[name]?.(value)).find((problem) => problem !== undefined);
}

/** By address and method; a form POST to Prometheus's query API asks a question. */
export function effectOf(url: string, method: string): WebEffect {
  const problem = addressProblem(url);
  if (problem !== undefined) return manual(problem.reason, problem.fix);
  const isRead = /^(?:GET|HEAD)$/.test(method) || (method === 'POST' && API_PATH.test(url));
  return isRead ? { type: 'read' } : { type: 'change', undoable: false };
}

function manual(reason: string, fix?: string): WebEffect {
  return { type: 'manual', reason, ...(fix === undefined ? {} : { fix }) };
}
