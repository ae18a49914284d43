import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { resolveIncident } from '../../src/incidents/resolve.ts';
import { TocsinError } from '../../src/kernel/errors.ts';
import { ana } from '../support/desk.ts';
import { createStormWorld } from './storm-world.ts';
import type { StormWorld } from './storm-world.ts';

let world: StormWorld;
beforeEach(() => {
  world = createStormWorld();
});
afterEach(() => world.store.close());

const minuteMs = 60_000;
const kinds = (lane: 'incidents' | 'oncall') => world.posts(lane).map(({ kind }) => kind);

describe('a storm', () => {
  it('gets one card, ahead of the next thread, and then the threads come, critical ones first, nothing dropped', async () => {
    await world.burst(1, 'warning');
    const worker = world.worker();
    await world.passes(0, worker);
    await world.burst(30, 'warning');
    await world.burst(5, 'critical');
    const before = world.clock.now().getTime();
    await world.passes(3000, worker);
    expect(kinds('incidents').slice(0, 3)).toEqual(['card', 'storm', 'card']);
    const [, storm, next] = world.posts('incidents');
    expect((storm?.at ?? 0) - before).toBeLessThanOrEqual(1000);
    expect((next?.at ?? 0) - (storm?.at ?? 0)).toBe(1000);
    await world.passes(10 * minuteMs, worker);
    const threads = world.posts('incidents').filter(({ kind }) => kind === 'card');
    expect(threads).toHaveLength(36);
    const critical = new Set(
      (await world.store.storms.listOpen({ from: 1, severity: 'critical', limit: 9 })).map(({ id }) => `${id}:card`),
    );
    expect(threads.slice(1, 6).every(({ key }) => critical.has(key))).toBe(true);
    expect(kinds('incidents').filter((kind) => kind === 'storm')).toHaveLength(1);
    expect(await world.store.outbox.countWaiting('incidents')).toBe(0);
  });

  it('is said as it is: how many, the worst, what waits and for how long, what to do', async () => {
    const [first] = await world.burst(2, 'critical', 3);
    await world.burst(40, 'warning');
    await world.burst(1, 'info');
    if (first !== undefined) await world.acknowledge(first);
    await world.relayAll();
    const worker = world.worker();
    await world.passes(13_000, worker);
    expect(world.cards('incidents')).toMatchInlineSnapshot(`
      [
        "# 🔴 Alert storm · 43 incidents since 03:00 UTC
      🔴 2 critical · 🟠 40 warning · 🔵 1 for information only
      37 threads wait: about 1 minute at the present pace, critical ones first. Nothing is lost.
      41 are not acknowledged, 1 of them critical.
      Folded: 4 alerts joined an incident that was there, 1 update went along with a later one.
      The worst, critical ones first
      - 🔴 Critical · INC-1 Service 1 fails · 3 alerts firing · acknowledged by @ben · Open the thread
      - 🔴 Critical · INC-2 Service 2 fails · 3 alerts firing · nobody has it · Open the thread
      - 🟠 Warning · INC-3 Service 3 fails · 1 alert firing · nobody has it · Open the thread
      - 🟠 Warning · INC-4 Service 4 fails · 1 alert firing · nobody has it · Open the thread
      - 🟠 Warning · INC-5 Service 5 fails · 1 alert firing · nobody has it · Open the thread
      - 🟠 Warning · INC-6 Service 6 fails · 1 alert firing · nobody has it · thread waits
      - 🟠 Warning · INC-7 Service 7 fails · 1 alert firing · nobody has it · thread waits
      - 🟠 Warning · INC-8 Service 8 fails · 1 alert firing · nobody has it · thread waits
      - 🟠 Warning · INC-9 Service 9 fails · 1 alert firing · nobody has it · thread waits
      - 🟠 Warning · INC-10 Service 10 fails · 1 alert firing · nobody has it · thread waits
      What to do: /incident shows what needs you, /incident ack INC-2 takes one, /incident list lists what is open. They work before a thread is open, too.
      [What needs me now] [List what is open]
        (Counted at 03:00 · this message follows the storm until it is over)",
      ]
    `);
    await world.passes(10 * minuteMs, worker);
    expect(world.cards('incidents')).toMatchInlineSnapshot(`
      [
        "# ✅ Alert storm over · 43 incidents
      From 03:00 to 03:00 (40 s).
      🔴 2 critical · 🟠 40 warning · 🔵 1 for information only
      42 threads, all open.
      41 are not acknowledged, 1 of them critical.
      Folded: 4 alerts joined an incident that was there, 10 updates went along with a later one.
      Still open, the worst first
      - 🔴 Critical · INC-1 Service 1 fails · 3 alerts firing · acknowledged by @ben · Open the thread
      - 🔴 Critical · INC-2 Service 2 fails · 3 alerts firing · nobody has it · Open the thread
      - 🟠 Warning · INC-3 Service 3 fails · 1 alert firing · nobody has it · Open the thread
      - 🟠 Warning · INC-4 Service 4 fails · 1 alert firing · nobody has it · Open the thread
      - 🟠 Warning · INC-5 Service 5 fails · 1 alert firing · nobody has it · Open the thread
      - 🟠 Warning · INC-6 Service 6 fails · 1 alert firing · nobody has it · Open the thread
      - 🟠 Warning · INC-7 Service 7 fails · 1 alert firing · nobody has it · Open the thread
      - 🟠 Warning · INC-8 Service 8 fails · 1 alert firing · nobody has it · Open the thread
      - 🟠 Warning · INC-9 Service 9 fails · 1 alert firing · nobody has it · Open the thread
      - 🟠 Warning · INC-10 Service 10 fails · 1 alert firing · nobody has it · Open the thread
      What to do: /incident shows what needs you, /incident ack INC-2 takes one, /incident list lists what is open. They work before a thread is open, too.
      [What needs me now] [List what is open]
        (Counted at 03:01)",
      ]
    `);
  });

  it('is none below the threshold, and none because of what is tried again', async () => {
    await world.burst(9, 'warning');
    const worker = world.worker();
    await world.passes(minuteMs, worker);
    expect(world.cards('incidents')).toEqual([]);
    world.clock.advance(24 * 60 * minuteMs);
    await world.burst(1, 'warning');
    expect(await world.store.storms.latest()).toBeUndefined();
  });

  it('that ends and begins anew has a new card', async () => {
    const worker = world.worker();
    await world.burst(12, 'warning');
    await world.passes(5 * minuteMs, worker);
    await world.burst(12, 'warning');
    await world.passes(5 * minuteMs, worker);
    const [one = '', two = ''] = world.cards('incidents');
    expect([one, two].map((card) => card.split('\n')[0])).toEqual([
      '# ✅ Alert storm over · 12 incidents',
      '# ✅ Alert storm over · 12 incidents',
    ]);
    expect(await world.store.storms.latest()).toMatchObject({ number: 2, firstIncident: 13, lastIncident: 24, cards: 1 });
  });

  it('that pauses for less than a minute is the same', async () => {
    const worker = world.worker();
    await world.burst(12, 'warning');
    await world.passes(40_000, worker);
    await world.burst(12, 'warning');
    await world.passes(5 * minuteMs, worker);
    expect(world.cards('incidents')).toHaveLength(1);
    expect(await world.store.storms.latest()).toMatchObject({ number: 1, lastIncident: 24 });
  });

  it('that lasts gets a newer card, and the older one says so', async () => {
    world.fakeChat.settings.away = true;
    const worker = world.worker();
    await world.burst(15, 'warning');
    world.fakeChat.settings.away = false;
    await world.passes(2000, worker);
    // Posts are limited for half an hour; edits are not.
    const { sender } = world.fakeChat;
    const limited = world.worker({
      sender: { ...sender, post: async () => ({ type: 'not_applied', reason: 'ratelimited', retryAfterMs: 31 * minuteMs }) },
    });
    await worker.stop();
    await world.passes(10 * minuteMs, limited);
    expect(world.cards('incidents')[0]).toContain('none could be opened in the last minute');
    await world.passes(20 * minuteMs, limited);
    await limited.stop();
    const again = world.worker();
    await world.passes(5 * minuteMs, again);
    const [old = '', present = ''] = world.cards('incidents');
    expect(old).toContain('A newer card further down in this channel');
    expect(present).toContain('Alert storm over · 15 incidents');
  });

  it('is edited every ten seconds at most, however fast things change', async () => {
    const worker = world.worker();
    await world.burst(50, 'warning');
    for (let second = 0; second < 60; second += 1) {
      await world.burst(1, 'warning');
      await world.passes(1000, worker);
    }
    const key = world.posts('incidents').find(({ kind }) => kind === 'storm')?.key;
    const edits = world.fakeChat.log.filter((one) => one.method === 'update' && one.key === key);
    expect(edits.length).toBeGreaterThanOrEqual(5);
    expect(edits.length).toBeLessThanOrEqual(7);
  });
});

it('commands say that there is more than they show', async () => {
  await world.burst(210, 'warning');
  expect(await world.hear('list')).toMatch(/^At least 200 incidents open\n(- .*\n){25}.*The gravest of the latest, and 175 more/);
  expect(await world.hear('')).toMatch(/^At least 200 incidents wait for somebody to acknowledge/);
});

describe('of a critical storm those on call', () => {
  it('are told by one message, and by single ones only where few wait', async () => {
    await world.burst(60, 'critical');
    const worker = world.worker();
    await world.passes(30_000, worker);
    expect(kinds('oncall')).toEqual(['storm']);
    expect(world.cards('oncall')).toMatchInlineSnapshot(`
      [
        "# 🔴 Alert storm · 60 critical incidents since 03:00 UTC
      60 are not acknowledged.
      While many come at once they are announced here together, not one by one. Calls about what nobody acknowledges still come one by one.
      40 threads wait: about 1 minute at the present pace, critical ones first. Nothing is lost.
      The worst
      - 🔴 Critical · INC-1 Service 1 fails · 1 alert firing · nobody has it · Open the thread
      - 🔴 Critical · INC-2 Service 2 fails · 1 alert firing · nobody has it · Open the thread
      - 🔴 Critical · INC-3 Service 3 fails · 1 alert firing · nobody has it · Open the thread
      - 🔴 Critical · INC-4 Service 4 fails · 1 alert firing · nobody has it · Open the thread
      - 🔴 Critical · INC-5 Service 5 fails · 1 alert firing · nobody has it · Open the thread
      - 🔴 Critical · INC-6 Service 6 fails · 1 alert firing · nobody has it · Open the thread
      - 🔴 Critical · INC-7 Service 7 fails · 1 alert firing · nobody has it · Open the thread
      - 🔴 Critical · INC-8 Service 8 fails · 1 alert firing · nobody has it · Open the thread
      - 🔴 Critical · INC-9 Service 9 fails · 1 alert firing · nobody has it · Open the thread
      - 🔴 Critical · INC-10 Service 10 fails · 1 alert firing · nobody has it · Open the thread
      What to do: /incident shows what needs you, /incident ack INC-1 takes one, /incident list lists what is open. They work before a thread is open, too.
      [What needs me now] [List what is open]
        (Counted at 03:00 · this message follows the storm until it is over)",
      ]
    `);
    await world.burst(1, 'critical');
    await world.passes(5000, worker);
    expect(kinds('oncall')).toEqual(['storm', 'oncall']);
  });

  it('get no announcement later for what the storm`s message said', async () => {
    const [first] = await world.burst(20, 'critical');
    const worker = world.worker();
    await world.passes(5 * minuteMs, worker);
    if (first !== undefined) await world.acknowledge(first);
    await world.passes(minuteMs, worker);
    expect(kinds('oncall')).toEqual(['storm']);
    expect(await world.store.outbox.countWaiting('oncall')).toBe(0);
  });

  it('are told one by one where the storm`s message cannot be posted', async () => {
    await world.burst(15, 'critical');
    const { sender } = world.fakeChat;
    const worker = world.worker({
      sender: {
        ...sender,
        post: async (request) =>
          request.key.startsWith('storm:') ? { type: 'bad_payload', reason: 'invalid_blocks' } : await sender.post(request),
      },
    });
    await world.passes(2 * minuteMs, worker);
    expect(kinds('oncall').filter((kind) => kind === 'oncall')).toHaveLength(15);
  });
});

describe('crashes and several processes', () => {
  it('between the storm and its card: the next process posts it, once', async () => {
    await world.burst(20, 'critical');
    const { outbox } = world.store;
    const isStorm = (key: string) => key.startsWith('storm:');
    const dying: typeof outbox = {
      ...outbox,
      async want(messages) {
        if (messages.some(({ key }) => isStorm(key))) throw new TocsinError('unavailable', 'killed', { retryable: true });
        await outbox.want(messages);
      },
    };
    await expect(world.worker({ outbox: dying }).run(new AbortController().signal)).rejects.toThrow('killed');
    expect((await world.store.storms.latest())?.number).toBe(1);
    world.clock.advance(12_000);
    await world.passes(3 * minuteMs, world.worker());
    expect([kinds('incidents'), kinds('oncall')].map((each) => each.filter((kind) => kind === 'storm'))).toEqual([['storm'], ['storm']]);
  });

  it('between its end and the last word about it: the next process says it', async () => {
    await world.burst(12, 'warning');
    const { outbox, storms } = world.store;
    const dying: typeof outbox = {
      ...outbox,
      async want(messages) {
        if ((await storms.latest())?.endedAt !== undefined) throw new TocsinError('unavailable', 'killed', { retryable: true });
        await outbox.want(messages);
      },
    };
    await expect(world.passes(5 * minuteMs, world.worker({ outbox: dying }))).rejects.toThrow('killed');
    expect(world.cards('incidents')[0]).not.toContain('Alert storm over');
    world.clock.advance(12_000);
    await world.passes(minuteMs, world.worker());
    expect(world.cards('incidents')).toHaveLength(1);
    expect(world.cards('incidents')[0]).toContain('Alert storm over');
  });

  it('three processes at once: one storm, one card, one message to those on call', async () => {
    const workers = [world.worker(), world.worker(), world.worker()];
    for (let burst = 0; burst < 6; burst += 1) {
      await world.burst(6, 'critical');
      await world.passes(700, ...workers);
    }
    await workers[0]?.stop();
    await world.passes(5 * minuteMs, ...workers.slice(1));
    expect([world.cards('incidents').length, world.cards('oncall').length]).toEqual([1, 1]);
    expect(world.posts('incidents').filter(({ kind }) => kind === 'card')).toHaveLength(36);
    const times = world.posts('incidents').map(({ at }) => at);
    expect(Math.min(...times.slice(1).map((at, index) => at - (times[index] ?? 0)))).toBeGreaterThanOrEqual(1000);
  });

  it('a storm that is damaged in the store holds no thread up', async () => {
    await world.burst(12, 'warning');
    const damaged = async () => await Promise.reject(new TocsinError('internal', 'The stored storm 1 is damaged.'));
    Object.assign(world.store.storms, { latest: damaged });
    await world.passes(minuteMs, world.worker());
    expect(kinds('incidents').filter((kind) => kind === 'card')).toHaveLength(12);
  });
});

it('what is over by now goes behind what is open', async () => {
  world.fakeChat.settings.away = true;
  const worker = world.worker();
  const incidents = await world.burst(6, 'warning');
  await world.passes(minuteMs, worker);
  for (const incident of incidents.slice(0, 3)) {
    await resolveIncident(world.change, { id: incident.id, by: { type: 'user', ...ana }, cause: `over-${incident.id}` });
  }
  await world.relayAll();
  world.fakeChat.settings.away = false;
  world.fakeChat.log.length = 0;
  await world.passes(5 * minuteMs, worker);
  const orderOf = (kind: string) =>
    world
      .posts('incidents')
      .filter((post) => post.kind === kind)
      .map(({ key }) => incidents.findIndex(({ id }) => key.startsWith(`${id}:`)));
  expect(orderOf('card')).toEqual([3, 4, 5, 0, 1, 2]);
  expect(orderOf('alerts')).toEqual([3, 4, 5, 0, 1, 2]);
});
