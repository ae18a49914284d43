import { randomBytes } from 'node:crypto';
import { closeSync, existsSync, fsyncSync, linkSync, openSync, rmSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { backup, DatabaseSync } from 'node:sqlite';
import { describeError, TocsinError } from '../../kernel/errors.ts';
import type { Instant } from '../../kernel/instant.ts';
import { fromSqliteError } from './errors.ts';
import { countRows, inspectCopy } from './inspect.ts';
import type { Inspection } from './inspect.ts';
import { requireKnown } from './migrations.ts';

export type BackupRequest = {
  /** The database file; the bot may run and write. */
  from: string;
  /** A name that is not taken, in a folder that exists. */
  to: string;
  takenAt: Instant;
  /** Whether the chain of every timeline is checked, too. */
  chains: boolean;
  /** Hears of the pages copied so far; aborting `signal` ends the copy. */
  progress?: (done: { copied: number; total: number }) => void;
  signal?: AbortSignal;
};

export type Backup = Inspection & { bytes: number };

/** How many pages are copied between two looks at the signal. */
const pagesAtOnce = 500;
const busyTimeoutMs = 5000;

/**
 * Copies a database as it is at one moment, checks the copy, and only then gives it its name, for its owner alone. Throws TocsinError: not_found
 * (no database there), conflict (the name is taken), precondition (another program's, or newer), unavailable (the disk, or a damaged database).
 */
export async function backupDatabase(request: BackupRequest): Promise<Backup> {
  const { from, to, takenAt } = request;
  if (!existsSync(from)) throw new TocsinError('not_found', `There is no database at ${from}.`);
  if (existsSync(to)) throw new TocsinError('conflict', `${to} exists already and is left as it is. Choose another name.`);
  const part = `${to}.part-${randomBytes(4).toString('hex')}`;
  const source = openSource(from);
  try {
    closeSync(openSync(part, 'wx', 0o600));
    // As long as this connection reads, it reads this one moment, whatever the bot writes meanwhile; the copy therefore never has to begin anew.
    source.exec('BEGIN');
    const counts = countRows(source);
    await copy(source, part, request);
    const inspection = inspectCopy(part, { counts, takenAt, chains: request.chains });
    sync(part);
    publish(part, to);
    return { ...inspection, bytes: statSync(to).size };
  } catch (error) {
    throw explained(error, to);
  } finally {
    source.close();
    rmSync(part, { force: true });
  }
}

function openSource(path: string): DatabaseSync {
  let db: DatabaseSync | undefined;
  try {
    db = new DatabaseSync(path, { readOnly: true, timeout: busyTimeoutMs });
    if (requireKnown(db) === 0) throw new TocsinError('not_found', `${path} holds no Tocsin database yet.`);
    return db;
  } catch (error) {
    db?.close();
    throw fromSqliteError(error);
  }
}

async function copy(source: DatabaseSync, to: string, { progress, signal }: BackupRequest): Promise<void> {
  const goOn = () => {
    if (signal?.aborted === true) throw new TocsinError('unavailable', 'The backup was interrupted; nothing is left of it.');
  };
  await backup(source, to, {
    rate: pagesAtOnce,
    progress({ totalPages, remainingPages }) {
      progress?.({ copied: totalPages - remainingPages, total: totalPages });
      goOn();
    },
  });
  goOn();
}

/** What is named as a backup survives a power cut from then on. */
function sync(path: string): void {
  const file = openSync(path, 'r+');
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** A link, unlike a rename, never replaces what has come to stand there meanwhile. */
function publish(part: string, to: string): void {
  try {
    linkSync(part, to);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') {
      throw new TocsinError('conflict', `${to} exists already and is left as it is. Choose another name.`, { cause: error });
    }
    throw error;
  }
  const folder = openSync(dirname(to), 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}

function explained(error: unknown, to: string): TocsinError {
  const translated = error instanceof Error && 'syscall' in error ? undefined : fromSqliteError(error);
  if (translated !== undefined && translated.code !== 'internal') return translated;
  return new TocsinError('unavailable', `The backup ${to} could not be written: ${describeError(error)}`, {
    cause: error,
    retryable: false,
  });
}
