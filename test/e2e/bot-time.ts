import type { Clock, ManualClock } from '../../src/kernel/clock.ts';
import type { World } from '../support/world.ts';

/** A clock that tells how many of those who use it are asleep on it. */
type WatchedClock = Clock & { asleep(): number };

function watched(clock: Clock): WatchedClock {
  let asleep = 0;
  return {
    now: () => clock.now(),
    async sleep(ms, signal) {
      asleep += 1;
      try {
        await clock.sleep(ms, signal);
      } finally {
        asleep -= 1;
      }
    },
    asleep: () => asleep,
  };
}

/** What sleeps when a bot has nothing to do: ingest, relay, due work, measuring, retention, two lanes and their leases, the watchdog, and its look at who it is. */
const loops = 10;
/** Real time that something may take (a request that is not answered) before the clock goes on regardless. */
const patienceMs = 25;
const turnsAtRest = 3;

/** The time of one bot: it passes as soon as the bot has done all that it can do now, so hours cost as much as the work in them. */
export type BotTime = {
  clock: Clock;
  /** Resolves when the bot sleeps, or waits for an answer that does not come. */
  rest(world: World): Promise<void>;
};

export function createBotTime(clock: ManualClock): BotTime {
  const bot = watched(clock);
  return {
    clock: bot,
    async rest(world) {
      const giveUp = performance.now() + patienceMs;
      let turns = 0;
      while (turns < turnsAtRest && performance.now() < giveUp) {
        await new Promise((resolve) => setImmediate(resolve));
        turns = bot.asleep() >= loops && world.workspace.inFlight() === 0 ? turns + 1 : 0;
      }
    },
  };
}
