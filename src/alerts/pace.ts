import type { Clock } from '../kernel/clock.ts';

/** Holds the ingest back where it holds the senders up: what they send must be stored first, and what is stored can wait. */
export type Pace = {
  /** Notes that work begins, and how much of it at most; the function that it gives is told how much it was, and rests as long as the intake needs it. */
  begin(): { most: number; rest: (signal: AbortSignal, worked: number) => Promise<void> };
};

const stepMs = 5;
/** One step says little of a rate. */
const leastSteps = 3;
/** What follows each other closely is worked on together, so that it shares commits. */
const gatherMs = 20;
/** Under a flood the ingest still gets this share of the time: one part of work for so many parts of rest. */
const restsPerWork = 9;
const maxRestMs = 1000;
/** What is worked off in one part: a part must be short enough that the longest rest is long enough for it. */
const most = { usual: 500, underFlood: 125 };
/** Senders that wait for their answers send this much less while work holds the answers up. */
const heldUp = 0.6;
/** Where so many rests in a row showed that nobody is held up, the next few parts of a backlog go without one: finding out takes time as well. */
const trust = { after: 2, parts: 4 };
/** So few requests a second are nothing that work could hold up noticeably. */
const fewPerMs = 0.4;

/**
 * Compares the rates at which requests arrive during work and during the rest after it. Senders on a clock of their own send as much during
 * work, and lose nothing by it; senders who wait for each answer send less, and every moment of work is one that they lose. `arrived` is how
 * many requests have come since the process began; `follows` does what follows from the work, which holds senders up as well.
 */
export function createPace(options: { arrived: () => number; follows?: () => Promise<void>; clock: Clock }): Pace {
  const { arrived, follows, clock } = options;
  const nowMs = () => clock.now().getTime();

  /** Begins to count; what it gives says how many came for each ms since. */
  function count(): () => number {
    const [before, since] = [arrived(), nowMs()];
    return () => (arrived() - before) / Math.max(1, nowMs() - since);
  }

  /** Rests until `untilMs`, or until it shows that work during which so many requests came holds nobody up. Resolves with whether it does. */
  async function restsFor(perMs: number, untilMs: number, signal: AbortSignal): Promise<boolean> {
    // Nothing came meanwhile: nobody is held up.
    if (perMs === 0) return false;
    const duringRest = count();
    for (let steps = 1; nowMs() < untilMs && !signal.aborted; steps += 1) {
      await clock.sleep(stepMs, signal);
      if (duringRest() < fewPerMs || (steps >= leastSteps && perMs >= heldUp * duringRest())) return false;
    }
    return true;
  }

  let arrivedBefore = 0;
  let isFlood = false;
  /** Rests in a row that showed that nobody is held up, and parts since the last one. */
  let [calm, unrested] = [0, 0];
  return {
    begin() {
      const since = nowMs();
      const duringWork = count();
      const isStream = arrived() - arrivedBefore > 1;
      arrivedBefore = arrived();
      const wasFlood = isFlood;
      isFlood = false;
      const atMost = wasFlood ? most.underFlood : most.usual;
      return {
        most: atMost,
        async rest(signal, worked) {
          await follows?.();
          const perMs = duringWork();
          const untilMs = nowMs() + Math.min(maxRestMs, restsPerWork * (nowMs() - since));
          const isBacklog = worked >= atMost;
          if (isBacklog && calm >= trust.after && unrested < trust.parts) {
            unrested += 1;
            return;
          }
          unrested = 0;
          if (isStream && !isBacklog) await clock.sleep(gatherMs, signal);
          isFlood = await restsFor(perMs, untilMs, signal);
          calm = isFlood ? 0 : calm + 1;
        },
      };
    },
  };
}
