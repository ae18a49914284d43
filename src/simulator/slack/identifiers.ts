import { randomBytes, randomInt } from 'node:crypto';

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';

/** An id in Slack's form: the kind's letter and ten more. */
export function inventSlackId(kind: 'V' | 'F' | 'D' | 'Ev' | 'Bk' | 'R'): string {
  return kind + Array.from({ length: 10 }, () => letters.charAt(randomInt(letters.length))).join('');
}

/** Unguessable text for the addresses that need no token. */
export function inventSecret(): string {
  return randomBytes(12).toString('hex');
}
