import { addMs, toInstant } from '../../src/kernel/instant.ts';
import { silentLog } from '../../src/kernel/log.ts';
import { openStore } from '../../src/store/open-store.ts';
import type { Store } from '../../src/store/store.ts';
import { startWorld } from '../support/world.ts';
import type { World, WorldOptions } from '../support/world.ts';
import { createBotTime } from './bot-time.ts';
import type { BotTime } from './bot-time.ts';

/** The whole bot before a Slack that misbehaves, with a second look into its store. */
export type DeliveryWorld = World & {
  store: Store;
  /** Lets this much time pass, in up to twenty steps of at least a second unless told otherwise, the bot doing what it can in between. */
  passes(ms: number, stepMs?: number): Promise<void>;
  /** Lets time pass until the bot has nothing left to do in Slack; fails after four hours of its time. */
  rests(stepMs?: number): Promise<void>;
};

/** For a Slack that stalls, in real milliseconds: it costs this much, and a busy machine that needs longer only adds another ambiguous answer. */
export const shortTimeoutsMs = { write: 120, interactive: 400, read: 120 };
const maxRestMs = 4 * 3_600_000;

export async function startDeliveryWorld(options: WorldOptions = {}): Promise<DeliveryWorld> {
  let time: BotTime | undefined;
  const world = await startWorld({
    ...options,
    host(clock) {
      time = createBotTime(clock);
      return { clock: time.clock, ...options.host?.(clock) };
    },
  });
  const store = await openStore(world.storeUrl, { log: silentLog });
  const rest = async () => {
    await time?.rest(world);
  };
  async function isDone(): Promise<boolean> {
    const [{ due, sending, ambiguous }, pending, { waiting }] = await Promise.all([
      store.outbox.counts(),
      store.incidents.listPending(1),
      store.deliveries.counts(),
    ]);
    return due + sending + ambiguous + pending.length + waiting === 0;
  }
  return {
    ...world,
    store,
    async passes(ms, stepMs = Math.max(1000, Math.ceil(ms / 20))) {
      await rest();
      for (let left = ms; left > 0; left -= stepMs) {
        world.clock.advance(Math.min(left, stepMs));
        await rest();
      }
    },
    async rests(stepMs = 1000) {
      const end = addMs(toInstant(world.clock.now()), maxRestMs);
      await rest();
      while (!(await isDone())) {
        if (toInstant(world.clock.now()) > end) throw new Error(`the bot never comes to rest: ${await leftOver(store)}`);
        world.clock.advance(stepMs);
        await rest();
      }
    },
    async end() {
      await world.end();
      await store.close();
    },
  };
}

async function leftOver(store: Store): Promise<string> {
  const far = toInstant(new Date('9999-01-01T00:00:00.000Z'));
  const left = [...(await store.outbox.listDue('incidents', far, 20)), ...(await store.outbox.listDue('oncall', far, 20))];
  return left.map(({ key, state, problem }) => `${key} is ${state} (${problem})`).join('; ');
}
