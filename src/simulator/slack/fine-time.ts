import type { Clock } from '../../kernel/clock.ts';

/**
 * A clock's time in ms with fractions, which Slack's timestamps have; without them where the clock counts none. What the clock tells is rounded
 * down: never more than this, and less than a millisecond less.
 */
export function createFineTime(clock: Clock): () => number {
  const { countedMs } = clock;
  if (countedMs === undefined) return () => clock.now().getTime();
  let offsetMs = Number.NEGATIVE_INFINITY;
  return () => {
    const counted = countedMs();
    const least = clock.now().getTime() - counted;
    offsetMs = Math.min(Math.max(offsetMs, least), least + 0.999);
    return counted + offsetMs;
  };
}
