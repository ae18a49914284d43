import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('out', import.meta.url));

/** Keeps what was counted as JSON; the folder is not in version control. */
export function writeReport(content: object): string {
  mkdirSync(folder, { recursive: true });
  const file = `${folder}/chaos.json`;
  writeFileSync(file, `${JSON.stringify(content, undefined, 2)}\n`);
  return file;
}
