import { closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { SQLOutputValue, StatementSync } from 'node:sqlite';
import { TocsinError } from '../../kernel/errors.ts';
import { fromSqliteError } from './errors.ts';
import { migrate } from './migrations.ts';
import { createWriter } from './writer.ts';

export type Row = Record<string, SQLOutputValue>;

/** An open, migrated database. Every failure leaves it as a TocsinError. */
export type Database = {
  prepare(sql: string): StatementSync;
  read<T>(work: () => T): Promise<T>;
  /** See Writer: durable when it resolves. */
  write<T>(work: () => T): Promise<T>;
  close(): Promise<void>;
};

export function openDatabase(options: { path: string; busyTimeoutMs: number }): Database {
  const db = open(options);
  const writer = createWriter(db);
  return {
    prepare: (sql) => db.prepare(sql),
    async read(work) {
      try {
        return work();
      } catch (error) {
        throw fromSqliteError(error);
      }
    },
    write: (work) => writer.write(work),
    async close() {
      writer.close();
      if (db.isOpen) db.close();
    },
  };
}

function open(options: { path: string; busyTimeoutMs: number }): DatabaseSync {
  let db: DatabaseSync | undefined;
  try {
    if (options.path !== ':memory:') createPrivateFile(options.path);
    db = new DatabaseSync(options.path, { timeout: options.busyTimeoutMs });
    // FULL syncs the log at each commit: an acknowledged delivery survives a power cut, and not only a crash of this process.
    db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL');
    // Pages that a storm writes again and again reach the database file less often: the log may grow to 32 MB; and they stay in memory.
    db.exec('PRAGMA wal_autocheckpoint = 8000; PRAGMA cache_size = -32000; PRAGMA temp_store = MEMORY');
    migrate(db);
    return db;
  } catch (error) {
    db?.close();
    throw fromSqliteError(error);
  }
}

/** Alerts and chat texts are nobody else's business. SQLite gives its log files the same rights as the database file. */
function createPrivateFile(path: string): void {
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    closeSync(openSync(path, 'a', 0o600));
  } catch (cause) {
    throw new TocsinError('unavailable', `The database file ${path} cannot be created or written.`, { cause, retryable: false });
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
