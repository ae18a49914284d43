import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { redact } from '../../../src/redaction/redact.ts';
import { createTarget } from '../engine/target.ts';
import { anyText, longText, piecesOf } from '../given/text.ts';

const of = (characters: string, least: number, most: number) =>
  fc.string({ unit: fc.constantFrom(...characters.split('')), minLength: least, maxLength: most });
const word = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';
/** Random text as tokens are: with a digit and a letter, so that it is no word. */
const random = of(word, 30, 40).map((text) => `${text}a7B`);

/** A secret and how it stands in a line; the secret itself must be gone. */
const secret = fc.oneof(
  random.map((text) => ({ secret: `ghp_${text}`, line: `ghp_${text}` })),
  random.map((text) => ({ secret: `xoxb-${text}`, line: `token: xoxb-${text}` })),
  random.map((text) => ({ secret: text, line: `Authorization: Bearer ${text}` })),
  random.map((text) => ({ secret: text, line: `curl -H "Authorization: Bearer ${text}" http://x` })),
  random.map((text) => ({ secret: text, line: `DB_PASSWORD=${text}` })),
  random.map((text) => ({ secret: text, line: `{"password": "${text}"}` })),
  random.map((text) => ({ secret: text, line: `api_key: ${text}` })),
  random.map((text) => ({ secret: text, line: `postgres://app:${text}@db:5432/x` })),
  random.map((text) => ({ secret: text, line: `-----BEGIN RSA PRIVATE KEY-----\n${text}\n-----END RSA PRIVATE KEY-----` })),
  random.map((text) => ({ secret: text, line: `apiVersion: v1\ndata:\n  a: ${text}\nkind: Secret` })),
  random.map((text) => ({ secret: text, line: `{"kind": "Secret", "data": {"a": "${text}"}}` })),
  random.map((text) => ({ secret: text, line: `psql --password ${text} -h db` })),
  of('ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789', 16, 16).map((text) => ({ secret: `AKIA${text}`, line: `id AKIA${text}.` })),
);
const around = [
  'a\n',
  ' ',
  '\n',
  '"',
  '\\',
  '=',
  ': ',
  'password',
  'Bearer ',
  '://',
  '@',
  'kind: Secret\n',
  'data:\n',
  '  b: |\n',
  '{',
  '}',
  'x',
];

export const secrets = createTarget({
  name: 'secrets',
  promises: 'a secret in one of the known forms on a line of its own is masked, whatever is around it, and masking again changes nothing',
  share: 30,
  given: fc.record({
    secret,
    before: fc.oneof({ weight: 9, arbitrary: piecesOf(around, 8) }, { weight: 1, arbitrary: longText(fc.constantFrom(...around), 20_000) }),
    after: piecesOf(around, 8),
    known: anyText,
  }),
  open: () => {},
  run({ secret: { secret: hidden, line }, before, after, known }) {
    const text = `${before}\n\n${line}\n${after}`;
    const { text: masked } = redact(text);
    assert.ok(!masked.includes(hidden), `it still says ${hidden}: ${masked}`);
    assert.equal(redact(masked).text, masked);
    const own = redact(text, { known: [known, hidden] }).text;
    assert.ok(!own.includes(hidden));
    if (known.length >= 6) assert.ok(!own.includes(known) || '****'.includes(known));
  },
});
