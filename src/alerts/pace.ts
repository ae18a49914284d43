import type { Clock } from '../kernel/clock.ts';

/** What the intake has done since the process began: how many requests came, and for how long any was under way. */
export type IntakeLoad = { arrived: number; busyMs: number };

/** Holds the ingest back where it holds the senders up: what they send must be stored first, and what is stored can wait. */
export type Pace = {
  /** Notes that work begins; the function that it gives rests as long as the intake needs it. */
  begin(): { rest: (signal: AbortSignal) => Promise<void> };
};

const stepMs = 5;
/** What follows each other closely is worked on together, so that it shares commits. */
const gatherMs = 20;
/** Under a flood the ingest still gets this share of the time: one part of work for so many parts of rest. */
const restsPerWork = 9;
const maxRestMs = 1000;
/** An intake that is under way for so much of the time is as fast as it can be. */
const saturation = 0.92;
/** Senders that wait for their answers send this much less while work holds the answers up. */
const heldUp = 0.6;
/** So few requests a second are nothing that work could hold up noticeably. */
const fewPerMs = 0.4;

/**
 * Compares the rates at which requests arrive during work and during the rest after it. Senders on a clock of their own send as much during
 * work, and lose nothing by it; senders who wait for each answer send less, and every moment of work is one that they lose.
 */
export function createPace(options: { load: () => IntakeLoad; clock: Clock }): Pace {
  const { load, clock } = options;
  const nowMs = () => clock.now().getTime();

  async function watch(signal: AbortSignal): Promise<{ perMs: number; busy: number }> {
    const [before, since] = [load(), nowMs()];
    await clock.sleep(stepMs, signal);
    const [after, forMs] = [load(), Math.max(1, nowMs() - since)];
    return { perMs: (after.arrived - before.arrived) / forMs, busy: (after.busyMs - before.busyMs) / forMs };
  }

  let arrivedBefore = 0;
  return {
    begin() {
      const [before, since] = [load(), nowMs()];
      const isStream = before.arrived - arrivedBefore > 1;
      arrivedBefore = before.arrived;
      return {
        async rest(signal) {
          const workMs = Math.max(1, nowMs() - since);
          const perMs = (load().arrived - before.arrived) / workMs;
          const untilMs = nowMs() + Math.min(maxRestMs, restsPerWork * workMs);
          if (isStream) await clock.sleep(gatherMs, signal);
          // Nothing came meanwhile: nobody is held up.
          if (perMs === 0) return;
          while (nowMs() < untilMs && !signal.aborted) {
            const rested = await watch(signal);
            const isHeldUp = rested.busy > saturation || perMs < heldUp * rested.perMs;
            if (rested.perMs < fewPerMs || !isHeldUp) return;
          }
        },
      };
    },
  };
}
