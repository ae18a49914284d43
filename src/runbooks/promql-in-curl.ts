import { table } from '../kernel/table.ts';
import { firstCommandWords, type ShellWord } from './shell-words.ts';

/** The query that a command line asks Prometheus directly. */
export type PromqlInCommand = {
  promql: string;
  endpoint: 'query' | 'query_range';
  /** Scheme, host and path of the request, as written. */
  url: string;
  /** How the text in the line was read: as PromQL itself, or percent-decoded. */
  reading: 'literal' | 'encoded';
  /** The interval when the line repeats it with `watch`. */
  everySeconds: number | undefined;
};

const MAX_LENGTH = 20_000;
/** Scheme, host and path of a query in the text of an address, whatever stands after them. */
export const API_PATH = /^[^?#]*\/api\/v1\/(query|query_range)\/?(?=[?#]|$)/;
/** Where a query ends: an `&` of another kind belongs to it. */
export const NEXT_PARAMETER = /&(?:time|timeout|start|end|step|limit|stats|lookback_delta)=/;

/**
 * The PromQL of a direct `curl` or `wget` to `/api/v1/query` or `/api/v1/query_range`, also inside `watch`; undefined for every other line, such as one
 * inside `kubectl exec` or with a shell variable in the query. Text that could be read both ways is not settled by parsing it as PromQL.
 */
export function promqlOf(commandText: string): PromqlInCommand | undefined {
  if (commandText.length > MAX_LENGTH) return undefined;
  const words = firstCommandWords(commandText);
  const program = words?.[0]?.value;
  if (words === undefined || program === undefined) return undefined;
  if (program !== 'watch') return readRequest(program, words.slice(1), undefined);
  const watched = unwrapWatch(words.slice(1));
  if (watched === undefined) return undefined;
  const inner = firstCommandWords(watched.command);
  const innerProgram = inner?.[0]?.value;
  return inner === undefined || innerProgram === undefined ? undefined : readRequest(innerProgram, inner.slice(1), watched.everySeconds);
}

/** `watch` gives its words, joined with spaces, to `sh -c`; its interval is 2 seconds when not given. */
function unwrapWatch(words: readonly ShellWord[]): { command: string; everySeconds: number } | undefined {
  const rest = [...words];
  let everySeconds = 2;
  for (let flag = takeFlag(rest); flag !== undefined && flag !== '--'; flag = takeFlag(rest)) {
    const attached = /^(?:-n|--interval=)(.+)$/.exec(flag)?.[1];
    const given = /^(-n|--interval)$/.test(flag) ? rest.shift()?.value : attached;
    if (given !== undefined) everySeconds = Number(given);
  }
  if (rest.length === 0 || !(everySeconds > 0) || rest.some((word) => !word.literal)) return undefined;
  return { command: rest.map((word) => word.value).join(' '), everySeconds };
}

function takeFlag(words: ShellWord[]): string | undefined {
  return words[0]?.value.startsWith('-') === true ? words.shift()?.value : undefined;
}

type Request = { urls: ShellWord[]; data: { text: ShellWord; encodes: boolean }[]; refused: boolean };

/** Flags that take a value, apart from those that carry the query. */
const VALUE_FLAGS = table<{ short: string; long: ReadonlySet<string> }>({
  curl: {
    short: 'HXmuowAebcKFTxrEC',
    long: new Set(
      'header request max-time user output write-out user-agent referer cookie connect-timeout retry retry-delay cacert cert key proxy resolve'.split(
        ' ',
      ),
    ),
  },
  wget: { short: 'OTtUoa', long: new Set('output-document timeout tries header user-agent user password'.split(' ')) },
});

function readRequest(program: string, words: readonly ShellWord[], everySeconds: number | undefined): PromqlInCommand | undefined {
  const flags = VALUE_FLAGS.get(program);
  if (flags === undefined) return undefined;
  const request = readArguments(words, flags);
  const [url, ...others] = request.urls;
  if (request.refused || url === undefined || !url.literal || others.length > 0) return undefined;
  const path = API_PATH.exec(url.value);
  if (path === null) return undefined;
  const query = queryOf(url.value.slice(path[0].length), request);
  if (query === undefined || query.promql.trim() === '') return undefined;
  return { ...query, endpoint: path[1] === 'query_range' ? 'query_range' : 'query', url: path[0], everySeconds };
}

function queryOf(search: string, request: Request): Pick<PromqlInCommand, 'promql' | 'reading'> | undefined {
  const found = [readParameter(search.replace(/^\?/, '')), ...request.data.map(readData)].filter((query) => query !== undefined);
  return found.length === 1 ? found[0] : undefined;
}

function readData(data: Request['data'][number]): Pick<PromqlInCommand, 'promql' | 'reading'> | undefined {
  const { value, literal } = data.text;
  if (!literal) return undefined;
  if (!data.encodes) return readParameter(value);
  return value.startsWith('query=') ? { promql: value.slice('query='.length), reading: 'literal' } : undefined;
}

/** The text after `query=` up to the next parameter that the API knows; an `&` of another kind belongs to the query. */
function readParameter(search: string): Pick<PromqlInCommand, 'promql' | 'reading'> | undefined {
  const start = /(?:^|&)query=/.exec(search);
  if (start === null) return undefined;
  const rest = search.slice(start.index + start[0].length);
  return decode(rest.slice(0, NEXT_PARAMETER.exec(rest)?.index ?? rest.length));
}

/** Characters that no encoded URL holds, or the absence of any `%XX`, show that the text is PromQL as it is. */
export function decode(text: string): Pick<PromqlInCommand, 'promql' | 'reading'> {
  const isLiteral = /[\s[\]{}"|^<>\u0080-\u{10FFFF}]/u.test(text) || !/%[0-9a-f]{2}/i.test(text);
  if (isLiteral) return { promql: text, reading: 'literal' };
  try {
    return { promql: decodeURIComponent(text.replaceAll('+', ' ')), reading: 'encoded' };
  } catch {
    return { promql: text, reading: 'literal' }; // "%" followed by digits that are no UTF-8: a modulo, not an escape
  }
}

function readArguments(words: readonly ShellWord[], flags: { short: string; long: ReadonlySet<string> }): Request {
  const request: Request = { urls: [], data: [], refused: false };
  const rest = [...words];
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    if (word.value.startsWith('--')) readLongFlag(word, rest, { request, long: flags.long });
    else if (word.value.startsWith('-') && word.value.length > 1) readShortFlags(word, rest, { request, short: flags.short });
    else request.urls.push(word);
  }
  return request;
}

function readLongFlag(word: ShellWord, rest: ShellWord[], context: { request: Request; long: ReadonlySet<string> }): void {
  const [, name = '', attached] = /^--([\w-]*)(?:=([\s\S]*))?$/.exec(word.value) ?? [];
  const value = (): ShellWord | undefined => (attached === undefined ? rest.shift() : { value: attached, literal: word.literal });
  if (name === 'url') addTo(context.request.urls, value());
  else if (/^(data|data-ascii|data-raw|data-binary|post-data)$/.test(name)) addData(context.request, value(), false);
  else if (name === 'data-urlencode' || name === 'url-query') addData(context.request, value(), true);
  else if (context.long.has(name) && attached === undefined) rest.shift();
}

function readShortFlags(word: ShellWord, rest: ShellWord[], context: { request: Request; short: string }): void {
  const letters = word.value.slice(1);
  for (let index = 0; index < letters.length; index += 1) {
    const letter = letters.charAt(index);
    const attached = letters.slice(index + 1);
    const value = (): ShellWord | undefined => (attached === '' ? rest.shift() : { value: attached, literal: word.literal });
    if (letter === 'd') return addData(context.request, value(), false);
    if (!context.short.includes(letter)) continue;
    value();
    return;
  }
}

function addTo(list: ShellWord[], word: ShellWord | undefined): void {
  if (word !== undefined) list.push(word);
}

/** Data from a file is not in the runbook, so such a line cannot be read. */
function addData(request: Request, text: ShellWord | undefined, encodes: boolean): void {
  if (text === undefined) return;
  if (text.value.startsWith('@')) request.refused = true;
  request.data.push({ text, encodes });
}
