import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Clock } from '../../kernel/clock.ts';
import { describeError } from '../../kernel/errors.ts';
import type { FactsHistory } from '../kubernetes/facts.ts';
import { labelsText, refusal } from './answer-text.ts';
import type { Reply } from './answer-text.ts';
import { answerApi } from './api.ts';
import type { Subject } from './api.ts';
import { ExecutionError, ParseError } from './promql/errors.ts';
import { createContext, evaluate } from './promql/evaluate.ts';
import { formatFloat } from './promql/format.ts';
import { parsePromql } from './promql/parse.ts';
import type { Course } from './story/story-time.ts';
import { createStory } from './story/story.ts';

export type SimulatedPrometheusOptions = {
  clock: Clock;
  /** How much faster than life the story goes; ranges such as `[5m]` are in its time. */
  speed?: number;
  port?: number;
  /** What was done to the simulated cluster: the metrics react to it. Without it they follow the course alone. */
  facts?: () => FactsHistory;
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

const maxQueryBytes = 64 * 1024;

export function createSimulatedPrometheus(options: SimulatedPrometheusOptions): SimulatedPrometheus {
  const { clock, facts, speed = 1 } = options;
  const story = createStory({ clock, speed, ...(facts === undefined ? {} : { facts }) });
  const subject = (): Subject => ({ ...story.scene(), nowMs: clock.now().getTime() });
  const http = createPrometheusApi(subject, options.port);
  return {
    ...http,
    begin: (at = clock.now()) => story.begin(at),
    recover: () => story.recover(clock.now()),
    course: () => story.course(),
  };
}

/** The HTTP side of a Prometheus over whatever series it is given. Loopback only. */
export function createPrometheusApi(subject: () => Subject, port = 0): Pick<SimulatedPrometheus, 'listen' | 'close'> {
  const server = createServer((request, response) => {
    answer(request, subject)
      .catch((error: unknown) => notAnswered(error))
      .then((reply) => send(response, reply))
      .catch(() => response.destroy());
  });
  return {
    listen: () =>
      new Promise((resolve, reject) => {
        server.once('error', reject);
        server.listen(port, '127.0.0.1', () => resolve({ url: `http://127.0.0.1:${portOf(server.address())}` }));
      }),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function notAnswered(error: unknown): Reply {
  if (error instanceof RangeError || (error instanceof TypeError && 'input' in error)) return refusal(400, 'bad_data', error.message);
  return refusal(500, 'internal', describeError(error));
}

const hint = 'A simulated Prometheus. Nothing here is measured.\n';
const text = (body: string, status = 200): Reply => ({ status, type: 'text', body });

async function answer(request: IncomingMessage, subject: () => Subject): Promise<Reply> {
  const url = new URL(request.url ?? '', 'http://simulated.invalid');
  if (!url.pathname.startsWith('/api/v1/')) return page(url, subject);
  if (request.method !== 'GET' && request.method !== 'POST') return text('Method Not Allowed\n', 405);
  const form = new URLSearchParams(request.method === 'POST' ? await readText(request) : '');
  for (const [name, value] of url.searchParams) if (!form.has(name) || name === 'match[]') form.append(name, value);
  return answerApi(url.pathname.slice('/api/v1/'.length), form, subject()) ?? text('404 page not found\n', 404);
}

function page(url: URL, subject: () => Subject): Reply {
  switch (url.pathname) {
    case '/graph':
      return graph(url.searchParams.get('g0.expr') ?? '', subject());
    case '/metrics':
      return text(
        '# HELP prometheus_build_info What this is.\n# TYPE prometheus_build_info gauge\nprometheus_build_info{version="simulated"} 1\n',
      );
    case '/':
    case '/-/ready':
    case '/-/healthy':
      return text(hint);
    default:
      return text('404 page not found\n', 404);
  }
}

/** Where an alert's query leads. The real one draws a page; here stand the values of this moment, whatever the alert's threshold. */
function graph(promql: string, subject: Subject): Reply {
  const values = valuesOf(promql.replace(/[<>=!]=?\s*[\d.]+\s*$/, ''), subject);
  const shown = values.length === 0 ? 'The simulation has no data for this query.' : values.join('\n');
  return text(`${hint}\n${promql}\n\n${shown}\n`);
}

function valuesOf(promql: string, { series, time, nowMs }: Subject): string[] {
  const at = time.toStory(nowMs);
  try {
    const value = evaluate(parsePromql(promql), at, createContext({ series: () => series }, { startMs: at, endMs: at }));
    return value.type === 'vector' ? value.samples.map(({ labels, v }) => `${labelsText(labels)} ${formatFloat(v)}`) : [];
  } catch (error) {
    if (error instanceof ParseError || error instanceof ExecutionError) return [error.message];
    throw error;
  }
}

function send(response: ServerResponse, { status, type, body }: Reply): void {
  response.writeHead(status, {
    'Content-Type': type === 'text' ? 'text/plain; charset=utf-8' : 'application/json',
    'X-Simulated': 'prometheus',
  });
  response.end(body);
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
