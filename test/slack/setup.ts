import { createServer } from 'node:net';
import { onTestFinished } from 'vitest';
import type { ChatHandler, Reply } from '../../src/chat/reply.ts';
import { createManualClock } from '../../src/kernel/clock.ts';
import type { Log } from '../../src/kernel/log.ts';
import { exampleWorkspace } from '../../src/simulator/slack/example-workspace.ts';
import type { ExampleChoices } from '../../src/simulator/slack/example-workspace.ts';
import { createSlackWorkspace } from '../../src/simulator/slack/workspace.ts';
import { createSlack } from '../../src/slack/slack.ts';
import type { SlackOptions } from '../../src/slack/slack.ts';
import { slackStory } from '../language/slack.ts';

export const say = (text: string): Reply => ({ type: 'message', message: { summary: text, blocks: [{ type: 'text', content: [text] }] } });

export const declareForm: Reply = {
  type: 'form',
  form: {
    action: { type: 'form', command: 'update', incident: 7 },
    title: 'Update INC-7',
    submit: 'Post',
    fields: [
      { type: 'text', id: 'text', label: 'What is new?' },
      { type: 'choice', id: 'phase', label: 'Phase', options: [{ value: 'identified', label: 'Identified' }], optional: true },
      { type: 'person', id: 'who', label: 'Who', optional: true },
    ],
  },
};

export type Heard = {
  what: keyof ChatHandler;
  text?: string;
  person: string;
  channel?: string;
  threadTs?: string;
  cause?: string;
  answers?: object;
};

/** A handler that writes down what it hears and answers with `answers`. */
export function createRecorder(answers: Partial<ChatHandler> = {}): { handler: ChatHandler; heard: Heard[] } {
  const heard: Heard[] = [];
  const place = (at: { channel: string; threadTs?: string }) => ({
    channel: at.channel,
    ...(at.threadTs === undefined ? {} : { threadTs: at.threadTs }),
  });
  const handler: ChatHandler = {
    async command(request) {
      heard.push({ what: 'command', text: request.text, person: request.person.name, cause: request.cause, ...place(request.place) });
      return await (answers.command?.(request) ?? say(`heard ${request.text}`));
    },
    async press(request) {
      heard.push({
        what: 'press',
        text: request.action.command,
        person: request.person.name,
        cause: request.cause,
        ...place(request.place),
      });
      return await (answers.press?.(request) ?? say(`pressed ${request.action.command}`));
    },
    async openForm(request) {
      heard.push({ what: 'openForm', text: request.action.command, person: request.person.name, ...place(request.place) });
      return await (answers.openForm?.(request) ?? declareForm);
    },
    async submitForm(request) {
      heard.push({
        what: 'submitForm',
        text: request.action.command,
        person: request.person.name,
        cause: request.cause,
        answers: request.answers,
      });
      return await (answers.submitForm?.(request) ?? { type: 'done', message: { summary: 'thank you', blocks: [] } });
    },
  };
  return { handler, heard };
}

type Choices = {
  answers?: Partial<ChatHandler>;
  slack?: Partial<SlackOptions>;
  workspace?: ExampleChoices;
  /** Slack cannot be reached until the test calls `slackComesBack`. */
  slackIsAway?: boolean;
};

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  await new Promise((resolve) => {
    server.close(resolve);
  });
  if (typeof address !== 'object' || address === null) throw new Error('there is no free port');
  return address.port;
}

/** The adapter against a simulated workspace, over loopback. Its clock stands still unless a test or a waiting story moves it. */
export async function startScene(choices: Choices = {}) {
  const clock = createManualClock(new Date('2026-03-14T03:00:00.000Z'));
  const logged: { level: string; message: string; fields: object }[] = [];
  const write = (level: string) => (fields: object, message: string) => void logged.push({ level, message, fields });
  const log: Log = { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') };
  const workspace = await createSlackWorkspace({ ...exampleWorkspace(choices.workspace), clock, log });
  const apiPort = await freePort();
  const slackComesBack = () => workspace.listen({ port: apiPort });
  if (choices.slackIsAway !== true) await slackComesBack();
  const { handler, heard } = createRecorder(choices.answers);
  const slack = createSlack({
    token: 'xoxb-simulated-tocsin',
    receive: { type: 'http', signingSecret: 'simulated-signing-secret', port: 0, host: '127.0.0.1' },
    apiUrl: `http://127.0.0.1:${apiPort}/api/`,
    channels: { incidents: '#incidents', oncall: 'oncall' },
    command: '/incident',
    handler,
    clock,
    log,
    ...choices.slack,
  });
  const { port } = await slack.start();
  const url = `http://127.0.0.1:${port}/slack/events`;
  workspace.setRequestUrl(url);
  onTestFinished(async () => {
    await slack.stop();
    await workspace.close();
  });
  return { workspace, slackComesBack, apiPort, slack, clock, heard, logged, url, story: slackStory(workspace, { clock }) };
}

export type Scene = Awaited<ReturnType<typeof startScene>>;

/** Waits, in real time, for something that no change of the workspace announces. */
export async function eventually<T>(probe: () => T | undefined | false, what: string): Promise<T> {
  const giveUp = Date.now() + 10_000;
  for (;;) {
    const found = probe();
    if (found !== undefined && found !== false) return found;
    if (Date.now() > giveUp) throw new Error(`never: ${what}`);
    await new Promise((resolve) => setImmediate(resolve));
  }
}
