import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { commands } from '../../commands/index.ts';
import type { Action } from '../../src/chat/action.ts';
import type { Desk } from '../../src/chat/desk.ts';
import { createChatHandler } from '../../src/chat/dispatch.ts';
import type { Block, Inline, Message } from '../../src/chat/message.ts';
import type { ChatMetrics } from '../../src/chat/metrics.ts';
import type { ChatHandler, Form, FormReply, Place, Reply } from '../../src/chat/reply.ts';
import { settingsSchema } from '../../src/config/settings.ts';
import { createRunner } from '../../src/executions/runner.ts';
import type { Runner } from '../../src/executions/runner.ts';
import type { Incident, Person } from '../../src/incidents/incident.ts';
import type { Instant } from '../../src/kernel/instant.ts';
import type { Log } from '../../src/kernel/log.ts';
import { createOutboxWorker } from '../../src/outbox/worker.ts';
import type { OutboxWorker } from '../../src/outbox/worker.ts';
import { createAccess } from '../../src/people/access.ts';
import type { AccessRule } from '../../src/people/access.ts';
import { offersFor } from '../../src/reading/offers.ts';
import { readRunbookSteps } from '../../src/reading/read-step.ts';
import { createRunbookLibrary } from '../../src/runbooks/library.ts';
import { parseRunbook } from '../../src/runbooks/parse.ts';
import type { Runbook } from '../../src/runbooks/runbook.ts';
import { createDoctor } from '../../src/wiring/doctor.ts';
import { watchdogPolicy } from '../../src/wiring/watch-alertmanager.ts';
import { createOutside, scriptedOperations } from '../executions/scripted-operations.ts';
import type { Outside } from '../executions/scripted-operations.ts';
import { bot, guest, member } from '../executions/world.ts';
import { createFakeChat } from '../outbox/fake-chat.ts';
import { alertLink, ana, createTestDesk } from '../support/desk.ts';
import type { TestDesk } from '../support/desk.ts';

export const channel = 'C0INCIDENTS';

const shippedPath = 'video-processing-error-budget.md';
const shipped = parseRunbook({
  path: shippedPath,
  text: readFileSync(fileURLToPath(new URL(`../../runbooks/${shippedPath}`, import.meta.url)), 'utf8'),
});

/** The runbook that the project ships, read from its folder. */
export function shippedRunbook(): Runbook {
  return shipped;
}

type Asked = { by?: Person; threadTs?: string; cause?: string };

/** People at their chat: what they say, press and fill in, over the embedded store. */
export type TestChat = TestDesk & {
  desk: Desk;
  handler: ChatHandler;
  runner: Runner;
  /** What is said in chat, and the chat itself, which a test may have refuse it. */
  outbox: OutboxWorker;
  fakeChat: ReturnType<typeof createFakeChat>;
  /** What the steps find outside, and do there. */
  outside: Outside;
  logged: { fields: object; message: string }[];
  say(text: string, asked?: Asked): Promise<Reply>;
  /** The answer as plain lines. */
  hear(text: string, asked?: Asked): Promise<string>;
  press(action: Action, asked?: Asked): Promise<Reply>;
  open(...args: Parameters<TestDesk['open']>): ReturnType<TestDesk['open']>;
  openForm(action: Action, asked?: Asked): Promise<Reply>;
  submit(action: Action, answers: Readonly<Record<string, string>>, asked?: Asked): Promise<FormReply>;
};

type Overrides = {
  sentAway?: { count: number; lastAt: Instant };
  runbooks?: readonly Runbook[];
  desk?: Partial<Desk>;
  rules?: readonly AccessRule[];
  quorum?: number;
  metrics?: ChatMetrics;
};

export function createTestChat(overrides: Overrides = {}): TestChat {
  const test = createTestDesk();
  const logged: { fields: object; message: string }[] = [];
  const record = (fields: object, message: string) => void logged.push({ fields, message });
  const log: Log = { debug: record, info: record, warn: record, error: record };
  const runbooks = createRunbookLibrary(overrides.runbooks ?? [shippedRunbook()]);
  const outside = createOutside();
  const runner = createRunner({
    change: test.change,
    executions: test.store.executions,
    locks: test.store.locks,
    operations: scriptedOperations(outside, test.clock),
    access: createAccess({
      rules: overrides.rules ?? [],
      identities: [],
      directory: {
        person: async (id) => {
          if (id === bot.id) return { ...member, isBot: true };
          return id === guest.id ? { ...member, isGuest: true } : member;
        },
      },
      log,
    }),
    runbooks: { digestOf: (path) => runbooks.get(path)?.digest },
    settings: {
      quorum: overrides.quorum ?? 1,
      expiryMs: 900_000,
      breakGlassAfterMs: 300_000,
      verifyEveryMs: 30_000,
      verifyForMs: 600_000,
    },
    log,
    owner: 'process-1',
    parallel: 4,
  });
  const fakeChat = createFakeChat(test.clock);
  const outbox = createOutboxWorker({
    outbox: test.store.outbox,
    sender: fakeChat.sender,
    render: async ({ key }) => ({ summary: key, blocks: [] }),
    onPosted: async () => {},
    clock: test.clock,
    log,
    owner: 'process-1',
    random: () => 0.5,
  });
  const desk: Desk = {
    ...test.change,
    timeline: test.store.timeline,
    alerts: test.store.alerts,
    runbooks,
    runner,
    documents: test.store.executions,
    doctor: createDoctor({
      store: test.store,
      change: test.change,
      outboxStatus: () => outbox.status(),
      sentAway: () => overrides.sentAway,
      channels: { incidents: '#incidents', oncall: '#oncall' },
      isCompared: false,
      watchdog: watchdogPolicy(settingsSchema.parse({})),
      retried: { deliveries: () => {}, messages: () => {} },
      log,
    }),
    steps: {
      read: (runbook) => readRunbookSteps(runbook),
      async offers(parameter, incident) {
        const alerts = await Promise.all(incident.alerts.map(({ key }) => test.store.alerts.get(key)));
        return offersFor(parameter, { alertLabels: alerts.flatMap((alert) => (alert === undefined ? [] : [alert.labels])) });
      },
    },
    people: { nameOf: (id) => Promise.resolve(id === 'U0BEN00000' ? 'ben' : undefined) },
    downloads: { linkFor: (incident, format) => `https://tocsin.example/export/${incident.number}.${format}` },
    linksFor: () => ({}),
    command: '/incident',
    ...overrides.desk,
  };
  const handler = createChatHandler({ commands, desk, log, ...(overrides.metrics === undefined ? {} : { metrics: overrides.metrics }) });
  let requests = 0;
  const request = (asked: Asked = {}): { person: Person; place: Place; cause: string } => {
    requests += 1;
    return {
      person: asked.by ?? ana,
      place: { channel, ...(asked.threadTs === undefined ? {} : { threadTs: asked.threadTs }) },
      cause: asked.cause ?? `request-${requests}`,
    };
  };
  return {
    ...test,
    desk,
    handler,
    runner,
    outbox,
    fakeChat,
    outside,
    logged,
    say: (text, asked) => handler.command({ text, ...request(asked) }),
    async hear(text, asked) {
      return linesOf(await handler.command({ text, ...request(asked) }));
    },
    press: (action, asked) => handler.press({ action, ...request(asked) }),
    openForm(action, asked) {
      const { person, place } = request(asked);
      return handler.openForm({ action, person, place });
    },
    submit(action, answers, asked) {
      const { person, cause } = request(asked);
      return handler.submitForm({ action, answers, person, cause });
    },
  };
}

/** The form that a reply holds. */
export function formOf(reply: Reply): Form {
  if (reply.type !== 'form') throw new Error(`expected a form, and got: ${linesOf(reply)}`);
  return reply.form;
}

export function messageOf(reply: Reply | FormReply): Message {
  if ('message' in reply) return reply.message;
  throw new Error(`expected a message, and got ${JSON.stringify(reply)}`);
}

/** A reply as plain lines, the way a person reads it. */
export function linesOf(reply: Reply | FormReply): string {
  if (reply.type === 'form') return `form: ${reply.form.title}`;
  if (reply.type === 'invalid') return JSON.stringify(reply.errors);
  return linesOfMessage(reply.message);
}

export function linesOfMessage(message: Message): string {
  return message.blocks.map(blockLines).join('\n');
}

function blockLines(block: Block): string {
  switch (block.type) {
    case 'heading':
      return `# ${block.text}`;
    case 'text':
      return inlineText(block.content);
    case 'context':
      return `  (${inlineText(block.content)})`;
    case 'list':
      return block.items.map((item) => `- ${inlineText(item)}`).join('\n');
    case 'quote':
      return block.lines.map((line) => `> ${inlineText(line)}`).join('\n');
    case 'code':
      return block.text;
    case 'divider':
      return '---';
    case 'fields':
      return block.fields.map(({ label, content }) => `${label}: ${inlineText(content)}`).join('\n');
    case 'actions':
      return [...block.buttons.map(({ label }) => `[${label}]`), ...(block.menu === undefined ? [] : [`[${block.menu.label}]`])].join(' ');
  }
}

export function inlineText(content: readonly Inline[]): string {
  return content
    .map((inline) => {
      if (typeof inline === 'string') return inline;
      if (inline.type === 'user') return `@${inline.name}`;
      if (inline.type === 'time') return inline.style === 'time' ? inline.at.slice(11, 16) : inline.at.slice(0, 16).replace('T', ' ');
      return inline.type === 'missing' ? `[? ${inline.text}]` : inline.text;
    })
    .join('');
}

/** A critical incident with the runbook that the project ships. */
export async function openCritical(chat: TestChat): Promise<Incident> {
  const { path, title, digest, impact } = shippedRunbook();
  return chat.open({
    title,
    severity: 'critical',
    impact: impact?.user ?? '',
    runbook: { path, title, digest, matchedBy: 'title' },
    alert: alertLink({ severity: 'critical' }),
  });
}
