import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { addMs, toInstant } from '../../src/kernel/instant.ts';
import type { ChatSender, OutboxStore } from '../../src/outbox/ports.ts';
import { createWorld, turns } from './outbox-world.ts';
import type { World } from './outbox-world.ts';

let world: World;
beforeEach(() => {
  world = createWorld();
});
afterEach(() => world.store.close());

const signal = new AbortController().signal;
const leaseMs = 12_000;

/** Holds the first call back until it is let go. */
function gate() {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  let reached = () => {};
  const waiting = new Promise<void>((resolve) => {
    reached = resolve;
  });
  let calls = 0;
  return {
    open: () => open(),
    /** Resolves when somebody stands before it. */
    waiting,
    async pass() {
      calls += 1;
      if (calls > 1) return;
      reached();
      await opened;
    },
  };
}

describe('the lane of a process', () => {
  it('that was killed is free after twelve seconds at most', async () => {
    await world.want({ key: 'one' });
    await world.worker().run(signal);
    await world.want({ key: 'two' });
    const killedAt = world.clock.now().getTime();
    const successor = world.worker();
    await world.settle(successor, leaseMs + 2000);
    const post = world.chat.log.find(({ key }) => key === 'two');
    expect((post?.at ?? Number.POSITIVE_INFINITY) - killedAt).toBeLessThanOrEqual(leaseMs + 2000);
    expect(world.texts()).toEqual(['one@1', 'two@1']);
  });

  it('that runs stays its own, also while a request takes longer than a lease', async () => {
    const slow = gate();
    const sender: ChatSender = {
      ...world.chat.sender,
      async post(request) {
        await slow.pass();
        return await world.chat.sender.post(request);
      },
    };
    await world.want({ key: 'one' });
    const [one, other] = [world.worker({ sender }), world.worker()];
    one.start();
    await slow.waiting;
    other.start();
    for (let second = 0; second < 40; second += 1) {
      await turns();
      world.clock.advance(1000);
    }
    await turns();
    expect(world.chat.log).toEqual([]);
    slow.open();
    await turns();
    expect(world.texts()).toEqual(['one@1']);
    expect(await world.states()).toEqual({ one: 'idle' });
    await Promise.all([one.stop(), other.stop()]);
  });

  it('that idles stays its own, so that it may use all of the budgets', async () => {
    const [one, other] = [world.worker(), world.worker()];
    one.start();
    await turns();
    other.start();
    for (let second = 0; second < 60; second += 1) {
      world.clock.advance(1000);
      await turns();
    }
    const now = world.clock.now();
    const ask = (owner: string) =>
      world.store.outbox.leaseLane({ lane: 'oncall', owner, now: toInstant(now), until: addMs(toInstant(now), 1) });
    expect(await ask('process-2')).toBeUndefined();
    await Promise.all([one.stop(), other.stop()]);
  });
});

describe('a process that stalls for longer than its lease', () => {
  it('before it noted its post sends nothing', async () => {
    const stall = gate();
    const outbox: OutboxStore = {
      ...world.store.outbox,
      async notePost(...args) {
        await stall.pass();
        return await world.store.outbox.notePost(...args);
      },
    };
    await world.want({ key: 'one' });
    const stalled = world.worker({ outbox }).run(signal);
    await stall.waiting;
    world.clock.advance(leaseMs);
    const successor = world.worker();
    await world.settle(successor);
    expect(world.texts()).toEqual(['one@1']);
    stall.open();
    await stalled;
    await world.settle(successor);
    expect(world.texts()).toEqual(['one@1']);
    expect(await world.states()).toEqual({ one: 'idle' });
  });

  it('in an edit that arrives after a newer one: the newer one is made again', async () => {
    await world.want({ key: 'one' });
    const stall = gate();
    const sender: ChatSender = {
      ...world.chat.sender,
      async update(request) {
        await stall.pass();
        return await world.chat.sender.update(request);
      },
    };
    const first = world.worker({ sender });
    await world.settle(first);
    await world.want({ key: 'one', revision: 2 });
    world.clock.advance(2000);
    const stalled = first.run(signal);
    await stall.waiting;
    world.clock.advance(leaseMs);
    await world.want({ key: 'one', revision: 3 });
    const successor = world.worker();
    await world.settle(successor);
    expect(world.texts()).toEqual(['one@3']);
    stall.open();
    await stalled;
    expect(world.texts()).toEqual(['one@2']);
    await world.settle(successor);
    expect(world.texts()).toEqual(['one@3']);
  });

  it('is told so where a request has several steps', async () => {
    await world.want({ key: 'one' });
    const asked: (boolean | undefined)[] = [];
    const stopping = new AbortController();
    const sender: ChatSender = {
      ...world.chat.sender,
      async post(request) {
        asked.push(request.isOurs?.());
        world.clock.advance(leaseMs);
        asked.push(request.isOurs?.());
        stopping.abort();
        return { type: 'not_applied', reason: 'the lane was taken over', retryAfterMs: 0 };
      },
    };
    await world.worker({ sender }).run(stopping.signal);
    expect(asked).toEqual([true, false]);
  });
});
