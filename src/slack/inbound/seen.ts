import type { Clock } from '../../kernel/clock.ts';

/** Remembers which requests were taken on, for a while. */
export type Seen = {
  /** True the first time, false when any of the keys was there before. */
  first(keys: readonly string[]): boolean;
  /** The request was not finished: its repetition is welcome. */
  forget(keys: readonly string[]): void;
};

/** Longer than Slack repeats anything that it does not hold back on purpose; the incident itself knows its causes for longer. */
const keptMs = 3_600_000;
const maxKept = 10_000;

export function createSeen(clock: Clock): Seen {
  const seen = new Map<string, number>();
  return {
    first(keys) {
      const now = clock.now().getTime();
      const isNew = keys.every((key) => now - (seen.get(key) ?? Number.NEGATIVE_INFINITY) > keptMs);
      for (const key of keys) seen.set(key, now);
      for (const [key, at] of seen) {
        if (seen.size <= maxKept && now - at <= keptMs) break;
        seen.delete(key);
      }
      return isNew;
    },
    forget(keys) {
      for (const key of keys) seen.delete(key);
    },
  };
}
