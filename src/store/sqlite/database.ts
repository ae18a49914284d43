import { closeSync, existsSync, mkdirSync, openSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { SQLOutputValue, StatementSync } from 'node:sqlite';
import { systemClock } from '../../kernel/clock.ts';
import { StoreError, TocsinError } from '../../kernel/errors.ts';
import { createCheckpoints } from './checkpoints.ts';
import { damaged, fromSqliteError, isBusy } from './errors.ts';
import { findLogDamage } from './log-check.ts';
import { migrate } from './migrations.ts';
import { createWriter } from './writer.ts';
import type { Urgency, Writer } from './writer.ts';

export type Row = Record<string, SQLOutputValue>;

/** An open, migrated database. Every failure leaves it as a TocsinError. */
export type Database = {
  prepare(sql: string): StatementSync;
  read<T>(work: () => T): Promise<T>;
  /** See Writer: durable when it resolves. */
  write<T>(work: () => T, how?: Urgency): Promise<T>;
  close(): Promise<void>;
};

/** SQLite waits inside a call, and while it does nothing else happens in this process: the rest of a long wait is ours. */
const blockingMs = 100;
const restMs = 50;

type Options = {
  path: string;
  busyTimeoutMs: number;
  /** For whoever only looks: an error instead of a new file. */
  mustExist?: boolean;
};

/** Throws StoreError, or TocsinError: not_found (`mustExist`), precondition (another program's file, or a newer version's). */
export function openDatabase(options: Options): Database {
  const db = open(options);
  const checkpoints = options.path === ':memory:' ? undefined : createCheckpoints(options.path);
  const writer = createWriter(db, { committed: (writes) => checkpoints?.committed(writes) });
  return {
    prepare: (sql) => db.prepare(sql),
    async read(work) {
      try {
        return work();
      } catch (error) {
        throw fromSqliteError(error);
      }
    },
    write: patiently(writer, options.busyTimeoutMs),
    async close() {
      writer.close();
      await checkpoints?.close();
      if (db.isOpen) db.close();
    },
  };
}

/**
 * Tries again for `busyTimeoutMs` while another process has the database. All that waits rests together, so that it is one transaction and
 * one blocking wait afterwards, and people are answered in between. A lock lives in the world's time, so no other clock counts here.
 */
function patiently(writer: Writer, busyTimeoutMs: number): Database['write'] {
  let rest: Promise<void> | undefined;
  return async (work, how) => {
    const until = performance.now() + busyTimeoutMs;
    for (;;) {
      await rest;
      try {
        return await writer.write(work, how);
      } catch (error) {
        if (!isBusy(error) || performance.now() >= until) throw error;
        rest ??= systemClock.sleep(restMs).then(() => void (rest = undefined));
      }
    }
  };
}

function open(options: Options): DatabaseSync {
  let db: DatabaseSync | undefined;
  try {
    if (options.path !== ':memory:') prepareFile(options);
    db = new DatabaseSync(options.path, { timeout: options.busyTimeoutMs });
    // FULL syncs the log at each commit: an acknowledged delivery survives a power cut, and not only a crash of this process.
    db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL');
    // A thread moves the log into the file long before it has 128 MB; and the pages that a storm writes again and again stay in memory.
    db.exec('PRAGMA wal_autocheckpoint = 32000; PRAGMA cache_size = -32000; PRAGMA temp_store = MEMORY');
    migrate(db);
    moveLog(db);
    db.exec(`PRAGMA busy_timeout = ${Math.min(blockingMs, options.busyTimeoutMs)}`);
    return db;
  } catch (error) {
    db?.close();
    throw fromSqliteError(error);
  }
}

/** A process that is killed again and again leaves all that it wrote in the log, and each start reads the log. */
function moveLog(db: DatabaseSync): void {
  try {
    db.exec('PRAGMA wal_checkpoint(PASSIVE)');
  } catch {
    // Reading goes on where the disk is full or a page damaged: whoever writes or needs the page is told.
  }
}

function prepareFile({ path, mustExist }: Options): void {
  if (mustExist === true && !(existsSync(path) && statSync(path).size > 0)) {
    throw new TocsinError('not_found', `There is no database at ${path}. Check --store and STORE_URL.`);
  }
  const damage = findLogDamage(path);
  if (damage === undefined) return createPrivateFile(path);
  throw new StoreError(
    `The log ${path}-wal is damaged: what was acknowledged last would be lost by opening the database, so nothing was touched. ${damaged}`,
    { retryable: false },
  );
}

/** Alerts and chat texts are nobody else's business. SQLite gives its log files the same rights as the database file. */
function createPrivateFile(path: string): void {
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    closeSync(openSync(path, 'a', 0o600));
  } catch (cause) {
    throw new StoreError(`The database file ${path} cannot be created or written.`, { cause, retryable: false });
  }
}

/** The text in a column of a row, which the schema says is there. */
export function textOf(row: Row, column: string): string {
  const value = row[column];
  if (typeof value !== 'string') throw new TocsinError('internal', `The column ${column} of the store holds no text.`);
  return value;
}

export function numberOf(row: Row, column: string): number {
  const value = row[column];
  if (typeof value !== 'number') throw new TocsinError('internal', `The column ${column} of the store holds no number.`);
  return value;
}

/** The counts of a "state, count" query, with zero for states that nothing is in. */
export function countsOf<State extends string>(states: readonly State[], rows: readonly Row[]): Readonly<Record<State, number>> {
  const counts = new Map(rows.map((row) => [textOf(row, 'state'), numberOf(row, 'count')]));
  return fromStates(states, (state) => counts.get(state) ?? 0);
}

function fromStates<State extends string>(states: readonly State[], count: (state: State) => number): Record<State, number> {
  // Every state gets an entry, which is all that the record type says.
  return Object.fromEntries(states.map((state) => [state, count(state)])) as Record<State, number>;
}
