import { DatabaseSync } from 'node:sqlite';
import { fromSqliteError, isBusy } from './errors.ts';

/**
 * Holds a file, made when missing, for this process alone until it is released or the process ends, however it ends. Undefined when another
 * process holds it.
 */
export function holdFile(path: string): { release(): void } | undefined {
  let db: DatabaseSync | undefined;
  try {
    db = new DatabaseSync(path, { timeout: 0 });
    db.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE');
    const held = db;
    return { release: () => held.close() };
  } catch (error) {
    db?.close();
    const failure = fromSqliteError(error);
    if (isBusy(failure)) return undefined;
    throw failure;
  }
}
