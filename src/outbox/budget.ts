/**
 * A token bucket that several takers share fairly: when tokens are scarce, those who wait longest are served first. It never waits
 * itself; a taker asks, and comes back after the time it was told.
 */
export type Budget = {
  /** How long `taker` has to wait for a token, 0 if it can have one now. Asking keeps its turn. */
  waitMs(taker: string, nowMs: number): number;
  /** Takes a token; false when there is none for `taker` now. */
  take(taker: string, nowMs: number): boolean;
  /** Gives nothing out before `untilMs`: the platform said so. */
  pause(untilMs: number): void;
};

/** Who does not ask for this long gives up its turn. */
const turnMs = 5000;

/** `share`, between 0 and 1: how much of the tokens are this process's at the moment; absent: all of them. */
export function createBudget(options: { perMinute: number; burst: number; share?: () => number }): Budget {
  const refillMs = () => 60_000 / (options.perMinute * (options.share?.() ?? 1));
  let tokens = options.burst;
  let filledAt: number | undefined;
  let pausedUntil = Number.NEGATIVE_INFINITY;
  const turns = new Map<string, number>();

  const refill = (nowMs: number) => {
    if (filledAt !== undefined) tokens = Math.min(options.burst, tokens + Math.max(0, nowMs - filledAt) / refillMs());
    filledAt = nowMs;
  };
  const waitMs = (taker: string, nowMs: number) => {
    refill(nowMs);
    for (const [other, until] of turns) if (until < nowMs) turns.delete(other);
    const queue = [...turns.keys()];
    const ahead = turns.has(taker) ? queue.indexOf(taker) : queue.length;
    const missing = Math.max(0, ahead + 1 - tokens);
    // A hair more than computed, so that rounding never wakes a taker for nothing.
    const wait = Math.max(missing > 1e-9 ? Math.ceil(missing * refillMs()) : 0, pausedUntil - nowMs, 0);
    if (wait > 0) turns.set(taker, nowMs + turnMs);
    return wait;
  };
  return {
    waitMs,
    take(taker, nowMs) {
      if (waitMs(taker, nowMs) > 0) return false;
      turns.delete(taker);
      tokens -= 1;
      return true;
    },
    pause(untilMs) {
      pausedUntil = Math.max(pausedUntil, untilMs);
    },
  };
}
