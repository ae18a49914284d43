import { describe, expect, it, onTestFinished } from 'vitest';
import type { IncidentId } from '../../src/incidents/incident.ts';
import { toInstant } from '../../src/kernel/instant.ts';
import { silentLog } from '../../src/kernel/log.ts';
import type { OutboxMessage } from '../../src/outbox/message.ts';
import { createOutboxWorker } from '../../src/outbox/worker.ts';
import type { FaultChange } from '../../src/simulator/slack/faults.ts';
import { openSqliteStore } from '../../src/store/sqlite/sqlite-store.ts';
import { eventually, startScene } from './setup.ts';

/** Store, outbox, adapter and workspace together: as in production, but for the clock. */
async function startAll() {
  const scene = await startScene();
  await eventually(() => scene.slack.status().team, 'the team is known');
  const { clock } = scene;
  const store = openSqliteStore({ path: ':memory:', clock, log: silentLog });
  const revisions = new Map<string, number>();
  const worker = createOutboxWorker({
    outbox: store.outbox,
    sender: scene.slack.sender,
    render: async ({ key }) => ({ summary: `${key}@${revisions.get(key)}`, blocks: [] }),
    onPosted: async () => {},
    clock,
    log: silentLog,
    owner: 'process-1',
    random: () => 0.5,
  });
  onTestFinished(async () => {
    await worker.stop();
    await store.close();
  });
  const message = (key: string, parentKey?: string): OutboxMessage => ({
    schema: 1,
    key,
    lane: 'incidents',
    incidentId: 'inc_1' as IncidentId,
    view: { type: 'card' },
    ...(parentKey === undefined ? {} : { parentKey }),
    priority: parentKey === undefined ? 1 : 3,
    order: key,
    wanted: revisions.get(key) ?? 1,
    sent: 0,
    state: 'due',
    version: 1,
    attempts: 0,
    notBefore: toInstant(clock.now()),
    problem: '',
  });
  return {
    ...scene,
    store,
    async want(key: string, parentKey?: string) {
      revisions.set(key, (revisions.get(key) ?? 0) + 1);
      await store.outbox.want([message(key, parentKey)]);
    },
    async settle() {
      for (let round = 0; round < 500; round += 1) {
        const waitMs = await worker.run(new AbortController().signal);
        if (waitMs === undefined) return;
        clock.advance(Math.max(1, waitMs));
      }
      throw new Error('the outbox never came to rest');
    },
  };
}

describe('the outbox in a workspace that misbehaves', () => {
  it.each<[string, FaultChange]>([
    ['answers are lost', { dropAfterApply: { methods: ['chat.postMessage'], every: 2 } }],
    ['requests are lost', { dropBeforeApply: { methods: ['chat.postMessage', 'chat.update'], every: 2 } }],
    ['answers are cut off', { truncatedBody: { methods: ['chat.postMessage', 'chat.update'], every: 3 } }],
    [
      'limits everywhere',
      { rateLimited: { methods: ['chat.postMessage', 'chat.update', 'conversations.history'], every: 3, retryAfterS: 5 } },
    ],
    ['history is late', { dropAfterApply: { methods: ['chat.postMessage'], every: 2 }, historyLag: { ms: 8000 } }],
    [
      'half done',
      { fatalErrorAfterApply: { methods: ['chat.postMessage'], every: 2 }, serverErrorAfterApply: { methods: ['chat.update'], every: 2 } },
    ],
  ])('when %s: each message once, at its last state, in its thread', async (_, faults) => {
    const all = await startAll();
    all.workspace.faults.set(faults);
    await all.want('a-root');
    await all.want('b-root');
    await all.want('c-reply', 'a-root');
    await all.want('d-reply', 'b-root');
    await all.settle();
    await all.want('a-root');
    await all.want('d-reply', 'b-root');
    await all.settle();
    const channel = all.workspace.channel('#incidents');
    const roots = channel.messages();
    expect(roots.map(({ text }) => text).sort()).toEqual(['a-root@2', 'b-root@1']);
    const threads = roots.map(({ text, ts }) => [text, ...channel.thread(ts).map((reply) => reply.text)]);
    expect(threads.toSorted((a, b) => String(a[0]).localeCompare(String(b[0])))).toEqual([
      ['a-root@2', 'c-reply@1'],
      ['b-root@1', 'd-reply@2'],
    ]);
    expect(all.workspace.stats.posts('#incidents').mostAttemptedPerSecond).toBe(1);
  });

  it('when it was away for long: one edit per message with the last state', async () => {
    const all = await startAll();
    await all.want('a-root');
    await all.settle();
    for (let change = 0; change < 50; change += 1) await all.want('a-root');
    await all.settle();
    expect(all.workspace.stats.calls('chat.update')).toBe(1);
    expect(
      all.workspace
        .channel('#incidents')
        .messages()
        .map(({ text }) => text),
    ).toEqual(['a-root@51']);
  });
});
