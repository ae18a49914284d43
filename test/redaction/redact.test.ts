import { array, assert, constantFrom, oneof, property, string } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { redact } from '../../src/redaction/redact.ts';

const jwt = 'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJzeXN0ZW0ifQ.c2lnbmF0dXJlLXRleHQ';
const secrets: readonly [string, string, string][] = [
  ['a bearer token', 'Authorization: Bearer abc.def-123', 'Authorization: Bearer ****'],
  ['a basic header', 'curl -H "Authorization: Basic dXNlcjpwYXNz" x', 'curl -H "Authorization: Basic ****" x'],
  ['a JWT', `token ${jwt} end`, 'token **** end'],
  ['GitHub', `x ghp_${'a1B2'.repeat(9)} y`, 'x **** y'],
  ['AWS', 'id AKIAIOSFODNN7EXAMPLE.', 'id ****.'],
  ['GCP', `AIza${'a'.repeat(35)}`, '****'],
  ['Slack', 'xoxb-1234567890-abcdef', '****'],
  ['a private key', 'a\n-----BEGIN RSA PRIVATE KEY-----\nMIIE\nxyz\n-----END RSA PRIVATE KEY-----\nb', 'a\n[private key ****]\nb'],
  ['half a private key', '-----BEGIN PRIVATE KEY-----\nMIIE', '[private key ****]'],
  ['an environment variable', 'DB_PASSWORD=hunter2 PORT=1', 'DB_PASSWORD=**** PORT=1'],
  ['JSON', '{"password": "hu nter", "a": 1}', '{"password": "****", "a": 1}'],
  ['YAML', 'api_key: abc123', 'api_key: ****'],
  ['a flag', 'psql --password hunter2 -h db', 'psql --password **** -h db'],
  ['a URL', 'postgres://app:p4ss@db:5432/x', 'postgres://app:****@db:5432/x'],
  ['a connection string', 'AccountName=a;AccountKey=abc==;x=1', 'AccountName=a;AccountKey=****;x=1'],
  ['random text after a telling word', 'using token a8F3kq09ZxPq71LmNb34', 'using token ****'],
  [
    'a Secret',
    'apiVersion: v1\ndata:\n  a: Zm9v\n  b: |\n    x\nkind: Secret\nmetadata:\n  name: db',
    'apiVersion: v1\ndata:\n  a: ****\n  b: ****\nkind: Secret\nmetadata:\n  name: db',
  ],
  [
    'a Secret as JSON whose values hold braces and quotes',
    String.raw`{"kind": "Secret", "stringData": {"a": "{\"x\": 1}", "b": "y\"z", "c": "w\\"}, "x": "y"}`,
    '{"kind": "Secret", "stringData": {"a": "****", "b": "****", "c": "****"}, "x": "y"}',
  ],
  [
    'a Secret within an annotation',
    String.raw`"last": "{\"kind\":\"Secret\",\"stringData\":{\"a\":\"{\\\"x\\\":1}\",\"b\":\"y\"},\"x\":\"y\"}"`,
    String.raw`"last": "{\"kind\":\"Secret\",\"stringData\":{\"a\":\"****\",\"b\":\"****\"},\"x\":\"y\"}"`,
  ],
  ['half a Secret', '{"kind": "Secret", "data": {"a": "Zm9v', '{"kind": "Secret", "data": {"a": "****'],
  ['a password that begins as a reference would', 'password=$2b$12$abcdefghijk x', 'password=**** x'],
  ['a Secret as JSON', '{"kind": "Secret", "data": {"a": "Zm9v"}}', '{"kind": "Secret", "data": {"a": "****"}}'],
];

const ordinary: readonly string[] = [
  'web-7d9c5b6f4-x2x8k   1/1   Running   0   3d',
  'image: registry/app@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef',
  'uid: 1f0a6c3e-6f0e-4a5e-9d2c-0a1b2c3d4e5f\nresourceVersion: "123456789"',
  'secret "tls" not found',
  'secretName: db-credentials',
  'default-token-abcde   kubernetes.io/service-account-token   3   5d',
  'automountServiceAccountToken: false',
  'password:  16 bytes',
  "DB_PASSWORD:  <set to the key 'password' in secret 'db'>  Optional: false",
  'password: $PASSWORD',
  'password: ${DB_PASSWORD:-none}',
  'max_tokens=4096 tokens: 12',
  'Basic authentication failed for user',
  'data:\n  DB_MAX_CONNECTIONS: "50"\nkind: ConfigMap',
  'https://grafana.example.com/d/abc?from=now-1h',
  'pod-template-hash=7d9c5b6f4',
];

describe('redact', () => {
  it.each(secrets)('masks %s', (_, text, expected) => {
    const { text: masked, masked: count } = redact(text);
    expect(masked).toBe(expected);
    expect(count).toBeGreaterThan(0);
  });

  it.each(ordinary)('leaves %j as it is', (text) => {
    expect(redact(text)).toEqual({ text, masked: 0 });
  });

  it('masks what is known, the longest first', () => {
    expect(redact('a swordfish-long b swordfish c', { known: ['swordfish', 'swordfish-long', 'b'] })).toEqual({
      text: 'a **** b **** c',
      masked: 2,
    });
  });

  it('masks secrets that stand without a gap between them', () => {
    expect(redact(`AIza${'a'.repeat(35)}xoxb-1234567890-abcdef`).text).toBe('********');
  });

  it('changes nothing the second time', () => {
    const piece = oneof(
      string(),
      constantFrom(...secrets.map(([, text]) => text), ...ordinary, '"', '\\', '\n', ' ', '=', ': ', 'password', 'Bearer ', '://', '@'),
    );
    assert(
      property(array(piece, { maxLength: 8 }), (pieces) => {
        const once = redact(pieces.join('')).text;
        expect(redact(once).text).toBe(once);
      }),
      { numRuns: 300, examples: [[[`AIza${'a'.repeat(35)}`, 'xoxb-1234567890-abcdef']]] },
    );
  });
});
