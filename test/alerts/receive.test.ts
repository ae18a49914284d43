import { describe, expect, it } from 'vitest';
import { deliveryIds } from '../../src/alerts/receive.ts';
import { createManualClock } from '../../src/kernel/clock.ts';

describe('delivery ids', () => {
  it('rise with the time, within a millisecond, and when the clock is set back', () => {
    const clock = createManualClock(new Date(Date.UTC(2026, 2, 14)));
    const next = deliveryIds(clock);
    const ids: string[] = [];
    for (const step of [0, 0, 1, 0, -5000, 0, 5, 86_400_000]) {
      clock.advance(step);
      ids.push(next());
    }
    expect(ids.toSorted((a, b) => (a < b ? -1 : 1))).toEqual(ids);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('of two processes differ', () => {
    const clock = createManualClock(new Date(Date.UTC(2026, 2, 14)));
    expect(deliveryIds(clock)()).not.toBe(deliveryIds(clock)());
  });
});
