import * as fc from 'fast-check';

/** What has broken programs before: marks, control and invisible characters, halves of surrogate pairs, words that objects inherit. */
const oddText = fc.constantFrom(
  '',
  ' ',
  '\n',
  '\r\n',
  '\t',
  '\u0000',
  '\u0007\u001b[31m',
  '\uFEFF',
  '\u202Eevil\u202C',
  'a\u200Bb',
  '\uD800',
  '\uDC00x',
  '👩‍🚒',
  'ﬃ',
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  'null',
  'undefined',
  'NaN',
  '-0',
  '1e999',
  '9007199254740993',
  '<!channel>',
  '<@U0ANA00000>',
  '<http://evil.example|click>',
  '&lt;!channel&gt;',
  '`code`',
  '```\nfence',
  '*bold* _it_ ~no~',
  '${IFS}',
  '$(x)',
  "'; drop table t; --",
  '"',
  '\\',
  '../../etc/passwd',
  '%00',
  '%',
  '%E0%A4%A',
  '{{ $labels.pod }}',
  '[a](javascript:x)',
  'http://[::1',
  '2026-03-14T10:00:00.123456789+23:59',
  '0001-01-01T00:00:00Z',
  '+275760-09-13T00:00:00.001Z',
);

/** One of the above, or any text of one of the units that fast-check knows. */
export const anyText = fc.oneof(
  { weight: 3, arbitrary: oddText },
  { weight: 2, arbitrary: fc.string({ unit: 'grapheme', maxLength: 40 }) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 40 }) },
);

/** Text that goes on for long: a piece, over and over. What takes more than its length to read shows here. */
export function longText(pieces: fc.Arbitrary<string>, most = 60_000): fc.Arbitrary<string> {
  return fc
    .tuple(fc.array(pieces, { minLength: 1, maxLength: 3 }), fc.integer({ min: 1, max: most }), anyText)
    .map(([repeated, length, end]) => {
      const piece = repeated.join('') || 'x';
      return piece.repeat(Math.ceil(length / piece.length)).slice(0, length) + end;
    });
}

/** These pieces in any order, now and then with any text in between. */
export function piecesOf(pieces: readonly string[], maxLength = 30): fc.Arbitrary<string> {
  const piece = fc.oneof({ weight: 9, arbitrary: fc.constantFrom(...pieces) }, { weight: 1, arbitrary: anyText });
  return fc.array(piece, { maxLength }).map((parts) => parts.join(''));
}
