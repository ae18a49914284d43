import { createHmac } from 'node:crypto';
import type { Clock } from '../kernel/clock.ts';
import { sameSecret } from '../kernel/hash.ts';

type LinkCheck = 'valid' | 'expired' | 'forged' | 'unsigned';

/** Links that open one path without a token until they expire. */
export type SignedLinks = {
  /** The path with its signature in the query. */
  sign(path: string, lifetimeMs: number): string;
  check(url: URL): LinkCheck;
};

export function createSignedLinks(options: { secret: string; clock: Clock }): SignedLinks {
  const signatureOf = (path: string, expires: string) =>
    createHmac('sha256', options.secret)
      .update(JSON.stringify(['tocsin link 1', path, expires]), 'utf8')
      .digest('hex');

  return {
    sign(path, lifetimeMs) {
      const expires = String(Math.floor((options.clock.now().getTime() + lifetimeMs) / 1000));
      return `${path}?expires=${expires}&signature=${signatureOf(path, expires)}`;
    },
    check(url) {
      const expires = url.searchParams.get('expires');
      const signature = url.searchParams.get('signature');
      if (expires === null || signature === null) return 'unsigned';
      if (!/^\d{1,12}$/.test(expires) || !sameSecret(signature, signatureOf(url.pathname, expires))) return 'forged';
      return Number(expires) * 1000 > options.clock.now().getTime() ? 'valid' : 'expired';
    },
  };
}
