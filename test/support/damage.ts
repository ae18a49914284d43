import { closeSync, openSync, writeSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';

const pageBytes = 4096;

/** Overwrites the first page of each table and index whose `column` in SQLite's schema is `value`. The database must be closed. */
export function damageRoots(path: string, column: 'name' | 'tbl_name', value: string): void {
  const db = new DatabaseSync(path);
  db.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  const roots = db.prepare(`SELECT rootpage FROM sqlite_schema WHERE ${column} = :value AND rootpage > 0`).all({ value });
  db.close();
  const file = openSync(path, 'r+');
  for (const { rootpage } of roots) writeSync(file, Buffer.alloc(pageBytes, 0xab), 0, pageBytes, (Number(rootpage) - 1) * pageBytes);
  closeSync(file);
}
