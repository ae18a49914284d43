import { parser } from '@prometheus-io/lezer-promql';
import { API_PATH, decode, NEXT_PARAMETER } from '../../runbooks/promql-in-curl.ts';
import type { PromqlRequest } from '../prometheus-door.ts';
import { withScheme } from './address.ts';
import type { CurlCall } from './curl-call.ts';

export type PromqlQuestion = Omit<PromqlRequest, 'signal'> & { at: URL };

const PARAMETERS = ['time', 'timeout', 'start', 'end', 'step', 'limit', 'stats', 'lookback_delta'];

/**
 * The question that an address (and data) asks Prometheus, or undefined when it is none. The text after `query=` may be PromQL itself, which is what
 * people write, or percent-encoded, which is what curl needs.
 */
export function promqlRequestOf(call: Pick<CurlCall, 'url' | 'meant'>): PromqlQuestion | undefined {
  const path = API_PATH.exec(withScheme(call.url));
  if (path === null || !URL.canParse(path[0])) return undefined;
  const search = withScheme(call.url).slice(path[0].length).replace(/^\?/, '');
  const inAddress = searchParts(search);
  const meant = new Map(call.meant.map(({ name, value }) => [name, value]));
  const promql = inAddress.promql ?? meant.get('query');
  if (promql === undefined || promql.trim() === '') return undefined;
  const given = [...inAddress.parameters, ...meant].filter(([name]) => PARAMETERS.includes(name));
  return {
    at: new URL(path[0]),
    endpoint: path[1] === 'query_range' ? 'query_range' : 'query',
    promql,
    parameters: Object.fromEntries(given),
  };
}

function searchParts(search: string): { promql?: string; parameters: readonly (readonly [string, string])[] } {
  const start = /(?:^|&)query=/.exec(search);
  if (start === null) return { parameters: [...new URLSearchParams(search)] };
  const rest = search.slice(start.index + start[0].length);
  const end = NEXT_PARAMETER.exec(rest)?.index ?? rest.length;
  const parameters = [...new URLSearchParams(search.slice(0, start.index)), ...new URLSearchParams(rest.slice(end))];
  return { promql: readPromql(rest.slice(0, end)), parameters };
}

/** Literal or encoded by its characters; when that reading is no PromQL and the other one is, the other one is meant. */
export function readPromql(text: string): string {
  const { promql: first } = decode(text);
  const second = first === text ? decodeWhole(text) : text;
  return !isPromql(first) && second !== undefined && isPromql(second) ? second : first;
}

function decodeWhole(text: string): string | undefined {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return undefined;
  }
}

function isPromql(text: string): boolean {
  let isWhole = text.trim() !== '';
  parser.parse(text).iterate({
    enter(node) {
      if (node.type.isError) isWhole = false;
      return isWhole;
    },
  });
  return isWhole;
}
