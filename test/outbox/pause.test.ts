import { Registry } from 'prom-client';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TocsinError } from '../../src/kernel/errors.ts';
import { toInstant } from '../../src/kernel/instant.ts';
import { silentLog } from '../../src/kernel/log.ts';
import { createOutboxMetrics } from '../../src/outbox/metrics.ts';
import type { PauseEvent } from '../../src/outbox/pause.ts';
import { createWorld } from './outbox-world.ts';
import type { World } from './outbox-world.ts';

let world: World;
let events: PauseEvent[];
const worker = () => world.worker({ onPause: (event) => void events.push(event) });
beforeEach(() => {
  world = createWorld();
  events = [];
});
afterEach(() => world.store.close());

describe('a pause of the outbox', () => {
  it('of everything is told once when it begins, however long it lasts, and once when it is over, without a restart', async () => {
    const since = world.clock.now().toISOString();
    await world.want({ key: 'a' });
    await world.want({ key: 'b', lane: 'oncall' });
    world.chat.script.push(...Array.from({ length: 40 }, () => 'misconfigured' as const));
    const running = worker();
    await world.settle(running, 10 * 60_000);
    expect(await world.store.outbox.listPauses()).toEqual([{ scope: 'workspace', reason: 'token_revoked', since }]);
    world.chat.script.length = 0;
    await world.settle(running, 60_000);
    await running.stop();
    expect(world.texts().toSorted()).toEqual(['a@1', 'b@1']);
    const began = { type: 'paused', scope: 'workspace', reason: 'token_revoked', since };
    expect(events).toEqual([began, { ...began, type: 'resumed' }]);
    expect(await world.store.outbox.listPauses()).toEqual([]);
  });

  it('of one channel names it, and leaves the other alone', async () => {
    await world.want({ key: 'a', lane: 'oncall' });
    world.chat.script.push('channel_missing');
    const running = worker();
    await world.settle(running, 0);
    await world.want({ key: 'b' });
    await world.settle(running);
    await running.stop();
    expect(events.map(({ type, scope, reason }) => [type, scope, reason])).toEqual([
      ['paused', 'oncall', 'no such channel'],
      ['resumed', 'oncall', 'no such channel'],
    ]);
  });

  it('that comes again is told again', async () => {
    const running = worker();
    for (const key of ['a', 'b']) {
      await world.want({ key });
      world.chat.script.push('channel_gone');
      await world.settle(running);
    }
    await running.stop();
    expect(events.map(({ type }) => type)).toEqual(['paused', 'resumed', 'paused', 'resumed']);
  });

  it.each(['misconfigured', 'channel_missing'] as const)(
    '(%s) that a process began and another ends is told once each',
    async (trouble) => {
      await world.want({ key: 'a' });
      world.chat.script.push(trouble, trouble);
      const first = worker();
      await world.settle(first, 0);
      await first.stop();
      // The second finds it still broken, and then repaired, such as by a new token.
      const second = worker();
      await world.settle(second, 0);
      await second.stop();
      expect(events.map(({ type }) => type)).toEqual(['paused']);
      const third = worker();
      await world.settle(third);
      await third.stop();
      expect(events.map(({ type }) => type)).toEqual(['paused', 'resumed']);
      expect(events[1]?.since).toBe(events[0]?.since);
      expect(world.texts()).toEqual(['a@1']);
    },
  );

  it('that two processes meet at the same time, each in its lane, is told once', async () => {
    const signal = new AbortController().signal;
    const [one, other] = [worker(), worker()];
    await world.leave('oncall', 'process-2');
    await world.want({ key: 'a' });
    await one.run(signal);
    await world.want({ key: 'b', lane: 'oncall' });
    await other.run(signal);
    world.clock.advance(2000);
    await world.want({ key: 'c' });
    world.chat.script.push('misconfigured');
    await one.run(signal);
    await world.want({ key: 'd', lane: 'oncall' });
    world.chat.script.push('misconfigured');
    await other.run(signal);
    expect(world.chat.log.map(({ key }) => key)).toEqual(['a', 'b', 'c', 'd']);
    world.clock.advance(2000);
    await Promise.all([one.run(signal), other.run(signal)]);
    await Promise.all([one.stop(), other.stop()]);
    expect(events.map(({ type }) => type)).toEqual(['paused', 'resumed']);
    expect(world.texts().toSorted()).toEqual(['a@1', 'b@1', 'c@1', 'd@1']);
  });

  it('that cannot be taken down is told all the same', async () => {
    await world.want({ key: 'a' });
    world.chat.script.push('misconfigured');
    const away = () => Promise.reject(new TocsinError('unavailable', 'away'));
    const outbox = { ...world.store.outbox, beginPause: away, endPause: away };
    const running = world.worker({ outbox, onPause: (event) => void events.push(event) });
    await world.settle(running);
    await running.stop();
    expect(events.map(({ type }) => type)).toEqual(['paused', 'resumed']);
  });

  it('is a metric by what stands still, and unknown while the store is away', async () => {
    const registry = new Registry();
    let isAway = false;
    const { outbox } = world.store;
    const listPauses = () => (isAway ? Promise.reject(new TocsinError('unavailable', 'away')) : outbox.listPauses());
    createOutboxMetrics(registry, { ...world, storms: world.store.storms, outbox: { ...outbox, listPauses }, log: silentLog });
    const values = async () =>
      (await registry.metrics())
        .split('\n')
        .flatMap((line) => /^tocsin_outbox_paused\{scope="(\w+)"\} (\w+)/.exec(line)?.slice(1).join(' ') ?? []);
    expect(await values()).toEqual(['workspace 0', 'incidents 0', 'oncall 0']);
    await outbox.beginPause({ scope: 'oncall', reason: 'no such channel', since: toInstant(world.clock.now()) });
    expect(await values()).toEqual(['workspace 0', 'incidents 0', 'oncall 1']);
    isAway = true;
    expect(await values()).toEqual(['workspace Nan', 'incidents Nan', 'oncall Nan']);
  });
});
