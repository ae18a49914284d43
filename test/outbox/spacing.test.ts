import { array, assert, nat, property, record } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createSpacing } from '../../src/outbox/spacing.ts';

/** Posts as early as it may, over a line that takes so long each time, and answers when each post was stamped, on a clock that is so much off. */
function stampsOf(lines: readonly { there: number; back: number }[], offMs = 0): number[] {
  const spacing = createSpacing();
  const stamps: number[] = [];
  let nowMs = 1_000_000;
  for (const { there, back } of lines) {
    nowMs = Math.max(nowMs, spacing.freeAtMs());
    spacing.began(nowMs);
    const stampMs = nowMs + there;
    stamps.push(stampMs);
    nowMs = stampMs + back;
    spacing.ended(nowMs, stampMs + offMs);
  }
  return stamps;
}

const gapsOf = (stamps: readonly number[]) => stamps.slice(1).map((stamp, index) => stamp - (stamps[index] ?? Number.NaN));

describe('the distance between posts', () => {
  it('is a second at the platform, hardly more, however long an answer takes and whatever its clock shows', () => {
    for (const offMs of [0, -90_000, 90_000]) {
      const gaps = gapsOf(
        stampsOf(
          Array.from({ length: 300 }, () => ({ there: 12, back: 30 })),
          offMs,
        ),
      );
      expect(Math.min(...gaps)).toBeGreaterThanOrEqual(1000);
      expect(gaps.reduce((sum, gap) => sum + gap, 0)).toBeLessThan(299 * 1000 + 450);
    }
  });

  it('is never less by more than a request was quicker than all before it', () => {
    const line = record({ there: nat({ max: 400 }), back: nat({ max: 400 }) });
    assert(
      property(array(line, { minLength: 2, maxLength: 50 }), (lines) => {
        const gaps = gapsOf(stampsOf(lines));
        for (const [index, gap] of gaps.entries()) {
          const quickestBefore = Math.min(...lines.slice(0, index + 1).map(({ there }) => there));
          expect(gap).toBeGreaterThanOrEqual(1000 - Math.max(0, quickestBefore - (lines[index + 1]?.there ?? 0)));
        }
      }),
    );
  });

  it('counts from the answer where none says when it was posted, and where the stamp says nothing of this post', () => {
    const spacing = createSpacing();
    for (let post = 0; post < 8; post += 1) {
      spacing.began(post);
      spacing.ended(post + 30, post + 20);
    }
    spacing.began(1000);
    spacing.ended(9000);
    expect(spacing.freeAtMs()).toBe(10_000);
    spacing.began(10_000);
    spacing.ended(10_050, 99_999_999);
    expect(spacing.freeAtMs()).toBe(11_050);
    spacing.began(12_000);
    spacing.ended(12_050, 5);
    expect(spacing.freeAtMs()).toBe(13_050);
    spacing.began(13_050);
    spacing.ended(13_100, 13_070);
    expect(spacing.freeAtMs()).toBe(14_100);
  });

  it('counts from the answers of the first posts: the very first takes longest', () => {
    const gaps = gapsOf(stampsOf([900, 700, 400, 300, 250, 10, 10].map((there) => ({ there, back: 20 }))));
    expect(gaps).toEqual([1720, 1420, 1320, 1270, 1030, 1030]);
  });

  it('counts from the answers while the process is busy and no two posts take the same time', () => {
    const busy = Array.from({ length: 40 }, (_, index) => ({ there: 150 - ((index * 37) % 40) * 3, back: 20 }));
    const gaps = gapsOf(stampsOf(busy));
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(1020);
  });

  it("keeps its distance from somebody else's posts, and never lets one be earlier than said before", () => {
    const spacing = createSpacing();
    expect(spacing.freeAtMs()).toBe(Number.NEGATIVE_INFINITY);
    spacing.another(5000);
    spacing.another(4000);
    expect(spacing.freeAtMs()).toBe(6000);
  });
});
