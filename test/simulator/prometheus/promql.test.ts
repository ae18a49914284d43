import { array, assert, constantFrom, property } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { describeParseError, ParseError } from '../../../src/simulator/prometheus/promql/errors.ts';
import { createContext, evaluate } from '../../../src/simulator/prometheus/promql/evaluate.ts';
import { formatFloat, formatPlain, formatSeconds } from '../../../src/simulator/prometheus/promql/format.ts';
import { labelsOf } from '../../../src/simulator/prometheus/promql/labels.ts';
import { parsePromql } from '../../../src/simulator/prometheus/promql/parse.ts';
import { recordedSeries } from '../../../src/simulator/prometheus/promql/storage.ts';
import type { Point } from '../../../src/simulator/prometheus/promql/storage.ts';

const minuteMs = 60_000;

function valueOf(promql: string, points: readonly Point[], how: { atMs: number; closedWindows?: boolean }) {
  const storage = { series: () => [recordedSeries(labelsOf([['__name__', 'x']]), points)] };
  const context = createContext(storage, { startMs: how.atMs, endMs: how.atMs, closedWindows: how.closedWindows ?? false });
  const value = evaluate(parsePromql(promql), how.atMs, context);
  if (value.type === 'scalar') return value.value;
  return value.type === 'vector' ? value.samples[0]?.v : undefined;
}

const everyMinute = Array.from({ length: 11 }, (_, index): Point => ({ t: index * minuteMs, v: index }));

describe('a window', () => {
  it('does not hold its very beginning, as since version 3; it did before', () => {
    expect(valueOf('count_over_time(x[5m])', everyMinute, { atMs: 10 * minuteMs })).toBe(5);
    expect(valueOf('count_over_time(x[5m])', everyMinute, { atMs: 10 * minuteMs, closedWindows: true })).toBe(6);
    expect(valueOf('count_over_time(x[5m:1m])', everyMinute, { atMs: 10 * minuteMs })).toBe(5);
    expect(valueOf('count_over_time(x[5m:1m])', everyMinute, { atMs: 10 * minuteMs, closedWindows: true })).toBe(6);
  });

  it('looks back five minutes for the newest point', () => {
    expect(valueOf('x', everyMinute, { atMs: 15 * minuteMs - 1 })).toBe(10);
    expect(valueOf('x', everyMinute, { atMs: 15 * minuteMs })).toBeUndefined();
    expect(valueOf('x', everyMinute, { atMs: 15 * minuteMs, closedWindows: true })).toBe(10);
  });

  it('ends at once where a series was marked as ended', () => {
    const ended: Point[] = [...everyMinute, { t: 10.5 * minuteMs, v: Number.NaN, isStale: true }];
    expect(valueOf('x', ended, { atMs: 10.4 * minuteMs })).toBe(10);
    expect(valueOf('x', ended, { atMs: 11 * minuteMs })).toBeUndefined();
    expect(valueOf('count_over_time(x[2m])', ended, { atMs: 11 * minuteMs })).toBe(1);
  });
});

it.each([
  { name: 'a + b offset 5m', why: 'x offset 5m is of the operand: 1 + 5 minutes', promql: 'x + x offset 5m', expected: 15 },
  { name: 'sign', why: '-(2^2)', promql: '-2 ^ 2', expected: -4 },
  { name: 'right to left', why: '2^(3^2)', promql: '2 ^ 3 ^ 2', expected: 512 },
  { name: 'a comment', why: 'to the end of its line', promql: 'x # ( ["', expected: 10 },
  { name: 'what objects inherit', why: 'is no keyword', promql: 'count(x or constructor)', expected: 1 },
])('$name: $why', ({ promql, expected }) => {
  expect(valueOf(promql, everyMinute, { atMs: 10 * minuteMs })).toBe(expected);
});

it('a query beyond all measure ends in words', () => {
  const promql = 'max_over_time(sum_over_time(x[5m:1s])[50000d:1s])';
  expect(() => valueOf(promql, everyMinute, { atMs: 0 })).toThrow('too many samples');
});

it('any text is read or refused with its place', () => {
  const pieces = constantFrom(
    'sum',
    'rate',
    'x',
    '(',
    ')',
    '[5m]',
    '{',
    '}',
    'a="b"',
    ',',
    ' by ',
    '+',
    '-',
    '1',
    '"',
    '@',
    'offset',
    '$',
    '\n',
    ':',
  );
  assert(
    property(array(pieces, { maxLength: 14 }), (parts) => {
      const promql = parts.join('');
      try {
        parsePromql(promql);
      } catch (error) {
        if (!(error instanceof ParseError)) throw error;
        expect(describeParseError(error, promql)).toMatch(/^\d+:\d+: parse error: ./);
      }
    }),
    { numRuns: 500 },
  );
});

it.each([
  [0.1 + 0.2, '0.30000000000000004', '0.30000000000000004'],
  [1e-7, '1e-07', '0.0000001'],
  [-1.25e21, '-1.25e+21', '-1250000000000000000000'],
  [123_456, '123456', '123456'],
  [-0, '-0', '-0'],
  [Number.NEGATIVE_INFINITY, '-Inf', '-Inf'],
])('%s is written as Go writes it', (value, text, plain) => {
  expect([formatFloat(value), formatPlain(value)]).toEqual([text, plain]);
});

it('moments have three decimals or none', () => {
  expect([formatSeconds(1500), formatSeconds(2000), formatSeconds(1001)]).toEqual(['1.500', '2', '1.001']);
});
