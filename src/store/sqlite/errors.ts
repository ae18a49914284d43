import { StoreError, TocsinError } from '../../kernel/errors.ts';

/** What to do about a damaged file is the same wherever it is met. */
export const damaged =
  'The database file is damaged. Stop Tocsin and restore a backup (tocsin restore): docs/OPERATIONS.md says how under "Backup and restore".';

type Translation = { message: string; retryable: boolean };

/** SQLite's primary result codes that say something about the machine rather than about a statement. https://sqlite.org/rescode.html */
const unavailable: Readonly<Record<number, Translation>> = {
  3: { message: 'The store may not be opened: check the rights on the database file and its folder.', retryable: false },
  5: { message: 'The store is busy: another process holds the database. Try again in a moment.', retryable: true },
  6: { message: 'The store is busy: one of its tables is locked. Try again in a moment.', retryable: true },
  7: { message: 'The store ran out of memory.', retryable: true },
  8: { message: 'The store is read-only: check the rights on the database file and its folder.', retryable: false },
  10: { message: 'The disk under the store failed to read or write.', retryable: true },
  11: { message: damaged, retryable: false },
  13: { message: 'The disk under the store is full. Free some space.', retryable: true },
  14: { message: 'The database file cannot be opened: check that its folder exists and may be written to.', retryable: false },
  26: { message: `The file is not a database. Check the path of the store. If it was one: ${damaged}`, retryable: false },
};

/** Gives whatever node:sqlite threw as a TocsinError; errors of our own pass as they are. */
export function fromSqliteError(error: unknown): TocsinError {
  if (error instanceof TocsinError) return error;
  const code = resultCode(error);
  const known = code === undefined ? undefined : unavailable[code & 0xff];
  if (known !== undefined) return new StoreError(known.message, { cause: error, retryable: known.retryable });
  if (isClosed(error)) return new StoreError('The store is closed.', { cause: error, retryable: false });
  return new TocsinError('internal', 'The store failed in an unexpected way.', { cause: error });
}

function resultCode(error: unknown): number | undefined {
  if (!(error instanceof Error)) return undefined;
  const code: unknown = Reflect.get(error, 'errcode');
  return typeof code === 'number' ? code : undefined;
}

function isClosed(error: unknown): boolean {
  return error instanceof Error && Reflect.get(error, 'code') === 'ERR_INVALID_STATE';
}

/** Whether a page of the file is damaged. */
export function isDamage(error: unknown): boolean {
  const code = error instanceof StoreError ? resultCode(error.cause) : undefined;
  return code !== undefined && (code & 0xff) === 11;
}

/** Whether another process had the database, so that nothing of what was tried happened. */
export function isBusy(error: unknown): boolean {
  if (!(error instanceof StoreError)) return false;
  const code = resultCode(error.cause);
  return code !== undefined && [5, 6].includes(code & 0xff);
}
