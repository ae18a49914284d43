import { sha256 } from '../../kernel/hash.ts';
import { badRequest, invalid } from './status.ts';
import { at, nameOf, textAt, treesAt, uidOf } from './tree.ts';
import type { KubeObject, Tree } from './tree.ts';

/** What one line of a log is made from: its time, its number since the container's start, and a number from 0 to below 1 of its own. */
export type LogMoment = { pod: KubeObject; container: string; at: Date; index: number; dice: number };
/** How a container logs: a line each `everyMs`; the first script that knows the container counts. */
export type LogScript = { knows: (pod: KubeObject, container: string) => boolean; everyMs: number; line: (moment: LogMoment) => string };

const plain: LogScript = {
  knows: () => true,
  everyMs: 5000,
  line: ({ index, container }) => (index === 0 ? `${container} starting` : `INFO ${container} heartbeat ${index}`),
};
const mostLines = 5000;
const options = { group: '', kind: 'PodLogOptions' };

export type LogQuery = {
  container: string;
  previous: boolean;
  timestamps: boolean;
  sinceMs?: number;
  tailLines?: number;
  limitBytes?: number;
};

/** Reads the query of a log request, for one pod; refuses as the server does. */
export function readLogQuery(query: URLSearchParams, pod: KubeObject, now: Date): LogQuery {
  const number = (key: string): number | undefined => {
    const text = query.get(key);
    if (text === null) return undefined;
    if (!/^-?\d+$/.test(text)) throw badRequest(`strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax`);
    const least = key === 'tailLines' ? 0 : 1;
    const message = `Invalid value: ${Number(text)}: must be greater than ${least === 0 ? 'or equal to 0' : '0'}`;
    if (Number(text) < least) throw invalid(options, nameOf(pod), [{ field: key, reason: 'FieldValueInvalid', message }]);
    return Number(text);
  };
  const [since, sinceTime, tail, limit] = [number('sinceSeconds'), query.get('sinceTime'), number('tailLines'), number('limitBytes')];
  if (since !== undefined && sinceTime !== null)
    throw invalid(options, nameOf(pod), [
      { field: '[]', reason: 'FieldValueForbidden', message: 'Forbidden: at most one of `sinceTime` or `sinceSeconds` may be specified' },
    ]);
  const from = since === undefined ? (sinceTime === null ? undefined : Date.parse(sinceTime)) : now.getTime() - since * 1000;
  return {
    container: containerOf(query.get('container') ?? '', pod),
    previous: query.get('previous') === 'true',
    timestamps: query.get('timestamps') === 'true',
    ...(from === undefined || Number.isNaN(from) ? {} : { sinceMs: from }),
    ...(tail === undefined ? {} : { tailLines: tail }),
    ...(limit === undefined ? {} : { limitBytes: limit }),
  };
}

/** The container that is meant; without a name there must be one only. */
export function containerOf(named: string, pod: KubeObject): string {
  const names = [...treesAt(pod, 'spec', 'containers'), ...treesAt(pod, 'spec', 'initContainers')].map((container) =>
    textAt(container, 'name'),
  );
  const name = nameOf(pod);
  if (named === '' && names.length > 1)
    throw badRequest(`a container name must be specified for pod ${name}, choose one of: [${names.join(' ')}]`);
  const found = named === '' ? names[0] : names.find((each) => each === named);
  if (found === undefined) throw badRequest(`container ${named} is not valid for pod ${name}`);
  return found;
}

type Span = { from: number; to: number; ending?: string };

/** When the container ran that the query is about. */
function spanOf(pod: KubeObject, query: LogQuery, now: Date): Span {
  const status = treesAt(pod, 'status', 'containerStatuses').find((each) => each['name'] === query.container);
  const ended = (tree: Tree | undefined, ...path: readonly string[]): Span => ({
    from: Date.parse(textAt(tree, ...path, 'startedAt')),
    to: Date.parse(textAt(tree, ...path, 'finishedAt')),
    ending: textAt(tree, ...path, 'reason'),
  });
  const previous = at(status, 'lastState', 'terminated') !== undefined;
  if (query.previous) {
    if (!previous) throw badRequest(`previous terminated container "${query.container}" in pod "${nameOf(pod)}" not found`);
    return ended(status, 'lastState', 'terminated');
  }
  if (at(status, 'state', 'running') !== undefined)
    return { from: Date.parse(textAt(status, 'state', 'running', 'startedAt')), to: now.getTime() };
  if (at(status, 'state', 'terminated') !== undefined) return ended(status, 'state', 'terminated');
  if (previous) return ended(status, 'lastState', 'terminated');
  const reason = textAt(status, 'state', 'waiting', 'reason') || 'ContainerCreating';
  const why = reason === 'ContainerCreating' ? reason : `trying and failing to pull image`;
  throw badRequest(`container "${query.container}" in pod "${nameOf(pod)}" is waiting to start: ${why}`);
}

export type LogLine = { at: number; text: string };

/** How many of the newest lines a query can ask for: telling them all takes a while. A few more do not matter, a query takes its part of them. */
function wantedLines({ sinceMs, tailLines }: LogQuery, { to, everyMs }: { to: number; everyMs: number }): number {
  const spare = 100;
  const since = sinceMs === undefined ? mostLines : Math.ceil(Math.max(0, to - sinceMs) / everyMs) + spare;
  return Math.min(mostLines, since, (tailLines ?? mostLines) + spare);
}

/** The lines of a container so far that a query can ask for, at most the newest 5,000. */
export function logLines(
  pod: KubeObject,
  query: LogQuery,
  { scripts, now }: { scripts: readonly LogScript[]; now: Date },
): readonly LogLine[] {
  const span = spanOf(pod, query, now);
  const script = [...scripts, plain].find((each) => each.knows(pod, query.container)) ?? plain;
  const count = Math.floor((span.to - span.from) / script.everyMs) + 1;
  const first = Math.max(0, count - wantedLines(query, { to: span.to, everyMs: script.everyMs }));
  const lines = Array.from({ length: Math.max(0, count - first) }, (_, offset): LogLine => {
    const index = first + offset;
    const seed = sha256(`${uidOf(pod)}/${query.container}/${index}`);
    const dice = Number.parseInt(seed.slice(0, 8), 16) / 2 ** 32;
    const moment = span.from + index * script.everyMs + Math.floor(dice * Math.min(900, script.everyMs - 1));
    return { at: moment, text: script.line({ pod, container: query.container, at: new Date(moment), index, dice }) };
  }).filter((line) => line.at <= span.to);
  return span.ending === undefined || span.ending === 'Completed' ? lines : [...lines, { at: span.to, text: lastWords(span.ending) }];
}

function lastWords(reason: string): string {
  return reason === 'OOMKilled' ? 'INFO allocating frame buffers' : 'panic: the process cannot go on';
}

/** The text that a query gives of the lines. */
export function logText(lines: readonly LogLine[], query: LogQuery): string {
  const { sinceMs, tailLines, limitBytes } = query;
  const since = sinceMs === undefined ? lines : lines.filter((line) => line.at >= sinceMs);
  const tail = tailLines === undefined ? since : tailLines === 0 ? [] : since.slice(-tailLines);
  const text = tail.map((line) => written(line, query)).join('');
  return limitBytes === undefined ? text : Buffer.from(text).subarray(0, limitBytes).toString('utf8');
}

export function written(line: LogLine, query: LogQuery): string {
  return query.timestamps ? `${new Date(line.at).toISOString().replace('Z', '000000Z')} ${line.text}\n` : `${line.text}\n`;
}
