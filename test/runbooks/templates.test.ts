import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { filledText, fillTemplate, normaliseLabel, parseTemplate, placeholdersOf } from '../../src/runbooks/templates.ts';

const holes = (text: string) => placeholdersOf(text).map(({ label, raw }) => [label, raw]);
const values = (entries: Record<string, string>) =>
  new Map(Object.entries(entries).map(([label, value]) => [normaliseLabel(label), value]));

describe('placeholders', () => {
  it.each([
    ['- Current error rate: X%', [['Current error rate', 'X%']]],
    ['**Latency**: X ms (p95)', [['Latency', 'X ms']]],
    ['Affected: about X users', [['Affected', 'X']]],
    ['Error rate: X.X% of requests', [['Error rate', 'X.X%']]],
    ['up to X% of users', [['X%', 'X%']]],
    ['ETA: TBD', [['ETA', 'TBD']]],
    ['* Root cause: [Brief description]', [['Root cause', '[Brief description]']]],
    ['Dear <customer name>,', [['customer name', '<customer name>']]],
    [
      '{service} is down, {{ region }} and ${zone}',
      [
        ['service', '{service}'],
        ['region', '{{ region }}'],
        ['zone', '${zone}'],
      ],
    ],
    [
      'Window: [start] to [end]',
      [
        ['Window', '[start]'],
        ['Window (end)', '[end]'],
      ],
    ],
    [
      'Range: X to X',
      [
        ['Range', 'X'],
        ['Range 2', 'X'],
      ],
    ],
    [
      '{name} and {name}',
      [
        ['name', '{name}'],
        ['name', '{name}'],
      ],
    ],
    ['[TIME] we saw it', [['TIME', '[TIME]']]],
    ['- Update at 14:05: TBD', [['Update at 14:05', 'TBD']]],
  ])('of %j', (text, expected) => {
    expect(holes(text)).toEqual(expected);
  });

  it.each([
    'plain text',
    '[RESOLVED] it works',
    '- [ ] todo and [x] done',
    '[status page](https://status.example)',
    '[text][reference]',
    '<https://status.example> <!channel> <@U123> <a@b.example>',
    'Pod: <none>, <br> line',
    'Platform X is up, XML, Xbox: fine, TBDs',
    '{"json": true}, {}',
    'a < b > c',
    ':rotating_light: on fire',
  ])('are none in %j', (text) => {
    expect(holes(text)).toEqual([]);
  });

  it('carry unit and hint', () => {
    expect(placeholdersOf('a: X%\nb: [what it was]')).toEqual([
      { label: 'a', raw: 'X%', unit: '%', hint: undefined },
      { label: 'b', raw: '[what it was]', unit: undefined, hint: 'what it was' },
    ]);
  });

  it('split a template without losing a character', () => {
    const risky = fc.string({
      unit: fc.constantFrom('X', '%', ' ', ':', '\n', '[', ']', '<', '>', '{', '}', '$', 'TBD', 'abc', '-', '*', '(', ' ms'),
    });
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'grapheme' }), risky), (text) => {
        expect(
          parseTemplate(text)
            .map((segment) => (segment.kind === 'text' ? segment.text : segment.raw))
            .join(''),
        ).toBe(text);
        expect(filledText(fillTemplate({ text }, new Map())).length).toBeGreaterThanOrEqual(0);
      }),
    );
  });
});

describe('filling a template', () => {
  const text = '🚨 Down\n- Current error rate: X%\n- ETA: TBD\n- Cause: [Brief description]';

  it('puts values in by label and keeps the unit', () => {
    const filled = fillTemplate({ text }, values({ 'current  Error Rate': '3.4', CAUSE: 'disk [full] X%', ETA: '  ' }));
    expect(filledText(filled)).toBe('🚨 Down\n- Current error rate: 3.4%\n- ETA: ⟨ETA: to be filled⟩\n- Cause: disk [full] X%');
    expect(filled.missing).toEqual(['ETA']);
    expect(filled.segments.map((segment) => segment.kind)).toEqual(['text', 'filled', 'text', 'missing', 'text', 'filled']);
  });

  it('does not double a unit', () => {
    expect(filledText(fillTemplate({ text: 'Rate: X%' }, values({ rate: '5 %' })))).toBe('Rate: 5 %');
  });

  it('shows every hole of an untouched template', () => {
    expect(fillTemplate({ text }, new Map()).missing).toEqual(['Current error rate', 'ETA', 'Cause']);
  });

  it('is complete when each label has a value', () => {
    fc.assert(
      fc.property(
        fc.string({ minLength: 1 }).filter((value) => value.trim() !== ''),
        (value) => {
          const given = new Map(placeholdersOf(text).map(({ label }) => [normaliseLabel(label), value]));
          const filled = fillTemplate({ text }, given);
          expect(filled.missing).toEqual([]);
          expect(filledText(filled)).toContain(`- ETA: ${value}\n`);
        },
      ),
    );
  });
});
