import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createWorld } from './outbox-world.ts';
import type { World } from './outbox-world.ts';

let world: World;
beforeEach(() => {
  world = createWorld();
});
afterEach(() => world.store.close());

describe('refusals', () => {
  it('with a wait are respected, per method', async () => {
    await world.want({ key: 'root' });
    const worker = world.worker();
    await world.settle(worker);
    world.clock.advance(60_000);
    await world.want({ key: 'root' });
    await world.want({ key: 'second' });
    world.chat.script.push('rate_limited');
    await world.settle(worker);
    const second = world.chat.log.filter((one) => one.key === 'second').map((one) => one.at);
    expect((second[1] ?? 0) - (second[0] ?? 0)).toBe(7000);
    const edit = world.chat.log.find((one) => one.method === 'update');
    expect(edit?.at).toBeLessThan(second[1] ?? 0);
    expect(world.texts()).toEqual(['root@2', 'second@1']);
  });

  it('because nobody answers back off, and keep the order', async () => {
    await world.want({ key: 'a' });
    await world.want({ key: 'b' });
    world.chat.script.push('refused', 'refused', 'refused');
    await world.settle(world.worker());
    const attempts = world.chat.log.map((one) => one.at);
    const gaps = attempts.slice(1).map((at, index) => at - (attempts[index] ?? 0));
    expect(gaps.slice(0, 3)).toEqual([1000, 1500, 3000]);
    expect(world.texts()).toEqual(['a@1', 'b@1']);
  });

  it('of the payload degrade it once, then give up where people can see it', async () => {
    await world.want({ key: 'a' });
    await world.want({ key: 'b' });
    world.chat.script.push('bad_payload', 'sent', 'bad_payload', 'bad_payload');
    await world.settle(world.worker());
    expect(world.chat.shown.map((one) => [one.text, one.plain])).toEqual([['a@1', true]]);
    expect(await world.states()).toEqual({ a: 'idle', b: 'dead' });
    const [given] = await world.store.outbox.listDead(10);
    expect(given?.problem).toBe('invalid_blocks');
    expect(world.counted).toContain('dead');
  });

  it('of an archived channel stop its lane until it is open again', async () => {
    await world.want({ key: 'root' });
    await world.want({ key: 'x-reply', parentKey: 'root' });
    const worker = world.worker();
    world.chat.script.push(...Array.from({ length: 8 }, () => 'channel_gone' as const));
    await world.settle(worker, 60_000);
    expect((await worker.status()).lanes.incidents).toMatchObject({ depth: 2, paused: { reason: 'is_archived' } });
    await world.settle(worker);
    expect(world.texts()).toEqual(['root@1', 'x-reply@1']);
  });

  it('of a reply because its root was deleted: the root is posted anew first', async () => {
    await world.want({ key: 'root' });
    const worker = world.worker();
    await world.settle(worker);
    world.chat.remove('root');
    await world.want({ key: 'x-reply', parentKey: 'root' });
    world.chat.script.push('root_gone');
    await world.settle(worker);
    expect(world.texts()).toEqual(['root@1', 'x-reply@1']);
    expect(world.chat.shown[1]?.threadTs).toBe(world.chat.shown[0]?.ts);
  });

  it('of the configuration pause everything, say why, and end by themselves', async () => {
    await world.want({ key: 'a' });
    await world.want({ key: 'b', lane: 'oncall' });
    const worker = world.worker();
    world.chat.script.push(...Array.from({ length: 40 }, () => 'misconfigured' as const));
    await world.settle(worker, 10 * 60_000);
    const status = await worker.status();
    expect(status.paused?.reason).toBe('token_revoked');
    expect(status.lanes.incidents.depth).toBe(1);
    const tries = world.chat.log.length;
    expect(tries).toBeLessThan(40);
    world.chat.script.length = 0;
    await world.settle(worker, 60_000);
    expect(world.texts().sort()).toEqual(['a@1', 'b@1']);
    expect((await worker.status()).paused).toBeUndefined();
  });
});

describe('a lane whose channel is missing', () => {
  it('pauses alone', async () => {
    await world.want({ key: 'a', lane: 'oncall' });
    const worker = world.worker();
    world.chat.script.push('channel_missing');
    await world.settle(worker, 0);
    await world.want({ key: 'b' });
    world.clock.advance(1);
    await worker.run(new AbortController().signal);
    expect(world.texts()).toEqual(['b@1']);
    const { paused, lanes } = await worker.status();
    expect(paused).toBeUndefined();
    expect(lanes.oncall).toMatchObject({ depth: 1, paused: { reason: 'no such channel' } });
    await world.settle(worker);
    expect(world.texts()).toEqual(['b@1', 'a@1']);
    expect((await worker.status()).lanes.oncall).toEqual({ depth: 0 });
  });
});
