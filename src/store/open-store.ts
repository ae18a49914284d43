import { fileURLToPath } from 'node:url';
import type { Clock } from '../kernel/clock.ts';
import { TocsinError } from '../kernel/errors.ts';
import type { Log } from '../kernel/log.ts';
import { openSqliteStore } from './sqlite/sqlite-store.ts';
import type { Store } from './store.ts';

/**
 * Opens the store that a URL names: `file:PATH` for the embedded one (`file::memory:` forgets everything at the end), `mongodb://` and
 * `mongodb+srv://` for a server. With `mustExist` a store that was never
 * opened before is an error. Throws TocsinError: invalid (the URL), not_found, unavailable, or precondition (data of a newer Tocsin).
 */
export async function openStore(url: string, deps: { clock?: Clock; log: Log; mustExist?: boolean }): Promise<Store> {
  if (/^mongodb(\+srv)?:\/\//.test(url)) {
    // Its driver is large, and of no use to others.
    const { openMongoStore } = await import('./mongo/mongo-store.ts');
    return openMongoStore({ ...deps, url });
  }
  const path = sqlitePath(url);
  if (path !== undefined) return openSqliteStore({ ...deps, path });
  // The URL itself may hold a password, so the message does not quote it.
  throw new TocsinError('invalid', 'The store URL must look like file:tocsin.db, mongodb://host/tocsin or mongodb+srv://host/tocsin.');
}

/** The file that holds an embedded store; undefined for every other URL. */
export function sqlitePath(url: string): string | undefined {
  if (!/^file:./.test(url)) return undefined;
  return url.startsWith('file://') ? fileURLToPath(url) : url.slice('file:'.length);
}
