import { describe, expect, it } from 'vitest';
import { describeAnswer } from '../../src/charts/describe-answer.ts';
import { compactNumber } from '../../src/charts/numbers.ts';
import { course, moment } from './answers.ts';

describe('the sentence about an answer', () => {
  it('says where a line came from', () => {
    expect(describeAnswer(course((minute) => 0.4 + (7 * minute) / 60)).sentence).toBe('7.4, rising from 0.4 an hour ago');
    expect(
      describeAnswer(
        course((minute) => 7.4 - (7 * minute) / 60),
        { unit: '%' },
      ).sentence,
    ).toBe('0.4 %, falling from 7.4 an hour ago');
    expect(describeAnswer(course(() => 3)).sentence).toBe('3, steady for an hour');
  });

  it('tells of a peak that neither end shows', () => {
    const peak = course((minute) => (minute === 20 ? 9 : 1));
    expect(describeAnswer(peak).sentence).toBe('1, as an hour ago, with a peak of 9 at 09:20 UTC');
  });

  it('names the highest of several', () => {
    const three = moment([
      ['decode_timeout', '0.55'],
      ['gpu_out_of_memory', '2.2'],
      ['storage_upload', 'NaN'],
    ]);
    expect(describeAnswer(three)).toEqual({
      sentence: '3 series, highest error_type=gpu_out_of_memory 2.2',
      table: {
        columns: ['error_type', 'value'],
        rows: [
          ['gpu_out_of_memory', '2.2'],
          ['decode_timeout', '0.55'],
          ['storage_upload', 'not finite'],
        ],
        leftOut: 0,
      },
    });
  });

  it('never takes the lack of data for a zero', () => {
    expect(describeAnswer(moment([])).sentence).toBe('no data');
    expect(describeAnswer(moment([['a', 'NaN']])).sentence).toBe('NaN');
    expect(describeAnswer(moment([['a', '+Inf']])).sentence).toBe('+Inf');
  });
});

it('values beyond all measure are said not to be shown', () => {
  expect(
    describeAnswer(
      moment([
        ['a', '1e308'],
        ['b', '-1e308'],
      ]),
    ).sentence,
  ).toBe('2 series, none with a finite value');
});

it('a table ends after fifteen rows and says how many are missing', () => {
  const many = moment(Array.from({ length: 40 }, (_, index) => [`type-${index}`, String(index)] as const));
  const { table } = describeAnswer(many);
  expect(table.rows).toHaveLength(15);
  expect(table.rows[0]).toEqual(['type-39', '39']);
  expect(table.leftOut).toBe(25);
});

it.each([
  [0, '0'],
  [7.42345, '7.42'],
  [0.31, '0.31'],
  [0.0123, '0.012'],
  [0.000012, '1.2e-5'],
  [42, '42'],
  [999.96, '1k'],
  [4200, '4.2k'],
  [-15_000_000, '-15M'],
  [9.6e9, '9.6G'],
])('%s is read as %s', (value, text) => {
  expect(compactNumber(value)).toBe(text);
});
