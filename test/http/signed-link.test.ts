import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createSignedLinks } from '../../src/http/signed-link.ts';
import { createManualClock } from '../../src/kernel/clock.ts';

const origin = 'http://127.0.0.1';

function links(secret = 'secret') {
  const clock = createManualClock(new Date(Date.UTC(2026, 2, 14)));
  return { clock, ...createSignedLinks({ secret, clock }) };
}

describe('a signed link', () => {
  it('is valid until its last second', () => {
    const signed = links();
    const url = new URL(signed.sign('/exports/INC-4.md', 10_000), origin);
    signed.clock.advance(9_999);
    expect(signed.check(url)).toBe('valid');
    signed.clock.advance(1);
    expect(signed.check(url)).toBe('expired');
  });

  it('is forged when anything in it is changed', () => {
    const signed = links();
    const link = signed.sign('/exports/INC-4.md', 10_000);
    const expires = new URL(link, origin).searchParams.get('expires') ?? '';
    const forged = [
      link.replace('INC-4', 'INC-40'),
      link.replace(expires, String(Number(expires) + 1)),
      link.replace(expires, `${expires}.0`),
      link.slice(0, -1),
      `${link}0`,
      link.replace(/signature=.*/, 'signature='),
      createSignedLinks({ secret: 'other', clock: links().clock }).sign('/exports/INC-4.md', 10_000),
    ];
    expect(forged.map((candidate) => signed.check(new URL(candidate, origin)))).toEqual(forged.map(() => 'forged'));
  });

  it('is unsigned without its query', () => {
    const signed = links();
    const link = signed.sign('/exports/INC-4.md', 10_000);
    expect(signed.check(new URL('/exports/INC-4.md', origin))).toBe('unsigned');
    expect(signed.check(new URL(link.replace('expires', 'expired'), origin))).toBe('unsigned');
  });

  it('opens the path that was signed and no other', () => {
    const signed = links();
    fc.assert(
      fc.property(fc.webPath(), fc.webPath(), (path, other) => {
        const url = new URL(origin + path);
        const query = signed.sign(url.pathname, 1000).slice(url.pathname.length);
        expect(signed.check(new URL(`${origin}${url.pathname}${query}`))).toBe('valid');
        const elsewhere = new URL(origin + other);
        if (elsewhere.pathname !== url.pathname) expect(signed.check(new URL(`${origin}${elsewhere.pathname}${query}`))).not.toBe('valid');
      }),
    );
  });
});
