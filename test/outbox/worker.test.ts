import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { toInstant } from '../../src/kernel/instant.ts';
import type { ChatSender, OutboxStore } from '../../src/outbox/ports.ts';
import { createWorld } from './outbox-world.ts';
import type { World } from './outbox-world.ts';

let world: World;
beforeEach(() => {
  world = createWorld();
});
afterEach(() => world.store.close());

const postTimes = () => world.chat.log.filter((one) => one.method === 'post').map((one) => one.at);

describe('posts', () => {
  it('go out in order of priority, a second apart, replies in the thread of their root', async () => {
    await world.want({ key: 'a-reply', parentKey: 'b-root' });
    await world.want({ key: 'b-root' });
    await world.want({ key: 'c-critical', priority: 0 });
    await world.settle(world.worker());
    expect(world.texts()).toEqual(['c-critical@1', 'b-root@1', 'a-reply@1']);
    expect(world.chat.shown[2]?.threadTs).toBe(world.chat.shown[1]?.ts);
    const [first = 0, second = 0, third = 0] = postTimes();
    // The reply leaves the next turn to an announcement for a moment.
    expect([second - first, third - second]).toEqual([1000, 1300]);
  });

  it('are told to the incident before they count as sent', async () => {
    await world.want({ key: 'root' });
    await world.settle(world.worker());
    expect(world.recorded.get('root')).toBe(world.chat.shown[0]?.ts);
    expect(await world.states()).toEqual({ root: 'idle' });
  });

  it('keep the pace across a takeover', async () => {
    await world.want({ key: 'one' });
    const first = world.worker();
    await world.settle(first, 100);
    await first.stop();
    await world.want({ key: 'two' });
    await world.settle(world.worker());
    const [one = 0, two = 0] = postTimes();
    expect(two - one).toBeGreaterThanOrEqual(1000);
    expect(two - one).toBeLessThan(3000);
  });

  it('of two lanes do not wait for each other', async () => {
    await world.want({ key: 'one' });
    await world.want({ key: 'two', lane: 'oncall' });
    await world.settle(world.worker(), 0);
    expect(postTimes()).toHaveLength(2);
  });

  it('are not repeated by a second process while the first holds the lane', async () => {
    await world.want({ key: 'one' });
    await world.settle(world.worker(), 0);
    await world.want({ key: 'two' });
    await world.settle(world.worker(), 10_000);
    expect(world.texts()).toEqual(['one@1']);
    await world.settle(world.worker());
    expect(world.texts()).toEqual(['one@1', 'two@1']);
  });

  it('that announce an incident each second do not wait behind the replies of those before', async () => {
    const worker = world.worker();
    const asked = new Map<string, number>();
    for (let second = 0; second < 20; second += 1) {
      const key = `root-${second}`;
      // Not quite in time: now and then the turn is free a little before the next announcement comes.
      await world.settle(worker, second % 2 === 0 ? 60 : 0);
      asked.set(key, world.clock.now().getTime());
      await world.want({ key });
      for (const part of ['alerts', 'runbook']) await world.want({ key: `${key}-${part}`, parentKey: key });
      await world.settle(worker, 980);
    }
    const waits = world.chat.log.flatMap(({ method, key, at }) =>
      method === 'post' && asked.has(key) ? [at - (asked.get(key) ?? 0)] : [],
    );
    expect(waits).toHaveLength(20);
    expect(Math.max(...waits)).toBeLessThanOrEqual(100);
    await world.settle(worker);
    expect(world.chat.shown).toHaveLength(60);
  });

  it('that wait for the pace are not read again each time that somebody asks', async () => {
    for (let index = 0; index < 50; index += 1) await world.want({ key: `thread-${index}` });
    let looks = 0;
    const { outbox } = world.store;
    const counting: OutboxStore = {
      ...outbox,
      listDue(...asked) {
        looks += 1;
        return outbox.listDue(...asked);
      },
    };
    const worker = world.worker({ outbox: counting });
    const ask = () => worker.run(new AbortController().signal);
    for (let asked = 0; asked < 20; asked += 1) await ask();
    expect(looks).toBe(2);
    world.clock.advance(1000);
    await ask();
    expect(postTimes()).toHaveLength(2);
  });

  it('with nothing to show are done with', async () => {
    await world.want({ key: 'one' });
    await world.settle(world.worker({ render: async () => undefined }));
    expect(world.chat.log).toEqual([]);
    expect(await world.states()).toEqual({ one: 'idle' });
  });
});

describe('edits', () => {
  it('of an outage become one with the newest state', async () => {
    await world.want({ key: 'root' });
    const worker = world.worker();
    await world.settle(worker);
    for (let change = 0; change < 100; change += 1) await world.want({ key: 'root' });
    await world.settle(worker);
    expect(world.chat.log.filter((one) => one.method === 'update')).toHaveLength(1);
    expect(world.texts()).toEqual(['root@101']);
  });

  it('without a difference are not sent', async () => {
    await world.want({ key: 'root' });
    const worker = world.worker();
    await world.settle(worker);
    await world.store.outbox.want([{ ...(await stored('root')), wanted: 9 }]);
    await world.settle(worker);
    expect(world.chat.log.map((one) => one.method)).toEqual(['post']);
    expect((await stored('root')).sent).toBe(9);
  });

  it('of many cards share the workspace budget fairly', async () => {
    const keys = Array.from({ length: 20 }, (_, index) => `card-${String(index).padStart(2, '0')}`);
    const worker = world.worker();
    for (const key of keys) await world.want({ key });
    await world.settle(worker);
    const from = world.clock.now().getTime();
    for (let second = 0; second < 60; second += 1) {
      for (const key of keys) await world.want({ key });
      await world.settle(worker, 1000);
    }
    const edits = world.chat.log.filter((one) => one.method === 'update' && one.at >= from);
    expect(edits.length).toBeLessThanOrEqual(50);
    expect(edits.length).toBeGreaterThanOrEqual(40);
    const perCard = keys.map((key) => edits.filter((one) => one.key === key).length);
    expect(Math.max(...perCard) - Math.min(...perCard)).toBeLessThanOrEqual(1);
  });

  it('are simply made again after an ambiguous answer', async () => {
    await world.want({ key: 'root' });
    const worker = world.worker();
    await world.settle(worker);
    await world.want({ key: 'root' });
    world.chat.script.push('ambiguous_applied', 'ambiguous_lost');
    await world.settle(worker);
    expect(world.texts()).toEqual(['root@2']);
    expect(world.chat.log.some((one) => one.method === 'find')).toBe(false);
  });

  it('shown once but not surely are sent again when the state goes back', async () => {
    await world.want({ key: 'root', revision: 1 });
    const worker = world.worker();
    await world.settle(worker);
    await world.want({ key: 'root', revision: 2 });
    world.chat.script.push('ambiguous_applied');
    await world.settle(worker, 1);
    world.revisions.set('root', 1);
    await world.settle(worker);
    expect(world.texts()).toEqual(['root@1']);
  });

  it('of a deleted message post it anew, and later replies follow it', async () => {
    await world.want({ key: 'root' });
    const worker = world.worker();
    await world.settle(worker);
    world.chat.remove('root');
    await world.want({ key: 'root' });
    await world.settle(worker);
    await world.want({ key: 'x-reply', parentKey: 'root' });
    await world.settle(worker);
    expect(world.texts()).toEqual(['root@2', 'x-reply@1']);
    expect(world.chat.shown[1]?.threadTs).toBe(world.chat.shown[0]?.ts);
    const posts = world.chat.log.filter((one) => one.method === 'post' && one.key === 'root');
    expect(posts[0]?.since).not.toBe(posts[1]?.since);
  });
});

describe('answers that settle nothing', () => {
  it('of a post that arrived: it is found, and not posted again', async () => {
    await world.want({ key: 'root' });
    world.chat.script.push('ambiguous_applied');
    world.chat.settings.lagMs = 10_000;
    await world.settle(world.worker());
    expect(world.texts()).toEqual(['root@1']);
    expect(world.recorded.get('root')).toBe(world.chat.shown[0]?.ts);
  });

  it('of a post that did not arrive: absence is believed after 12 seconds and two looks', async () => {
    await world.want({ key: 'root' });
    world.chat.script.push('ambiguous_lost');
    await world.settle(world.worker());
    const [first = 0, second = 0] = postTimes();
    expect(second - first).toBeGreaterThanOrEqual(12_000);
    expect(world.chat.log.filter((one) => one.method === 'find').length).toBeGreaterThanOrEqual(2);
    expect(world.texts()).toEqual(['root@1']);
  });

  it('of a post that came late from a platform that hangs: it is found, as absence counts from the first look that was answered', async () => {
    await world.want({ key: 'root' });
    world.chat.script.push('ambiguous_applied');
    world.chat.settings.lagMs = 16_000;
    const { sender } = world.chat;
    let looks = 0;
    const hanging: ChatSender = {
      ...sender,
      async find(wanted) {
        looks += 1;
        if (looks === 1) world.clock.advance(11_000);
        return await sender.find(wanted);
      },
    };
    await world.settle(world.worker({ sender: hanging }));
    expect(looks).toBe(2);
    expect(world.chat.shown.map(({ marked }) => marked)).toEqual([false]);
  });

  it('with an unreadable history hold the post, and after 15 minutes repeat it with a mark', async () => {
    await world.want({ key: 'root' });
    world.chat.script.push('ambiguous_applied');
    world.chat.finds.push(...Array.from({ length: 100 }, () => 'unavailable' as const));
    await world.settle(world.worker());
    const [first = 0, second = 0] = postTimes();
    expect(second - first).toBeGreaterThanOrEqual(15 * 60_000);
    expect(world.chat.shown.map((one) => one.marked)).toEqual([false, true]);
    expect(world.counted).toContain('resent');
  });

  it('found with an older text is brought up to date', async () => {
    await world.want({ key: 'root' });
    const worker = world.worker();
    world.chat.script.push('ambiguous_applied');
    await world.settle(worker, 10);
    await world.want({ key: 'root' });
    await world.settle(worker);
    expect(world.texts()).toEqual(['root@2']);
  });
});

describe('crashes', () => {
  it('in the middle of a post: the next process looks before it posts', async () => {
    await world.want({ key: 'root' });
    const row = await stored('root');
    const now = toInstant(world.clock.now());
    const attempt = { token: 1, revision: 1, digest: 'x' };
    await world.store.outbox.replace(
      { ...row, state: 'sending', attempts: 1, attempt, firstTriedAt: now, version: row.version + 1 },
      row.version,
    );
    await world.chat.sender.post({
      lane: 'incidents',
      key: 'root',
      message: { summary: 'root@1', blocks: [] },
      broadcast: false,
      plain: false,
      since: now,
    });
    await world.settle(world.worker());
    expect(world.texts()).toEqual(['root@1']);
    expect(await world.states()).toEqual({ root: 'idle' });
  });

  it('of the incident store after a post: it is looked up and recorded later', async () => {
    await world.want({ key: 'root' });
    let failures = 2;
    const worker = world.worker();
    const set = world.recorded.set.bind(world.recorded);
    world.recorded.set = (key, ts) => {
      failures -= 1;
      if (failures >= 0) throw new Error('the store is away');
      return set(key, ts);
    };
    await world.settle(worker);
    expect(world.texts()).toEqual(['root@1']);
    expect(world.recorded.get('root')).toBe(world.chat.shown[0]?.ts);
  });
});

describe('status', () => {
  it('tells depth and age of each lane', async () => {
    await world.want({ key: 'a' });
    await world.want({ key: 'b' });
    const status = await world.worker().status();
    expect(status).toEqual({
      lanes: { incidents: { depth: 2, oldest: '2026-03-14T03:00:00.000Z' }, oncall: { depth: 0 } },
      dead: 0,
    });
  });
});

async function stored(key: string) {
  const message = await world.store.outbox.get(key);
  if (message === undefined) throw new Error(`${key} is not in the outbox`);
  return message;
}
