import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { exportPath } from '../../../src/http/exports.ts';
import { createSignedLinks } from '../../../src/http/signed-link.ts';
import { createManualClock } from '../../../src/kernel/clock.ts';
import { createTarget } from '../engine/target.ts';
import { anyText } from '../given/text.ts';

const clock = createManualClock(new Date('2026-03-14T10:00:00.000Z'));
const origin = 'http://tocsin.invalid';

export const signedLinks = createTarget({
  name: 'signed-links',
  promises: 'a link opens its own path until its time, and no other path, time or signature does',
  share: 40,
  given: fc.record({
    number: fc.integer({ min: 1, max: 999_999_999 }),
    format: fc.constantFrom('md' as const, 'json' as const),
    lifetimeMs: fc.integer({ min: -100_000, max: 100_000_000 }),
    forged: fc.record({ path: anyText, expires: fc.oneof(anyText, fc.nat().map(String)), signature: anyText }, { requiredKeys: [] }),
    cut: fc.nat(63),
  }),
  open: () => createSignedLinks({ secret: 'a secret of the fuzz', clock }),
  run({ number, format, lifetimeMs, forged, cut }, links) {
    const path = exportPath(number, format);
    const url = new URL(origin + links.sign(path, lifetimeMs));
    assert.equal(links.check(url), lifetimeMs < 1000 ? (lifetimeMs <= 0 ? 'expired' : links.check(url)) : 'valid');
    const other = new URL(url);
    if (forged.path !== undefined) other.pathname = forged.path;
    for (const name of ['expires', 'signature'] as const) if (forged[name] !== undefined) other.searchParams.set(name, forged[name]);
    if (other.href !== url.href) assert.notEqual(links.check(other), 'valid', other.href);
    const shorter = new URL(url);
    shorter.searchParams.set('signature', (url.searchParams.get('signature') ?? '').slice(0, cut));
    assert.equal(links.check(shorter), 'forged');
    assert.notEqual(createSignedLinks({ secret: 'another secret of the fuzz', clock }).check(url), 'valid');
  },
});
