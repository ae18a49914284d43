import { onTestFinished } from 'vitest';
import type { Execution } from '../../src/incidents/execution.ts';
import { executionsOf } from '../../src/incidents/execution.ts';
import type { Incident } from '../../src/incidents/incident.ts';
import { recordThread } from '../../src/incidents/record.ts';
import { silentLog } from '../../src/kernel/log.ts';
import { createOutboxWorker } from '../../src/outbox/worker.ts';
import { drawOutboxMessage } from '../../src/wiring/draw-outbox-message.ts';
import { createTestChat, openCritical } from '../chat/chat-desk.ts';
import type { TestChat } from '../chat/chat-desk.ts';
import type { MessageStory } from '../language/slack.ts';
import { eventually, startScene } from '../slack/setup.ts';
import type { Scene } from '../slack/setup.ts';

/** People in Slack before the real commands, runner and outbox. Only what the steps do outside is as the test says. */
export type SlackChat = Pick<Scene, 'workspace' | 'story' | 'clock'> & {
  chat: TestChat;
  incident: Incident;
  /** The incident's root message. */
  card: MessageStory;
  executions(): Promise<readonly Execution[]>;
  /** What everybody was told of executions, by kind of timeline entry. */
  kinds(): Promise<readonly string[]>;
  /** Resolves when nothing is under way any more and Slack shows all that there is to show. */
  rests(): Promise<void>;
  /** Lets this much time pass in Slack. */
  passes(ms: number): Promise<void>;
};

export async function startSlackChat(overrides: Parameters<typeof createTestChat>[0] = {}): Promise<SlackChat> {
  const chat = createTestChat(overrides);
  const { workspace, story, clock, slack } = await startScene({ slack: { handler: chat.handler } });
  await eventually(() => slack.status().team, 'the team is known');
  const worker = createOutboxWorker({
    outbox: chat.store.outbox,
    sender: slack.sender,
    render: (message) => drawOutboxMessage({ store: chat.store, desk: chat.desk }, message),
    onPosted: async ({ view, incidentId, posted }) => {
      if (view.type !== 'card' || incidentId === undefined || posted === undefined) return;
      await recordThread(chat.change, { id: incidentId, ...posted });
    },
    clock,
    log: silentLog,
    owner: 'process-1',
    random: () => 0.5,
  });
  onTestFinished(async () => {
    await chat.runner.stop();
    await worker.stop();
    await chat.store.close();
  });
  async function send(): Promise<void> {
    for (let round = 0; round < 500; round += 1) {
      await chat.relay();
      const waitMs = await worker.run(new AbortController().signal);
      if (waitMs === undefined && (await chat.relay()) === 0) return;
      clock.advance(Math.max(1, waitMs ?? 1));
    }
    throw new Error('the outbox never came to rest');
  }
  /** The same for a while, whatever is left to do then. */
  async function passes(ms: number): Promise<void> {
    await story.settled();
    await chat.runner.idle();
    for (let left = ms; left > 0;) {
      await chat.relay();
      const waitMs = Math.min(left, Math.max(1, (await worker.run(new AbortController().signal)) ?? left));
      clock.advance(waitMs);
      left -= waitMs;
    }
  }
  const rests = async () => {
    await story.settled();
    await chat.runner.idle();
    await send();
    await story.settled();
  };
  const incident = await openCritical(chat);
  await rests();
  return {
    workspace,
    story,
    clock,
    chat,
    incident,
    card: await story.channel('#incidents').expectMessage(/INC-1/),
    rests,
    passes,
    async executions() {
      await rests();
      return executionsOf(await chat.fresh(incident));
    },
    async kinds() {
      await rests();
      const kinds = (await chat.store.timeline.read(incident.id)).map(({ kind }) => kind);
      return kinds.filter((kind) => kind.startsWith('mitigation') || kind.startsWith('run'));
    },
  };
}
