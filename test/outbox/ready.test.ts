import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { addMs, toInstant } from '../../src/kernel/instant.ts';
import type { OutboxStore } from '../../src/outbox/ports.ts';
import { recovered } from '../../src/outbox/transitions.ts';
import type { OutboxWorker } from '../../src/outbox/worker.ts';
import { createWorld, turns } from './outbox-world.ts';
import type { World } from './outbox-world.ts';

let world: World;
beforeEach(() => {
  world = createWorld();
});
afterEach(() => world.store.close());

const { signal } = new AbortController();
const postTimes = () => world.chat.log.filter((one) => one.method === 'post').map((one) => one.at);

/** A store before which the clock moves on: what reads it and writes to it takes time. */
function slowStore(ms: number): OutboxStore {
  const { outbox } = world.store;
  return {
    ...outbox,
    async listDue(...asked) {
      world.clock.advance(ms);
      return await outbox.listDue(...asked);
    },
    async replace(...asked) {
      world.clock.advance(ms);
      return await outbox.replace(...asked);
    },
  };
}

/** One post is out, and the next one is ready 30 ms before its turn. */
async function readyFor(worker: OutboxWorker, waitMs = 30): Promise<void> {
  await world.want({ key: 'one' });
  await world.want({ key: 'two' });
  await worker.run(signal);
  world.clock.advance(970);
  expect(await worker.run(signal)).toBe(waitMs);
  expect(await world.states()).toMatchObject({ two: 'sending' });
  expect(world.texts()).toEqual(['one@1']);
}

/** Lets time pass for a worker that runs by itself. */
async function passes(ms: number, stepMs = 10): Promise<void> {
  for (let passed = 0; passed <= ms; passed += stepMs) {
    await turns();
    if (passed < ms) world.clock.advance(stepMs);
  }
}

describe('a post whose turn comes soon', () => {
  it('goes out at that moment, however long it took to get it ready', async () => {
    for (const key of ['one', 'two', 'three', 'four']) await world.want({ key });
    await world.settle(world.worker({ outbox: slowStore(15) }));
    const [first = 0, ...others] = postTimes();
    // The answers are stored in the seconds between.
    expect(others.map((at) => at - first)).toEqual([1000, 2000, 3000]);
  });

  it('is waited for awake in its last moments, where the clock can do that', async () => {
    const { clock } = world;
    const exactly = vi.fn(async (atMs: number) => clock.advance(atMs - clock.now().getTime()));
    const worker = world.worker({ clock: { ...clock, exactly } });
    await readyFor(worker, 27);
    clock.advance(27);
    await worker.run(signal);
    expect(exactly).toHaveBeenCalledOnce();
    const [first = 0, second = 0] = postTimes();
    expect(second - first).toBe(1000);
  });

  it('is sent once, however often somebody asks meanwhile', async () => {
    const worker = world.worker();
    await readyFor(worker);
    await world.want({ key: 'three', priority: 0 });
    for (const left of [30, 20, 10]) {
      expect(await worker.run(signal)).toBe(left);
      world.clock.advance(10);
    }
    await worker.run(signal);
    expect(world.texts()).toEqual(['one@1', 'two@1']);
    await world.settle(worker);
    expect(world.texts()).toEqual(['one@1', 'two@1', 'three@1']);
  });

  it('waits as before when the process ends, and the next one sends it without a look', async () => {
    const worker = world.worker();
    await readyFor(worker);
    await worker.stop();
    expect(await world.states()).toMatchObject({ two: 'due' });
    await world.settle(world.worker());
    expect(world.texts()).toEqual(['one@1', 'two@1']);
    expect(world.chat.log.map(({ method }) => method)).toEqual(['post', 'post']);
  });

  it('is looked for first when the process was killed', async () => {
    await readyFor(world.worker());
    await world.settle(world.worker());
    expect(world.texts()).toEqual(['one@1', 'two@1']);
    expect(world.chat.log.map(({ method }) => method)).toEqual(['post', 'find', 'find', 'post']);
  });

  it('is not sent by a process that stood still until its lane could be another`s', async () => {
    const worker = world.worker();
    await readyFor(worker);
    world.clock.advance(60_000);
    await world.leave('incidents', 'another process');
    await worker.run(signal);
    expect(world.texts()).toEqual(['one@1']);
    expect(await world.states()).toMatchObject({ two: 'due' });
    await world.settle(worker);
    expect(world.texts()).toEqual(['one@1', 'two@1']);
  });

  it('is not sent by a process that lost its lane and has it again: another may have sent it', async () => {
    const { outbox } = world.store;
    const { sender } = world.chat;
    const worker = world.worker({
      sender: {
        ...sender,
        post(request) {
          world.clock.advance(20);
          return sender.post(request);
        },
      },
    });
    worker.start();
    // Leases are renewed every four seconds, and the turn of the second post comes just after that.
    await passes(2990);
    await world.want({ key: 'one' });
    await world.want({ key: 'two' });
    await passes(970);
    expect(world.texts()).toEqual(['one@1']);
    expect(await world.states()).toMatchObject({ two: 'sending' });
    // One whose clock is ahead takes the lane, sees what is left there, and gives the lane back.
    const now = toInstant(world.clock.now());
    const ahead = { lane: 'incidents', owner: 'another process', now: addMs(now, 20_000), until: now } as const;
    expect(await outbox.leaseLane(ahead)).toMatchObject({ token: 2 });
    const left = await outbox.get('two');
    if (left === undefined) throw new Error('there is no such message');
    await outbox.replace({ ...recovered(left, now), version: left.version + 1 }, left.version);
    await passes(100);
    expect(world.texts()).toEqual(['one@1']);
    await passes(60_000, 100);
    await worker.stop();
    expect(world.texts()).toEqual(['one@1', 'two@1']);
    expect(world.chat.log.map(({ method }) => method)).toEqual(['post', 'find', 'find', 'post']);
  });

  it('shows with its next edit what was raised since it was drawn', async () => {
    const worker = world.worker();
    await readyFor(worker);
    await world.want({ key: 'two' });
    await world.settle(worker);
    expect(world.texts()).toEqual(['one@1', 'two@2']);
  });
});
