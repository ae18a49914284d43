import canonicalize from 'canonicalize';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson } from '../../src/kernel/json.ts';
import type { Json } from '../../src/kernel/json.ts';

/** What each of the two makes of it; undefined where it refuses. */
function both(value: Json): readonly (string | undefined)[] {
  return [canonicalJson, (each: Json) => canonicalize(each)].map((write) => {
    try {
      return write(value);
    } catch {
      return undefined;
    }
  });
}

describe('canonical JSON', () => {
  const text = fc.string({ unit: 'binary' });
  const halves = fc.constantFrom('\ud800', '\udfff', '\\', '\\\\', 'ud800', '\\ud800', '😀', '"', '\u2028', '\u007f', '\u0000');
  const awkward = fc.array(halves, { maxLength: 6 }).map((parts) => parts.join(''));

  it('is byte for byte what another library makes by RFC 8785, which refuses the same', () => {
    const value = fc.jsonValue({ stringUnit: 'binary' }) as fc.Arbitrary<Json>;
    const tree = fc.oneof(value, awkward, fc.dictionary(fc.oneof(text, awkward), fc.oneof(value, awkward)), fc.array(awkward));
    fc.assert(
      fc.property(tree, (given) => {
        const [own, others] = both(given);
        expect(own).toBe(others);
      }),
      { numRuns: 2000 },
    );
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY, '\ud800', { '\udc00': 1 }, ['\\\\\ud800']])('refuses %j', (value) => {
    expect(() => canonicalJson(value)).toThrow();
  });

  it('leaves out what is undefined, and orders keys by their code units', () => {
    expect(canonicalJson({ b: 1, a: undefined, '\u{1f600}': 2, '\ufb33': 3, A: -0, '10': 1e21, '9': 1.5 })).toBe(
      '{"10":1e+21,"9":1.5,"A":0,"b":1,"\u{1f600}":2,"\ufb33":3}',
    );
  });
});
