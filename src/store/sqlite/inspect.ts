import { DatabaseSync } from 'node:sqlite';
import { TocsinError } from '../../kernel/errors.ts';
import { toInstant } from '../../kernel/instant.ts';
import type { Instant } from '../../kernel/instant.ts';
import { verifyChain } from '../../timeline/chain.ts';
import type { TimelineEntry } from '../../timeline/entry.ts';
import { documents } from '../documents.ts';
import { numberOf, textOf } from './database.ts';
import { fromSqliteError } from './errors.ts';
import { requireKnown } from './migrations.ts';

/** What was found in a whole database file. */
export type Inspection = {
  version: number;
  /** From when on it knows nothing: when its backup began; of a plain copy, the latest time that stands in it. Absent for an empty one. */
  takenAt?: Instant;
  /** Rows by table. */
  counts: Readonly<Record<string, number>>;
  /** How many timelines were checked, if they were. */
  chains?: number;
};

const shownProblems = 3;

export function countRows(db: DatabaseSync): Readonly<Record<string, number>> {
  const tables = db.prepare(`SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%' ORDER BY name`).all();
  const names = tables.map((row) => textOf(row, 'name'));
  return Object.fromEntries(
    names.map((name) => [name, numberOf(db.prepare(`SELECT count(*) AS count FROM "${name}"`).get() ?? {}, 'count')]),
  );
}

/** Checks a copy that is still being made against what was copied, and notes in it when that was. It is one file afterwards, without a log. */
export function inspectCopy(
  path: string,
  expected: { counts: Readonly<Record<string, number>>; takenAt: Instant; chains: boolean },
): Inspection {
  return withDatabase(path, (db) => {
    db.exec('PRAGMA journal_mode = DELETE');
    const found = inspect(db, expected);
    const missing = Object.keys(expected.counts).filter((table) => found.counts[table] !== expected.counts[table]);
    if (missing.length > 0) throw damagedCopy(`its rows differ in ${missing.join(', ')}`);
    db.prepare(`INSERT INTO pings VALUES ('backup', :at) ON CONFLICT DO UPDATE SET at = excluded.at`).run({ at: expected.takenAt });
    return { ...found, takenAt: expected.takenAt };
  });
}

/** Checks a database file before it is trusted: its structure, whose it is, and its timelines. Throws TocsinError as `requireKnown`, or unavailable. */
export function inspectDatabase(path: string, { chains }: { chains: boolean }): Inspection {
  return withDatabase(path, (db) => {
    const takenAt = momentOf(db);
    return { ...inspect(db, { chains }), ...(takenAt === undefined ? {} : { takenAt }) };
  });
}

function withDatabase<T>(path: string, work: (db: DatabaseSync) => T): T {
  let db: DatabaseSync | undefined;
  try {
    db = new DatabaseSync(path, { timeout: 5000 });
    return work(db);
  } catch (error) {
    throw fromSqliteError(error);
  } finally {
    db?.close();
  }
}

function inspect(db: DatabaseSync, { chains }: { chains: boolean }): Inspection {
  const version = requireKnown(db);
  const problems = db
    .prepare(`PRAGMA integrity_check(${shownProblems})`)
    .all()
    .map((row) => String(Object.values(row)[0]));
  if (problems.length !== 1 || problems[0] !== 'ok') throw damagedCopy(problems.join('; '));
  const counts = countRows(db);
  return chains ? { version, counts, chains: verifyTimelines(db, counts) } : { version, counts };
}

function damagedCopy(why: string): TocsinError {
  return new TocsinError('unavailable', `It is damaged: ${why}.`, { retryable: false });
}

/** Every incident's timeline up to the head that the incident names, whichever version wrote it; what the relay has not moved yet belongs to it. */
function verifyTimelines(db: DatabaseSync, tables: Readonly<Record<string, number>>): number {
  const moved = db.prepare('SELECT document FROM timeline WHERE incident_id = :id ORDER BY seq');
  const pending = db.prepare(
    tables['incident_pending'] === undefined
      ? `SELECT document -> '$.pending.entries' AS entries FROM incidents WHERE id = :id`
      : `SELECT document -> '$.entries' AS entries FROM incident_pending WHERE incident_id = :id ORDER BY version`,
  );
  const heads = db.prepare(
    `SELECT id, number, document ->> '$.timeline.seq' AS seq, document ->> '$.timeline.hash' AS hash FROM incidents`,
  );
  let count = 0;
  for (const row of heads.iterate()) {
    const id = textOf(row, 'id');
    const entries = moved.all({ id }).map((entry) => documents.entry.parseText(textOf(entry, 'document')));
    const last = entries.at(-1)?.seq ?? 0;
    const waiting = pending.all({ id }).flatMap((commit) => entriesOf(textOf(commit, 'entries')));
    const whole = [...entries, ...waiting.filter(({ seq }) => seq > last)];
    const verdict = verifyChain(id, whole, { seq: numberOf(row, 'seq'), hash: textOf(row, 'hash') });
    if (!verdict.ok) {
      const reason = `entry ${verdict.firstBad}: ${verdict.reason}`;
      throw damagedCopy(`the timeline of INC-${numberOf(row, 'number')} does not hold at ${reason}`);
    }
    count += 1;
  }
  return count;
}

function entriesOf(text: string): readonly TimelineEntry[] {
  const list = documents.entry.readText(text);
  return Array.isArray(list) ? list.map((entry) => documents.entry.parse(entry)) : [];
}

/** When a backup began, else the latest time of anything in it. */
function momentOf(db: DatabaseSync): Instant | undefined {
  const knowsArrivals = db.prepare(`SELECT 1 FROM sqlite_schema WHERE name = 'delivery_arrivals'`).get() !== undefined;
  const received = knowsArrivals ? ['deliveries', 'delivery_arrivals'] : ['deliveries'];
  const times = [
    'SELECT max(at) AS at FROM pings',
    'SELECT max(updated_at) FROM incidents',
    ...received.map((table) => `SELECT max(received_at) FROM ${table}`),
  ];
  const moments = [`SELECT at FROM pings WHERE name = 'backup'`, `SELECT max(at) AS at FROM (${times.join(' UNION ALL ')})`];
  for (const query of moments) {
    const at = db.prepare(query).get()?.['at'];
    if (typeof at === 'string' && !Number.isNaN(Date.parse(at))) return toInstant(new Date(at));
  }
  return undefined;
}
