import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Round } from '../../src/executions/document.ts';
import { compareRounds, isSteady, overall } from '../../src/executions/verdict.ts';
import { after } from '../support/examples.ts';

const errors = { title: 'Error rate', promql: 'rate(errors_total[5m])' };
const success = { title: 'Success ratio', promql: 'a / b' };
const plain = { title: 'Check', promql: 'x' };
const round = (...values: (number | undefined)[]): Round => ({
  at: after(0),
  readings: values.map((value, index) => ({
    title: [errors, success][index]?.title ?? '',
    ...(value === undefined ? { problem: 'no data' } : { value }),
  })),
});

describe('the verdict', () => {
  it.each([
    [errors, 8, 2, 'better'],
    [errors, 2, 8, 'worse'],
    [errors, 8, 7.9, 'no_change'],
    [errors, 0, 0, 'no_change'],
    [errors, 0, 0.1, 'worse'],
    [success, 90, 99.9, 'better'],
    [success, 99.9, 90, 'worse'],
    [{ title: 'Queue depth', promql: 'processed_queue' }, 100, 10, 'better'],
    [{ title: 'Now', promql: 'sum(up)' }, 1, 3, 'better'],
    [plain, 5, 1, 'better'],
    [errors, undefined, 1, 'unknown'],
    [errors, 1, undefined, 'unknown'],
    [errors, Number.NaN, 1, 'unknown'],
    [errors, 1, Number.POSITIVE_INFINITY, 'unknown'],
  ] as const)('%j from %s to %s is %s', (...row) => {
    const [check, before, now, verdict] = row;
    const at = (value: number | undefined): Round => ({
      at: after(0),
      readings: [{ title: check.title, ...(value === undefined ? {} : { value }) }],
    });
    expect(compareRounds([check], at(before), at(now))).toMatchObject([{ verdict }]);
  });

  it('of all checks is worse when any is, and unknown when nothing is known', () => {
    expect(overall(compareRounds([errors, success], round(8, 90), round(2, 80)))).toBe('worse');
    expect(overall(compareRounds([errors, success], round(8, 90), round(2, 90)))).toBe('better');
    expect(overall(compareRounds([errors, success], round(8, undefined), round(8, 1)))).toBe('no_change');
    expect(overall(compareRounds([errors, success], undefined, round(8, 1)))).toBe('unknown');
    expect(overall([])).toBe('unknown');
  });

  it('ends the watching when three rounds agree that it is better or worse', () => {
    const before = round(8, 90);
    const [good, bad, same] = [round(2, 99), round(9, 99), round(8, 90)];
    const steady = (...rounds: Round[]) => isSteady([errors, success], before, rounds);
    expect(steady(good, good)).toBe(false);
    expect(steady(good, good, good)).toBe(true);
    expect(steady(bad, bad, bad)).toBe(true);
    expect(steady(good, bad, good)).toBe(false);
    expect(steady(same, same, same)).toBe(false);
  });

  it('turns around with the values', () => {
    const turned = { better: 'worse', worse: 'better', no_change: 'no_change', unknown: 'unknown' } as const;
    const value = fc.double({ min: 1, max: 1000, noNaN: true });
    fc.assert(
      fc.property(value, value, (a, b) => {
        // Apart from what is close by: five per cent of one value is not five per cent of the other.
        fc.pre(Math.abs(a - b) > 0.06 * Math.max(a, b) || a === b);
        const [there] = compareRounds([errors], round(a), round(b));
        const [back] = compareRounds([errors], round(b), round(a));
        expect(back?.verdict).toBe(turned[there?.verdict ?? 'unknown']);
      }),
    );
  });
});
