import { describe, expect, it } from 'vitest';
import { humanDuration, longTime, quoted } from '../../../../src/doors/kubectl/go-format.ts';
import { goText } from '../../../../src/doors/kubectl/output/go-json.ts';
import { addQuantities, formatQuantity, milliOf, parseQuantity, unitsOf } from '../../../../src/doors/kubectl/quantity.ts';
import { selectorQuery } from '../../../../src/doors/kubectl/selectors.ts';
import { alignTabs, describeStyle, tableStyle } from '../../../../src/doors/kubectl/tab-writer.ts';
import { fieldLabel } from '../../../../src/doors/kubectl/verbs/describe/generic.ts';

describe('columns', () => {
  it('hold for neighbouring lines that have them', () => {
    expect(alignTabs('a:\tb\nlonger:\tc\nalone\nx:\ty\n', describeStyle)).toBe('a:       b\nlonger:  c\nalone\nx:  y\n');
  });
  it('are at least six wide in tables, and the last cell is not padded', () => {
    expect(alignTabs('A\tB\nab\tc\n', tableStyle)).toBe('A     B\nab    c\n');
  });
  it('count characters, not bytes', () => {
    expect(alignTabs('é\tb\nab\tc\n', describeStyle)).toBe('é   b\nab  c\n');
  });
});

it.each([
  ['250m', '250m', 250],
  ['1', '1', 1000],
  ['1500m', '1500m', 1500],
  ['2000m', '2', 2000],
  ['1.5Gi', '1536Mi', 1_610_612_736_000],
  ['1e3', '1k', 1_000_000],
  ['100n', '100n', 1],
  ['0', '0', 0],
])('the amount %s is %s', (text, canonical, milli) => {
  expect([formatQuantity(parseQuantity(text)), milliOf(parseQuantity(text))]).toEqual([canonical, milli]);
});

it('amounts are added in the form of the first that is not nothing', () => {
  expect(formatQuantity([parseQuantity('0'), parseQuantity('64Mi'), parseQuantity('64Mi')].reduce(addQuantities))).toBe('128Mi');
  expect(unitsOf(parseQuantity('100m'))).toBe(1);
});

it.each([
  [-5000, '<invalid>'],
  [-500, '0s'],
  [119_000, '119s'],
  [180_000, '3m'],
  [200_000, '3m20s'],
  [3_600_000 * 5, '5h'],
  [3_600_000 * 5.5, '5h30m'],
  [3_600_000 * 50, '2d2h'],
  [86_400_000 * 400, '400d'],
  [86_400_000 * 800, '2y70d'],
])('%d ms are %s', (ms, text) => {
  expect(humanDuration(ms)).toBe(text);
});

it('values look as Go prints them', () => {
  expect(goText({ b: [1, 'x'], a: null })).toBe('map[a:<nil> b:[1 x]]');
  expect(quoted('a"b\n')).toBe(String.raw`"a\"b\n"`);
  expect(longTime('2026-03-01T04:05:06Z')).toBe('Sun, 01 Mar 2026 04:05:06 +0000');
});

it.each([
  ['lastTransitionTime', 'Last Transition Time'],
  ['podCIDR', 'Pod CIDR'],
  ['apiURL', 'API URL'],
  ['uid', 'UID'],
  ['someURLs', 'Some URLs'],
  ['with.dot', 'with.dot'],
])('the field %s is called %s', (field, label) => {
  expect(fieldLabel(field)).toBe(label);
});

it('a selector is written in the order of its keys', () => {
  const selector = {
    matchLabels: { z: '1' },
    matchExpressions: [
      { key: 'a', operator: 'NotIn', values: ['y', 'x'] },
      { key: 'm', operator: 'DoesNotExist' },
    ],
  };
  expect(selectorQuery(selector)).toBe('a notin (x,y),!m,z=1');
});
