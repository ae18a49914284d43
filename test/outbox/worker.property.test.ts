import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { OutboxWorker } from '../../src/outbox/worker.ts';
import type { Step } from './fake-chat.ts';
import { createWorld } from './outbox-world.ts';
import type { Wish, World } from './outbox-world.ts';

/** Two threads in two channels, and a root without replies. */
const wishes: readonly Wish[] = [
  { key: 'a-root', priority: 0 },
  { key: 'b-reply', parentKey: 'a-root', priority: 2 },
  { key: 'c-reply', parentKey: 'a-root' },
  { key: 'd-root', lane: 'oncall' },
  { key: 'e-reply', lane: 'oncall', parentKey: 'd-root' },
  { key: 'f-root' },
];

/** Something that happens when the worker makes its n-th call of the store or the chat platform. */
type Interruption = { type: 'crash_before' | 'crash_after' } | { type: 'raise'; wish: number };

const harmless: readonly Step[] = [
  'sent',
  'ambiguous_applied',
  'ambiguous_lost',
  'refused',
  'rate_limited',
  'bad_payload',
  'misconfigured',
  'channel_missing',
];
const isBadTwice = (steps: readonly Step[], index: number) =>
  steps[index] === 'bad_payload' && steps.slice(0, index).includes('bad_payload');

const stories = fc.record({
  // Two refusals of the same payload are a dead letter by rule, which another test shows: here one message is degraded at most.
  script: fc.array(fc.constantFrom(...harmless), { maxLength: 14 }).map((steps) => steps.filter((_, index) => !isBadTwice(steps, index))),
  finds: fc.array(fc.constantFrom('ok' as const, 'unavailable' as const), { maxLength: 6 }),
  lagMs: fc.integer({ min: 0, max: 11_000 }),
  interruptions: fc.array(
    fc.tuple(
      fc.integer({ min: 1, max: 90 }),
      fc.oneof(
        fc.record({ type: fc.constantFrom('crash_before' as const, 'crash_after' as const) }),
        fc.record({ type: fc.constant('raise' as const), wish: fc.nat({ max: wishes.length - 1 }) }),
      ),
    ),
    { maxLength: 12 },
  ),
});

/** A worker whose n-th call is interrupted. After a crash none of its calls ever returns: the process is gone. */
function createFragileWorker(world: World, take: () => Interruption | undefined): { worker: OutboxWorker; crashed: Promise<'crashed'> } {
  const gone = new Promise<never>(() => {});
  let crash: (word: 'crashed') => void = () => {};
  const crashed = new Promise<'crashed'>((resolve) => {
    crash = resolve;
  });
  let isGone = false;
  const die = () => {
    isGone = true;
    crash('crashed');
    return gone;
  };
  const fragile = <T extends object>(port: T): T =>
    new Proxy(port, {
      get(target, name) {
        const method: unknown = Reflect.get(target, name);
        if (typeof method !== 'function') return method;
        return async (...args: unknown[]): Promise<unknown> => {
          if (isGone) return gone;
          const interruption = take();
          if (interruption?.type === 'crash_before') return die();
          const wish = interruption?.type === 'raise' ? wishes[interruption.wish] : undefined;
          if (wish !== undefined) await world.want(wish);
          const answer: unknown = await Reflect.apply(method, target, args);
          return interruption?.type === 'crash_after' ? die() : answer;
        };
      },
    });
  return { worker: world.worker({ outbox: fragile(world.store.outbox), sender: fragile(world.chat.sender) }), crashed };
}

async function play(world: World, interruptions: readonly (readonly [number, Interruption])[]): Promise<void> {
  const plan = new Map(interruptions);
  let calls = 0;
  const take = () => plan.get(++calls);
  let process = createFragileWorker(world, take);
  for (let round = 0; round < 3000; round += 1) {
    const waitMs = await Promise.race([process.worker.run(new AbortController().signal), process.crashed]);
    // A raise may come after its lane was found empty; a loop would be nudged then.
    if (waitMs === undefined && Object.values(await world.states()).every((state) => state === 'idle')) return;
    if (waitMs === 'crashed') process = createFragileWorker(world, take);
    else world.clock.advance(Math.max(1, waitMs ?? 0));
  }
  throw new Error('the outbox never came to rest');
}

describe('whatever the chat platform answers and whenever the process dies', () => {
  it('each message is there once, at its last revision, in its thread, at the allowed pace', async () => {
    await fc.assert(
      fc.asyncProperty(stories, async (story) => {
        const world = createWorld();
        try {
          for (const wish of wishes) await world.want(wish);
          world.chat.script.push(...story.script);
          world.chat.finds.push(...story.finds);
          world.chat.settings.lagMs = story.lagMs;
          await play(world, story.interruptions);

          const { shown } = world.chat;
          expect(shown.map((one) => one.text).sort()).toEqual(wishes.map(({ key }) => `${key}@${world.revisions.get(key)}`).sort());
          for (const { key, parentKey } of wishes) {
            const message = shown.find((one) => one.key === key);
            const root = shown.find((one) => one.key === parentKey);
            expect(message?.threadTs).toBe(root?.ts);
            expect(message?.at).toBeGreaterThanOrEqual(root?.at ?? 0);
            expect(world.recorded.get(key)).toBe(message?.ts);
          }
          expect(new Set(Object.values(await world.states()))).toEqual(new Set(['idle']));
          for (const lane of ['incidents', 'oncall']) {
            const times = world.chat.log.filter((one) => one.method === 'post' && one.lane === lane).map((one) => one.at);
            times.slice(1).forEach((at, index) => expect(at - (times[index] ?? 0)).toBeGreaterThanOrEqual(1000));
          }
        } finally {
          await world.store.close();
        }
      }),
      { numRuns: 150 },
    );
  });
});
