import { randomBytes } from 'node:crypto';
import { chmodSync, copyFileSync, existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { TocsinError } from '../../kernel/errors.ts';
import { toInstant } from '../../kernel/instant.ts';
import { fromSqliteError, isBusy } from './errors.ts';
import { inspectDatabase } from './inspect.ts';
import type { Inspection } from './inspect.ts';

export type Replacement = {
  /** The backup, or any other copy with the log that belongs to it. It is only read. */
  from: string;
  /** The database that it takes the place of; it may be missing. */
  path: string;
  /** Works on the checked copy before it takes its place, by its path. */
  settle: (copy: string, inspection: Inspection) => Promise<void>;
  now: Date;
};

/** `kept`: where the database before is now, as it was. */
export type Replaced = { inspection: Inspection; kept?: string };

const parts = ['', '-wal', '-shm'] as const;

/**
 * Puts a database in the place of another, all or nothing: until the very end both are as they were. Throws TocsinError: not_found, conflict (some
 * process has the database open), precondition (another program's file, or a newer version's), unavailable (the copy is damaged).
 */
export async function replaceDatabase({ from, path, settle, now }: Replacement): Promise<Replaced> {
  if (!existsSync(from)) throw new TocsinError('not_found', `There is no file ${from}.`);
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const copy = `${path}.restoring-${randomBytes(4).toString('hex')}`;
  const kept = `${path}.before-${toInstant(now).slice(0, 19).replaceAll(/[-:]/g, '')}Z`;
  const isThere = existsSync(path);
  try {
    // The index belongs to the processes that had it open; SQLite makes another.
    copyParts(from, copy, ['', '-wal']);
    const inspection = inspectDatabase(copy, { chains: true });
    await settle(copy, inspection);
    if (isThere) setAside(path, kept);
    for (const part of ['-wal', '-shm']) rmSync(path + part, { force: true });
    renameSync(copy, path);
    return { inspection, ...(isThere ? { kept } : {}) };
  } finally {
    for (const part of parts) rmSync(copy + part, { force: true });
  }
}

/** Copied first: to find out whether somebody has it open touches its log, and what is there may be all that is left of something. */
function setAside(path: string, kept: string): void {
  copyParts(path, kept, parts);
  if (!isOpenElsewhere(path)) return;
  for (const part of parts) rmSync(kept + part, { force: true });
  throw new TocsinError('conflict', `Some process has ${path} open. Stop Tocsin, then restore again; nothing was changed.`);
}

function copyParts(from: string, to: string, which: readonly string[]): void {
  for (const part of which) {
    if (!existsSync(from + part)) continue;
    copyFileSync(from + part, to + part);
    chmodSync(to + part, 0o600);
  }
}

/** Nobody else may have a database open when its log is given up. */
function isOpenElsewhere(path: string): boolean {
  let db: DatabaseSync | undefined;
  try {
    db = new DatabaseSync(path, { timeout: 1000 });
    db.exec('PRAGMA journal_mode = DELETE');
    return false;
  } catch (error) {
    // A database that cannot be read says nothing of who has it open.
    return isBusy(fromSqliteError(error));
  } finally {
    db?.close();
  }
}
