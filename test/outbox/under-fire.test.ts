import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { toInstant } from '../../src/kernel/instant.ts';
import { createBudget } from '../../src/outbox/budget.ts';
import type { LaneName, OutboxMessage } from '../../src/outbox/message.ts';
import type { ChatSender, OutboxStore, SendOutcome } from '../../src/outbox/ports.ts';
import { createWorld } from './outbox-world.ts';
import type { World } from './outbox-world.ts';

let world: World;
beforeEach(() => {
  world = createWorld();
});
afterEach(() => world.store.close());

const keys = (prefix: string, count: number) => Array.from({ length: count }, (_, index) => `${prefix}-${String(index).padStart(3, '0')}`);
const limited = (retryAfterMs: number): SendOutcome => ({ type: 'not_applied', reason: 'ratelimited', retryAfterMs });
const callsOf = (method: 'post' | 'update' | 'find', lane?: LaneName) =>
  world.chat.log.filter((one) => one.method === method && (lane === undefined || one.lane === lane));

describe('a call of the escalation ladder', () => {
  it('waits for one gap between posts at most, however full both lanes are', async () => {
    for (const key of keys('thread', 150)) await world.want({ key });
    for (const key of keys('announcement', 150)) await world.want({ key, lane: 'oncall', priority: 0 });
    const worker = world.worker();
    await world.settle(worker, 10_500);
    const asked = world.clock.now().getTime();
    await world.want({ key: 'call', lane: 'oncall', priority: -2 });
    await world.settle(worker, 3000);
    const called = world.chat.log.find(({ key }) => key === 'call');
    expect((called?.at ?? Number.POSITIVE_INFINITY) - asked).toBeLessThanOrEqual(1000);
  });

  it('waits neither for edits that have used the budget up, nor for a limit on them or in the other channel', async () => {
    for (const key of keys('card', 30)) await world.want({ key, lane: 'oncall', priority: 0 });
    await world.want({ key: 'thread' });
    const worker = world.worker({
      sender: {
        ...world.chat.sender,
        update: async () => limited(60_000),
        post: async (request) => (request.lane === 'incidents' ? limited(60_000) : await world.chat.sender.post(request)),
      },
    });
    await world.settle(worker, 40_000);
    for (const key of keys('card', 30)) await world.want({ key, lane: 'oncall', priority: 0 });
    await world.settle(worker, 1000);
    const asked = world.clock.now().getTime();
    await world.want({ key: 'call', lane: 'oncall', priority: -2 });
    await world.settle(worker, 1000);
    expect((world.chat.log.find(({ key }) => key === 'call')?.at ?? Number.POSITIVE_INFINITY) - asked).toBeLessThanOrEqual(1000);
  });
});

describe('Retry-After is about one kind of request', () => {
  it('posts to one channel: edits there and posts to the other go on', async () => {
    await world.want({ key: 'a' });
    const worker = world.worker();
    await world.settle(worker);
    await world.want({ key: 'b' });
    world.chat.script.push('rate_limited');
    await world.settle(worker, 1000);
    await world.want({ key: 'a' });
    await world.want({ key: 'c', lane: 'oncall' });
    const at = world.clock.now().getTime();
    await world.settle(worker, 3000);
    expect(world.texts()).toEqual(['a@2', 'c@1']);
    await world.settle(worker);
    expect(callsOf('post').find(({ key, at: when }) => key === 'b' && when > at)?.at).toBeGreaterThanOrEqual(at + 6000);
  });

  it('edits: posts go on', async () => {
    await world.want({ key: 'a' });
    const worker = world.worker();
    await world.settle(worker);
    await world.want({ key: 'a' });
    await world.want({ key: 'b' });
    world.chat.edits.push('rate_limited');
    await world.settle(worker, 4000);
    expect(world.texts()).toEqual(['a@1', 'b@1']);
    await world.settle(worker);
    expect(callsOf('update').map(({ at }) => at).length).toBe(2);
  });

  it('files: messages go on, and files wait', async () => {
    let refusals = 1;
    const isFile = (key: string) => key.startsWith('file');
    const sender: ChatSender = {
      ...world.chat.sender,
      post: async (request) => (isFile(request.key) && refusals-- > 0 ? limited(20_000) : await world.chat.sender.post(request)),
    };
    await world.want({ key: 'root' });
    const worker = world.worker({ sender });
    await world.settle(worker);
    await world.want({ key: 'file-1', parentKey: 'root', view: { type: 'file', number: 1, part: 'output' }, priority: 2 });
    await world.want({ key: 'file-2', parentKey: 'root', view: { type: 'file', number: 2, part: 'output' }, priority: 2 });
    await world.want({ key: 'reply', parentKey: 'root' });
    const at = world.clock.now().getTime();
    await world.settle(worker, 5000);
    expect(world.texts()).toEqual(['root@1', 'reply@1']);
    await world.settle(worker);
    expect(world.texts()).toEqual(['root@1', 'reply@1', 'file-1@1', 'file-2@1']);
    expect(world.chat.shown[2]?.at).toBeGreaterThanOrEqual(at + 20_000);
  });

  it('reads: nothing else is looked for meanwhile, and posts go on', async () => {
    let reads = 0;
    const sender: ChatSender = {
      ...world.chat.sender,
      async find(request) {
        reads += 1;
        return reads === 1 ? { type: 'unavailable', reason: 'ratelimited', retryAfterMs: 20_000 } : await world.chat.sender.find(request);
      },
    };
    for (const key of ['a', 'b', 'c']) await world.want({ key });
    world.chat.script.push('ambiguous_applied', 'ambiguous_applied');
    const worker = world.worker({ sender });
    await world.settle(worker, 15_000);
    expect(reads).toBe(1);
    expect(world.texts()).toEqual(['a@1', 'b@1', 'c@1']);
    await world.settle(worker);
    expect(await world.states()).toEqual({ a: 'idle', b: 'idle', c: 'idle' });
  });
});

describe('what all processes may do together', () => {
  it('is bounded by one budget when the lanes sit in two of them', async () => {
    const [one, other] = [world.worker(), world.worker()];
    await world.leave('oncall', 'process-2');
    const incidents = keys('card', 10);
    const oncall = keys('call', 10);
    const wantAll = async () => {
      for (const key of incidents) await world.want({ key });
      for (const key of oncall) await world.want({ key, lane: 'oncall' });
    };
    const both = async (forMs: number) => {
      for (let ms = 0; ms < forMs; ms += 500) {
        await Promise.all([one.run(new AbortController().signal), other.run(new AbortController().signal)]);
        world.clock.advance(500);
      }
    };
    await wantAll();
    await both(30_000);
    const from = world.clock.now().getTime();
    for (let second = 0; second < 60; second += 1) {
      await wantAll();
      await both(1000);
    }
    const edits = callsOf('update').filter(({ at }) => at >= from);
    const of = (names: readonly string[]) => edits.filter(({ key }) => names.includes(key)).length;
    expect(of(incidents)).toBeGreaterThan(10);
    expect(of(oncall)).toBeGreaterThan(10);
    // 45 a minute, and the burst that each has saved up.
    expect(edits.length).toBeLessThanOrEqual(55);
  });

  it('follows the share that a process has at the moment', () => {
    let share = 1;
    const budget = createBudget({ perMinute: 60, burst: 1, share: () => share });
    expect(budget.take('a', 0)).toBe(true);
    expect(budget.waitMs('a', 0)).toBe(1000);
    share = 0.5;
    expect(budget.waitMs('a', 0)).toBe(2000);
    expect(budget.take('a', 2000)).toBe(true);
  });
});

it('after a long outage each of 200 messages is edited once, to its newest state', async () => {
  const cards = keys('card', 200);
  for (const key of cards) await world.want({ key });
  const worker = world.worker();
  await world.settle(worker);
  world.chat.settings.away = true;
  for (let change = 0; change < 5; change += 1) {
    for (const key of cards) await world.want({ key });
    await world.settle(worker, 60_000);
  }
  world.chat.settings.away = false;
  world.chat.log.length = 0;
  await world.settle(worker);
  expect(callsOf('update')).toHaveLength(200);
  expect(new Set(callsOf('update').map(({ key }) => key)).size).toBe(200);
  expect(world.texts().every((text) => text.endsWith('@6'))).toBe(true);
});

describe('many messages about what is over', () => {
  it('go behind the others by few questions at a time, each incident asked for once', async () => {
    for (const key of keys('card', 80)) await world.want({ key, incident: `incident of ${Number(key.slice(-3)) % 40}` });
    let [asking, most] = [0, 0];
    const asked: string[] = [];
    const worker = world.worker({
      async isOver({ incidentId = '' }) {
        asked.push(incidentId);
        asking += 1;
        most = Math.max(most, asking);
        await new Promise((resolve) => setImmediate(resolve));
        asking -= 1;
        return Number(incidentId.split(' ').at(-1)) < 30;
      },
    });
    await world.settle(worker, 500);
    expect(most).toBe(8);
    // The first one is asked for before all, and the first that is open again when its turn comes.
    expect(asked.length).toBeLessThanOrEqual(42);
    expect(callsOf('post').map(({ key }) => key)).toEqual(['card-030']);
  });
});

describe('replies that wait until it is known whether their root is still there', () => {
  it('hold nothing else up, and not the edit of the root that tells it, however slow the store is', async () => {
    const { outbox } = world.store;
    await world.want({ key: 'root' });
    await world.settle(world.worker(), 20_000);
    // An edit of the root and two replies had no answer, and the process ended.
    for (const key of ['reply-1', 'reply-2']) await world.want({ key, parentKey: 'root' });
    await world.want({ key: 'root' });
    const now = toInstant(world.clock.now());
    for (const key of ['root', 'reply-1', 'reply-2']) {
      const message = await outbox.get(key);
      if (message === undefined) throw new Error(`there is no message ${key}`);
      const { shownDigest: _unknown, ...inQuestion } = message;
      const doubted = { ...inQuestion, attempts: 1, doubt: { since: now }, version: message.version + 1 };
      const next: OutboxMessage = key === 'root' ? doubted : { ...doubted, state: 'ambiguous', firstTriedAt: now };
      expect(await outbox.replace(next, message.version)).toBe(true);
    }
    await world.want({ key: 'other-root' });
    const slow: OutboxStore = {
      ...outbox,
      async nextDueAt(lane) {
        world.clock.advance(600);
        if (world.clock.now().getTime() > Date.parse(now) + 600_000) throw new Error('ten minutes have gone by');
        return await outbox.nextDueAt(lane);
      },
    };
    await world.settle(world.worker({ outbox: slow }));
    expect(world.texts().sort()).toEqual(['other-root@1', 'reply-1@1', 'reply-2@1', 'root@2']);
    expect(new Set(Object.values(await world.states()))).toEqual(new Set(['idle']));
  });
});
