import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { LogLevel, WebClient, type WebClientOptions } from '@slack/web-api';
import { onTestFinished } from 'vitest';
import { createManualClock, type ManualClock } from '../../../src/kernel/clock.ts';
import { silentLog, type Log } from '../../../src/kernel/log.ts';
import { exampleWorkspace, type ExampleChoices } from '../../../src/simulator/slack/example-workspace.ts';
import type { ListeningWorkspace, SlackWorkspace, SlackWorkspaceOptions } from '../../../src/simulator/slack/workspace-types.ts';
import { createSlackWorkspace } from '../../../src/simulator/slack/workspace.ts';
import { slackStory, type SlackStory } from '../../language/slack.ts';

const start = new Date('2026-03-01T03:00:00Z');
export const incidents = 'C0INCIDENTS';
export const engineering = 'C0ENGINEER0';

export type Simulation = {
  workspace: SlackWorkspace;
  listening: ListeningWorkspace;
  clock: ManualClock;
  client: WebClient;
  story: SlackStory;
};

type Extra = Partial<Omit<SlackWorkspaceOptions, 'clock' | 'team' | 'people' | 'channels' | 'usergroups' | 'app'>>;

const silentLogger = {
  debug: () => {},
  info: () => {},
  warn: () => {},
  error: () => {},
  setLevel: () => {},
  getLevel: () => LogLevel.ERROR,
  setName: () => {},
};

/** A client that neither retries nor queues, as the bot's own ones. */
export function createClient(listening: ListeningWorkspace, options: WebClientOptions = {}, token = 'xoxb-simulated-tocsin'): WebClient {
  return new WebClient(token, {
    slackApiUrl: listening.apiUrl,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    logger: silentLogger,
    ...options,
  });
}

/** Collects what is logged as errors. */
export function recordingLog(): { log: Log; errors: string[]; warnings: string[] } {
  const errors: string[] = [];
  const warnings: string[] = [];
  const log: Log = {
    ...silentLog,
    error: (fields, message) => errors.push(`${message} ${JSON.stringify(fields)}`),
    warn: (fields, message) => warnings.push(`${message} ${JSON.stringify(fields)}`),
  };
  return { log, errors, warnings };
}

/** A workspace that listens, on a clock that stands still. Any error it logs fails the test. */
export async function simulate(extra: Extra = {}, choices: ExampleChoices = {}): Promise<Simulation> {
  const clock = createManualClock(start);
  const { log, errors } = recordingLog();
  const workspace = await createSlackWorkspace({ ...exampleWorkspace(choices), clock, log, ...extra });
  const listening = await workspace.listen({ port: 0 });
  onTestFinished(async () => {
    await workspace.close();
    if (extra.log === undefined && errors.length > 0) throw new Error(errors.join('\n'));
  });
  return { workspace, listening, clock, client: createClient(listening), story: slackStory(workspace, { clock }) };
}

export type Heard = { headers: IncomingMessage['headers']; body: string; payload: Record<string, unknown> };
export type Answerer = (heard: Heard, response: ServerResponse) => void;

const acknowledge: Answerer = (_, response) => response.end();

function payloadOf(type: string, body: string): Record<string, unknown> {
  if (type === 'application/json') return JSON.parse(body);
  const form = Object.fromEntries(new URLSearchParams(body));
  return form['payload'] === undefined ? form : JSON.parse(form['payload']);
}

/** An app that remembers what it heard and answers as it is told. */
export async function listenAsApp(
  workspace: SlackWorkspace,
  answer: Answerer = acknowledge,
): Promise<{ heard: Heard[]; answerWith(next: Answerer): void }> {
  const heard: Heard[] = [];
  let current = answer;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString('utf8');
      const item = { headers: request.headers, body, payload: payloadOf(request.headers['content-type'] ?? '', body) };
      heard.push(item);
      current(item, response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(
    () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  );
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the app has no port');
  workspace.setRequestUrl(`http://127.0.0.1:${address.port}/slack/events`);
  return {
    heard,
    answerWith(next) {
      current = next;
    },
  };
}

/** The error that a Web API call ended with. */
export async function errorOf(call: Promise<unknown>): Promise<string> {
  try {
    await call;
  } catch (error) {
    const data: unknown = typeof error === 'object' && error !== null ? Reflect.get(error, 'data') : undefined;
    const name: unknown = typeof data === 'object' && data !== null ? Reflect.get(data, 'error') : undefined;
    return typeof name === 'string' ? name : String(error);
  }
  return 'ok';
}
