import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The folder beside the project that holds the corpora and the vendor contracts which some tests compare with. */
export const sharedDir = fileURLToPath(new URL('../../../shared', import.meta.url));

/** Tests that need the folder skip without it, saying so; where CI is set they must run. */
export const hasShared = existsSync(sharedDir);

if (!hasShared) {
  if (process.env['CI'] === 'true') throw new Error(`CI must run the tests that read ../shared, and ${sharedDir} is missing`);
  process.stderr.write('skipped: the tests that read ../shared (corpora, vendor contracts), because that folder is not here\n');
}
