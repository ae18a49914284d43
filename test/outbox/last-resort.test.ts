import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TocsinError } from '../../src/kernel/errors.ts';
import type { OutboxStore } from '../../src/outbox/ports.ts';
import type { Step } from './fake-chat.ts';
import { createWorld } from './outbox-world.ts';
import type { World } from './outbox-world.ts';

let world: World;
beforeEach(() => {
  world = createWorld();
});
afterEach(() => world.store.close());

const times = (count: number, step: Step) => Array.from({ length: count }, () => step);

describe('a reply whose root was deleted', () => {
  async function startDeleted() {
    await world.want({ key: 'root' });
    const worker = world.worker();
    await world.settle(worker);
    world.chat.remove('root');
    await world.want({ key: 'x-reply', parentKey: 'root' });
    return worker;
  }

  it('is not given up for refusals that had nothing to do with it', async () => {
    const worker = await startDeleted();
    world.chat.script.push(...times(8, 'refused'));
    await world.settle(worker);
    expect(world.texts()).toEqual(['root@1', 'x-reply@1']);
  });

  it('waits for the edit that finds out, however long that takes', async () => {
    const worker = await startDeleted();
    world.chat.edits.push(...times(6, 'rate_limited'));
    await world.settle(worker);
    expect(world.texts()).toEqual(['root@1', 'x-reply@1']);
    expect(world.chat.shown[1]?.threadTs).toBe(world.chat.shown[0]?.ts);
  });

  it('waits also for an edit that was wanted anyway and has many before it', async () => {
    const cards = Array.from({ length: 40 }, (_, index) => `card-${index}`);
    for (const key of ['root', ...cards]) await world.want({ key });
    const worker = world.worker();
    await world.settle(worker);
    await world.want({ key: 'root' });
    await world.settle(worker);
    world.chat.remove('root');
    for (const key of ['root', ...cards]) await world.want({ key });
    await world.want({ key: 'x-reply', parentKey: 'root' });
    await world.settle(worker);
    expect(world.texts().slice(-2)).toEqual(['root@3', 'x-reply@1']);
  });

  it('is given up when the root is there and the thread takes none', async () => {
    await world.want({ key: 'root' });
    const worker = world.worker();
    await world.settle(worker);
    await world.want({ key: 'x-reply', parentKey: 'root' });
    world.chat.settings.threadsClosed = true;
    await world.settle(worker);
    expect(await world.states()).toEqual({ root: 'idle', 'x-reply': 'dead' });
    expect(world.texts()).toEqual(['root@1']);
  });
});

describe('a post whose answer was lost before the platform went away for long', () => {
  it.each([false, true])('is looked for when it is back, not posted again (requests are swallowed: %s)', async (swallows) => {
    world.chat.settings.swallows = swallows;
    await world.want({ key: 'root' });
    await world.want({ key: 'second' });
    const worker = world.worker();
    world.chat.script.push('ambiguous_applied');
    await world.settle(worker, 0);
    world.chat.settings.away = true;
    for (let part = 0; part < 3; part += 1) await world.settle(worker, 20 * 60_000);
    world.chat.settings.away = false;
    // The first look at what comes back may well fail.
    world.chat.finds.push('unavailable', 'unavailable');
    await world.settle(worker);
    expect(world.texts()).toEqual(['root@1', 'second@1']);
    expect(world.chat.shown.map(({ marked }) => marked)).toEqual([false, false]);
  });
});

describe('an edit', () => {
  it('whose both forms are refused waits for the next revision', async () => {
    await world.want({ key: 'root' });
    const worker = world.worker();
    await world.settle(worker);
    await world.want({ key: 'root' });
    world.chat.script.push('bad_payload', 'bad_payload');
    await world.settle(worker);
    expect(world.counted).toContain('refused');
    expect(world.texts()).toEqual(['root@1']);
    await world.want({ key: 'root' });
    await world.settle(worker);
    expect(world.texts()).toEqual(['root@3']);
    expect(world.chat.shown[0]?.plain).toBe(false);
  });

  it('in a channel that is closed holds nothing else up', async () => {
    await world.want({ key: 'old' });
    const worker = world.worker();
    await world.settle(worker);
    await world.want({ key: 'old' });
    world.chat.script.push('channel_gone');
    await world.settle(worker, 0);
    await world.want({ key: 'new' });
    await world.settle(worker, 2000);
    expect(world.texts()).toContain('new@1');
    expect((await worker.status()).lanes.incidents.paused).toBeUndefined();
  });

  it('does not wait behind hundreds of posts', async () => {
    await world.want({ key: 'root' });
    const worker = world.worker();
    await world.settle(worker);
    for (let reply = 0; reply < 400; reply += 1) await world.want({ key: `reply-${reply}`, parentKey: 'root' });
    await world.want({ key: 'root' });
    await world.settle(worker, 10_000);
    expect(world.texts()[0]).toBe('root@2');
  });

  it('whose answer was lost is made once more when the lost one may have come late', async () => {
    await world.want({ key: 'root' });
    const worker = world.worker();
    await world.settle(worker);
    await world.want({ key: 'root' });
    world.chat.script.push('ambiguous_lost');
    await world.settle(worker, 6000);
    expect(world.texts()).toEqual(['root@2']);
    for (const message of world.chat.shown) message.text = 'root@1';
    await world.settle(worker);
    expect(world.texts()).toEqual(['root@2']);
  });
});

describe('a message that cannot be worked on', () => {
  it('holds no other up', async () => {
    await world.want({ key: 'a-root' });
    await world.want({ key: 'b-reply', parentKey: 'a-root', priority: 0 });
    const { outbox } = world.store;
    const damaged: OutboxStore = {
      ...outbox,
      async get(key) {
        if (key === 'a-root') throw new TocsinError('internal', 'damaged');
        return await outbox.get(key);
      },
    };
    await world.settle(world.worker({ outbox: damaged }), 5000);
    expect(world.texts()).toEqual(['a-root@1']);
  });
});
