import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Clock } from '../../kernel/clock.ts';
import { evaluate, unbalancedAt } from './script.ts';
import type { Course, Sample } from './script.ts';

export type SimulatedPrometheusOptions = {
  clock: Clock;
  /** How much faster than life the trouble comes and goes. */
  speed?: number;
  port?: number;
};

/** A Prometheus that knows one story: the error rate of video processing climbs to about 7.4 % and falls again. Loopback only. */
export type SimulatedPrometheus = {
  listen(): Promise<{ url: string }>;
  /** The trouble begins (or began) then, by default now; while it lasts nothing changes. */
  begin(at?: Date): void;
  /** The trouble ends now; without trouble nothing changes. */
  recover(): void;
  course(): Course;
  close(): Promise<void>;
};

type Reply = { status: number; body: object | string };

const maxQueryBytes = 64 * 1024;

export function createSimulatedPrometheus(options: SimulatedPrometheusOptions): SimulatedPrometheus {
  const { clock } = options;
  const speed = options.speed ?? 1;
  let course: Course = {};

  const server = createServer((request, response) => {
    answer(request)
      .catch((): Reply => ({ status: 400, body: refusal('bad_data', 'the request could not be read') }))
      .then((reply) => send(response, reply))
      .catch(() => response.destroy());
  });

  async function answer(request: IncomingMessage): Promise<Reply> {
    const url = URL.parse(request.url ?? '', 'http://simulated.invalid');
    if (url === null || !['/', '/-/ready', '/-/healthy', '/graph', '/api/v1/query'].includes(url.pathname))
      return { status: 404, body: '404 page not found\n' };
    if (url.pathname === '/graph') return graph(url.searchParams.get('g0.expr') ?? '');
    if (url.pathname !== '/api/v1/query') return { status: 200, body: 'A simulated Prometheus. Nothing here is measured.\n' };
    if (request.method !== 'GET' && request.method !== 'POST') return { status: 405, body: 'Method Not Allowed\n' };
    const form = request.method === 'POST' ? new URLSearchParams(await readText(request)) : url.searchParams;
    return query(form.get('query') ?? url.searchParams.get('query') ?? '', form.get('time'));
  }

  function query(promql: string, time: string | null): Reply {
    const at = time === null ? clock.now() : instantOf(time);
    if (at === undefined) return badParameter('time', `cannot parse ${JSON.stringify(time)} to a valid timestamp`);
    if (promql.trim() === '') return badParameter('query', 'unknown position: parse error: no expression found in input');
    const fault = unbalancedAt(promql);
    if (fault !== undefined) return badParameter('query', `1:${fault}: parse error: unclosed or unexpected bracket or quote`);
    const samples = evaluate(promql, course, { at, speed });
    return {
      status: 200,
      body: { status: 'success', data: { resultType: 'vector', result: samples.map((sample) => vectorItem(sample, at)) } },
    };
  }

  /** Where an alert's query leads. The real one draws a page; here stand the values of this moment, whatever the alert's threshold. */
  function graph(promql: string): Reply {
    const samples = evaluate(promql.replace(/[<>=!]=?\s*[\d.]+\s*$/, ''), course, { at: clock.now(), speed });
    const values = samples.map(({ metric, value }) => `${JSON.stringify(metric)} ${value}`);
    const shown = values.length === 0 ? 'The simulation has no data for this query.' : values.join('\n');
    return { status: 200, body: `A simulated Prometheus. Nothing here is measured.\n\n${promql}\n\n${shown}\n` };
  }

  return {
    listen: () =>
      new Promise((resolve, reject) => {
        server.once('error', reject);
        server.listen(options.port ?? 0, '127.0.0.1', () => resolve({ url: `http://127.0.0.1:${portOf(server.address())}` }));
      }),
    begin(at = clock.now()) {
      const lasts = course.beganAt !== undefined && course.recoveredAt === undefined;
      if (!lasts) course = { beganAt: at };
    },
    recover() {
      if (course.beganAt !== undefined && course.recoveredAt === undefined) course = { ...course, recoveredAt: clock.now() };
    },
    course: () => course,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function vectorItem({ metric, value }: Sample, at: Date): object {
  return { metric, value: [at.getTime() / 1000, String(value)] };
}

function badParameter(name: string, problem: string): Reply {
  return { status: 400, body: refusal('bad_data', `invalid parameter "${name}": ${problem}`) };
}

function refusal(errorType: string, error: string): object {
  return { status: 'error', errorType, error };
}

/** Prometheus: seconds since 1970, or RFC 3339 text. */
function instantOf(text: string): Date | undefined {
  const date = /^\d+(\.\d+)?$/.test(text) ? new Date(Number(text) * 1000) : new Date(text);
  return Number.isNaN(date.getTime()) ? undefined : date;
}

function send(response: ServerResponse, { status, body }: Reply): void {
  const isText = typeof body === 'string';
  response.writeHead(status, { 'Content-Type': isText ? 'text/plain; charset=utf-8' : 'application/json', 'X-Simulated': 'prometheus' });
  response.end(isText ? body : JSON.stringify(body));
}

async function readText(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    const bytes = Buffer.from(chunk);
    size += bytes.length;
    if (size > maxQueryBytes) throw new RangeError('a query beyond all measure');
    chunks.push(bytes);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function portOf(address: AddressInfo | string | null): number {
  return typeof address === 'object' && address !== null ? address.port : 0;
}
