import { randomFillSync } from 'node:crypto';

const bytes = 16;
/** A call to the system for each salt costs more than the salt: one fetches many. */
const ahead = 256;

/** Gives a new salt with each call: 128 random bits as hex digits. */
export function createSalts(): () => string {
  const pool = Buffer.alloc(bytes * ahead);
  let used = pool.length;
  return () => {
    if (used === pool.length) {
      randomFillSync(pool);
      used = 0;
    }
    used += bytes;
    return pool.toString('hex', used - bytes, used);
  };
}
