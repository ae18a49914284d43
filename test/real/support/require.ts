import { describe } from 'vitest';

/**
 * `describe` for tests that need something of the machine: with it they run; without it they are skipped with one line that says how to get
 * it; and where CI is set a missing one fails, so that nobody mistakes a skipped suite for a passed one.
 */
export function requireOrSkip(name: string, present: boolean, how: string): typeof describe | typeof describe.skip {
  if (present) return describe;
  const message = `${name} is missing: ${how}`;
  if (process.env['CI'] === 'true') throw new Error(message);
  process.stderr.write(`skipped: ${message}\n`);
  return describe.skip;
}
