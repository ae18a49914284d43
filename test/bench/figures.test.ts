import { assert, double, property } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { judge } from '../../bench/support/aim.ts';
import { alertOf, notificationOf } from '../../bench/support/alerts.ts';
import { backlogGrows, createRateSearch } from '../../bench/support/rate-search.ts';
import { rowLine } from '../../bench/support/report.ts';
import { quantile, slope } from '../../bench/support/statistics.ts';
import { parseWebhook } from '../../src/alerts/parse-webhook.ts';
import { toInstant } from '../../src/kernel/instant.ts';

const now = toInstant(new Date('2026-03-14T10:00:00Z'));

describe('the figures', () => {
  it('take the nearest rank, and leave the samples as they are', () => {
    const samples = [5, 1, 4, 2, 3];
    expect([0, 0.5, 0.99, 1].map((part) => quantile(samples, part))).toEqual([1, 3, 5, 5]);
    expect(samples).toEqual([5, 1, 4, 2, 3]);
    expect(quantile([], 0.5)).toBeNaN();
  });

  it('have the slope of the line that they lie on', () => {
    expect(slope([2, 4, 8].map((x) => ({ x, y: 3 * x - 7 })))).toBeCloseTo(3);
    expect(slope([{ x: 1, y: 4 }])).toBe(0);
  });
});

describe('an aim', () => {
  const about = { name: 'n', figures: [] };

  it('is met or missed, and says by how much', () => {
    expect(judge({ atLeast: 60, unit: '%' }, { ...about, value: 63 })).toMatchObject({ isReached: true, aim: '>= 60 %: 63 % met' });
    expect(judge({ atLeast: 60, unit: '%' }, { ...about, value: 56 })).toMatchObject({
      isReached: false,
      aim: '>= 60 %: 56 % missed by 4 points',
    });
    expect(judge({ atMost: 20, unit: 'ms' }, { ...about, value: 25 })).toMatchObject({
      isReached: false,
      ratio: 0.8,
      aim: '<= 20 ms: 25 ms missed by 5 ms',
    });
    expect(judge({ atMost: 0, unit: '' }, { ...about, value: 0 })).toMatchObject({ isReached: true, ratio: 1 });
  });

  it('is missed by what was not measured', () => {
    const row = judge({ atMost: 20, unit: 'ms' }, { ...about, value: Number.NaN });
    expect(row.isReached).toBe(false);
    expect(rowLine(row)).toContain('MISSED');
  });
});

describe('the search for the highest rate that holds', () => {
  it('finds the limit within its precision, wherever it begins', () => {
    assert(
      property(double({ min: 10, max: 10_000, noNaN: true }), double({ min: 10, max: 10_000, noNaN: true }), (limit, start) => {
        const search = createRateSearch({ start, precision: 0.05, tries: 60 });
        for (let rate = search.next(); rate !== undefined; rate = search.next()) search.tell(rate, rate <= limit);
        expect(search.best()).toBeLessThanOrEqual(limit);
        expect(search.best() * 1.05).toBeGreaterThanOrEqual(limit * (1 - 1e-9));
      }),
    );
  });

  it('ends after so many tries, and without an answer when nothing held', () => {
    const search = createRateSearch({ start: 100, precision: 0.05, tries: 4 });
    const tried: number[] = [];
    for (let rate = search.next(); rate !== undefined; rate = search.next()) {
      tried.push(Math.round(rate));
      search.tell(rate, false);
    }
    expect(tried).toEqual([100, 67, 44, 30]);
    expect(search.best()).toBe(0);
  });
});

describe('a backlog', () => {
  const lags = (lagMs: (second: number) => number) =>
    Array.from({ length: 20 }, (_, second) => ({ atMs: second * 1000, lagMs: lagMs(second) }));

  it('grows when the oldest gets older', () => {
    expect(backlogGrows(lags((second) => 50 * second + 200))).toBe(true);
  });

  it('does not grow when it stays, falls, or is only what is under way', () => {
    expect(backlogGrows(lags((second) => 900 + (second % 2) * 100))).toBe(false);
    expect(backlogGrows(lags((second) => 2000 - 50 * second))).toBe(false);
    expect(backlogGrows(lags((second) => 10 * second))).toBe(false);
    // What the start held up has been caught up with.
    expect(backlogGrows(lags((second) => (second < 5 ? second * 400 : 100)))).toBe(false);
  });
});

describe('the alerts that are sent', () => {
  const read = (index: number, grouping: 'own' | 'twelve') => {
    const body = notificationOf([alertOf({ run: 'a', index, grouping })]);
    const parsed = parseWebhook(body, now);
    if (!parsed.ok) throw new Error(parsed.reason);
    return { body, ...parsed };
  };

  it("are Alertmanager's, of a usual size, and each another one", () => {
    const all = Array.from({ length: 50 }, (_, index) => read(index, 'own'));
    expect(all.flatMap(({ notification, events }) => [notification.foreign, notification.notes.length, events.length])).toEqual(
      all.flatMap(() => [false, 0, 1]),
    );
    expect(all.every(({ body }) => body.length > 1000 && body.length < 1700)).toBe(true);
    expect(new Set(all.map(({ events }) => events[0]?.fingerprint)).size).toBe(50);
    expect(new Set(all.map(({ notification }) => notification.groupKey)).size).toBe(50);
  });

  it('go into twelve groups when that is wanted', () => {
    expect(new Set(Array.from({ length: 50 }, (_, index) => read(index, 'twelve').notification.groupKey)).size).toBe(12);
  });
});
