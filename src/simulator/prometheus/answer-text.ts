import { formatFloat, formatPlain, formatSeconds } from './promql/format.ts';
import type { Labels } from './promql/labels.ts';
import type { Value } from './promql/value.ts';

/** What the server says; a text is sent as text, everything else as JSON. */
export type Reply = { status: number; type: 'text' | 'json'; body: string };

/** JSON as Go writes it: safe within a web page. */
function goJson(json: string): string {
  return json.replaceAll('<', '\\u003c').replaceAll('>', '\\u003e').replaceAll('&', '\\u0026');
}

function json(status: number, body: string): Reply {
  return { status, type: 'json', body: goJson(body) };
}

/** A successful answer around a piece of JSON. */
export function success(data: string): Reply {
  return json(200, `{"status":"success","data":${data}}`);
}

export function refusal(status: number, errorType: 'bad_data' | 'execution' | 'internal', error: string): Reply {
  return json(status, JSON.stringify({ status: 'error', errorType, error }));
}

export function badParameter(name: string, problem: string): Reply {
  return refusal(400, 'bad_data', `invalid parameter ${JSON.stringify(name)}: ${problem}`);
}

export function labelsText(labels: Labels): string {
  return `{${[...labels].map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`).join(',')}}`;
}

function point(t: number, v: number): string {
  return `[${formatSeconds(t)},"${formatFloat(v)}"]`;
}

/** A value as the API shows it: numbers are texts, so that NaN and the infinities survive. */
export function valueText(value: Value, atMs: number): string {
  switch (value.type) {
    case 'scalar':
      return result('scalar', `[${formatSeconds(atMs)},"${formatPlain(value.value)}"]`);
    case 'string':
      return result('string', `[${formatSeconds(atMs)},${JSON.stringify(value.value)}]`);
    case 'vector':
      return result('vector', list(value.samples.map(({ labels, v }) => `{"metric":${labelsText(labels)},"value":${point(atMs, v)}}`)));
    case 'matrix': {
      const series = value.series.map(
        ({ labels, points }) => `{"metric":${labelsText(labels)},"values":${list(points.map(({ t, v }) => point(t, v)))}}`,
      );
      return result('matrix', list(series));
    }
  }
}

function result(type: string, text: string): string {
  return `{"resultType":"${type}","result":${text}}`;
}

export function list(items: readonly string[]): string {
  return `[${items.join(',')}]`;
}
