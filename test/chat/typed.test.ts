import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeAction, encodeAction } from '../../src/chat/action.ts';
import { readMention, readTyped, readableText, takeReference } from '../../src/chat/typed.ts';

describe('which incident a text names', () => {
  it.each([
    ['INC-12', 12, ''],
    ['inc12', 12, ''],
    ['#12', 12, ''],
    ['12', 12, ''],
    ['critical INC-12', 12, 'critical'],
    ['INC-12 critical', 12, 'critical'],
    ['12 critical', 12, 'critical'],
    ['critical 12', 12, 'critical'],
    ['INC-12: critical', 12, 'critical'],
    ['inc_7, ic me', 7, 'ic me'],
  ])('%j names %i for a command without free text', (text, number, rest) => {
    expect(takeReference(readTyped(text), 'names')).toEqual({ reference: { number, certain: true }, rest: readTyped(rest) });
  });

  it.each([
    ['INC-12 the fix is out', { number: 12, certain: true }, 'the fix is out'],
    ['12: the fix is out', { number: 12, certain: true }, 'the fix is out'],
    ['12', { number: 12, certain: true }, ''],
    ['2 of 5 workers are back', { number: 2, certain: false }, 'of 5 workers are back'],
    ['same cause as INC-3', { number: 3, certain: false }, 'same cause as'],
    ['replicas are now 10', undefined, 'replicas are now 10'],
    ['nothing of the kind', undefined, 'nothing of the kind'],
    ['0 errors', undefined, '0 errors'],
    ['v1.42 is out', undefined, 'v1.42 is out'],
  ])('%j is read with care where people write their own words', (text, reference, rest) => {
    expect(takeReference(readTyped(text), 'free text')).toEqual({
      ...(reference === undefined ? {} : { reference }),
      rest: readTyped(rest),
    });
  });

  it('keeps the line breaks of what remains', () => {
    expect(takeReference(readTyped('INC-4 first\n\nsecond  line'), 'free text').rest.text).toBe('first\n\nsecond  line');
  });

  it('never throws and never makes words up', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.constantFrom('names', 'free text', 'numbers' as const), (text, words) => {
        const { rest } = takeReference(readTyped(text), words);
        expect(text).toContain(rest.text);
      }),
    );
  });
});

describe('people in a text', () => {
  it('are read from mentions', () => {
    expect(readMention('<@U123|ana>')).toEqual({ id: 'U123', name: 'ana' });
    expect(readMention('<@U123>')).toEqual({ id: 'U123' });
    expect(readMention('@ana')).toBeUndefined();
  });

  it('are names in what is stored', () => {
    expect(readableText('asked <@U123|ana> and <@U9>, see https://a.example/x')).toBe('asked @ana and @U9, see https://a.example/x');
    expect(readableText('a < b and c > d')).toBe('a < b and c > d');
  });
});

describe('actions', () => {
  it('survive their text form, which is short', () => {
    const action = fc.record({
      type: fc.constantFrom('run' as const, 'form' as const),
      command: fc.stringMatching(/^[a-z]{1,20}$/),
      incident: fc.integer({ min: 1, max: 999_999_999 }),
      argument: fc.oneof(fc.constantFrom('all', '2', '2.3', '3.0f3a9b1c'), fc.stringMatching(/^[a-z0-9.]{1,20}$/)),
    });
    fc.assert(
      fc.property(action, fc.constantFrom('none', 'incident', 'argument', 'word'), (whole, carries) => {
        const { incident, argument, ...rest } = whole;
        const about = { ...rest, incident };
        const given = {
          none: rest,
          incident: about,
          argument: { ...about, argument },
          word: { ...rest, argument: `w${argument}`.slice(0, 20) },
        }[carries];
        expect(decodeAction(encodeAction(given))).toEqual(given);
        expect(encodeAction(given).length).toBeLessThanOrEqual(255);
      }),
    );
  });

  it.each([
    '',
    'run',
    'run:',
    'run:ack:0',
    'run:ack:01',
    'run:ack:-1',
    'run:ack:1:',
    'run:ack:1:A',
    'run:ack:1:2 3',
    'run:ack:1:a:b',
    'run:ack::2',
    `run:ack:1:${'2'.repeat(21)}`,
    'jump:ack:1',
    'run:Ack:1',
    'run:ack:1 ',
    'run:ack:99999999999999999999',
  ])('are not read from %j', (text) => {
    expect(decodeAction(text)).toBeUndefined();
  });

  it('are read from nothing but what encodeAction writes', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const action = decodeAction(text);
        if (action !== undefined) expect(encodeAction(action)).toBe(text);
      }),
    );
  });
});
