import { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';

/** Where the workspace keeps what must survive it: JSON documents by kind and key. */
export type Documents = {
  put(kind: string, key: string, document: unknown): void;
  remove(kind: string, key: string): void;
  /** All documents of a kind in the order in which they were first put. */
  all(kind: string): readonly unknown[];
  close(): void;
};

/** Keeps nothing: for a workspace that ends with its process. */
export const noDocuments: Documents = { put: () => {}, remove: () => {}, all: () => [], close: () => {} };

const rows = z.array(z.object({ json: z.string() }));

/** Documents in a SQLite file. Each call is durable against a kill of the process before it returns. */
export function openDocuments(path: string): Documents {
  const database = new DatabaseSync(path);
  database.exec(`
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = NORMAL;
    CREATE TABLE IF NOT EXISTS documents (
      place INTEGER PRIMARY KEY, kind TEXT NOT NULL, key TEXT NOT NULL, json TEXT NOT NULL, UNIQUE (kind, key)
    );
  `);
  const put = database.prepare(
    'INSERT INTO documents (kind, key, json) VALUES (?, ?, ?) ON CONFLICT (kind, key) DO UPDATE SET json = excluded.json',
  );
  const remove = database.prepare('DELETE FROM documents WHERE kind = ? AND key = ?');
  const all = database.prepare('SELECT json FROM documents WHERE kind = ? ORDER BY place');
  let open = true;
  return {
    put(kind, key, document) {
      put.run(kind, key, JSON.stringify(document));
    },
    remove(kind, key) {
      remove.run(kind, key);
    },
    all: (kind) => rows.parse(all.all(kind)).map((row): unknown => JSON.parse(row.json)),
    close() {
      if (open) database.close();
      open = false;
    },
  };
}
