import { MongoBulkWriteError, MongoError, MongoServerError, MongoServerSelectionError, MongoWriteConcernError } from 'mongodb';
import { systemClock } from '../../kernel/clock.ts';
import { StoreError, TocsinError } from '../../kernel/errors.ts';

/**
 * The longest that anybody waits for one exchange. The driver's own limits (choosing a server, the socket, its one repeat of a write) add up to
 * more, and Alertmanager and people have to be answered in time.
 */
const patienceMs = 8000;

/** Of a composite exchange the write ends first, because it knows more about what became of it. */
const writePatienceMs = 7500;

/** Runs one exchange with the server; whatever the driver throws leaves as StoreError, our own errors as they are. */
export async function attempt<T>(run: () => Promise<T>): Promise<T> {
  try {
    return await within(patienceMs, run(), 'no');
  } catch (error) {
    throw fromMongoError(error);
  }
}

/** The same for what may take as long as it takes. */
export async function patiently<T>(run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    throw fromMongoError(error);
  }
}

/** Runs one write inside `attempt`: says of a failure whether it may be there nevertheless. Duplicates are for who knows what they mean. */
export async function writing<T>(run: () => Promise<T>): Promise<T> {
  try {
    return await within(writePatienceMs, run(), 'unknown');
  } catch (error) {
    if (isDuplicate(error)) throw error;
    throw fromMongoError(error, certainlyRefused(error) ? 'no' : 'unknown');
  }
}

/** What is given up goes on in the driver, and its failure is nobody's any more. Sockets live in the world's time, so no other clock counts. */
async function within<T>(ms: number, running: Promise<T>, recorded: StoreError['recorded']): Promise<T> {
  const over = new AbortController();
  const late = systemClock.sleep(ms, over.signal).then(() => {
    throw new StoreError('The store does not answer in time.', { recorded });
  });
  try {
    return await Promise.race([running, late]);
  } finally {
    late.catch(() => {});
    running.catch(() => {});
    over.abort();
  }
}

/** E11000: a document with this key, or with another value that must be unique, is there already. */
export function isDuplicate(error: unknown): boolean {
  if (error instanceof MongoBulkWriteError) {
    const failures = Array.isArray(error.writeErrors) ? error.writeErrors : [error.writeErrors];
    return failures.length > 0 && failures.every((failure) => failure.code === 11_000) && error.result.getWriteConcernError() === undefined;
  }
  return error instanceof MongoServerError && error.code === 11_000;
}

type Explanation = { message: string; retryable: boolean };

const login: Explanation = { message: 'The store refuses the login: check the user and the password in its URL.', retryable: false };
const electing: Explanation = { message: 'The store is changing its primary and takes nothing for some seconds.', retryable: true };

/** https://github.com/mongodb/mongo/blob/master/src/mongo/base/error_codes.yml */
const explanations: Readonly<Record<number, Explanation>> = {
  13: { message: 'The store refuses this: the MongoDB user lacks the readWrite role on the database.', retryable: false },
  18: login,
  8000: login,
  91: { message: 'The store is shutting down.', retryable: true },
  189: electing,
  10_058: electing,
  10_107: electing,
  11_600: { message: 'The store is shutting down.', retryable: true },
  11_602: electing,
  13_435: electing,
  13_436: electing,
  14_031: { message: 'The disk under the store is full. Free some space.', retryable: true },
};

/** With these the server says that it has not begun. */
const refusals: readonly unknown[] = [13, 18, 8000, 10_058, 10_107, 13_435, 14_031];

/** The driver's errors before a request has left; it does not export their classes. */
const beforeSending: readonly unknown[] = ['MongoServerSelectionError', 'MongoWaitQueueTimeoutError', 'MongoPoolClearedError'];

function certainlyRefused(error: unknown): boolean {
  if (error instanceof MongoError && beforeSending.includes(error.name)) return true;
  if (error instanceof MongoWriteConcernError || error instanceof MongoBulkWriteError) return false;
  return error instanceof MongoServerError && refusals.includes(error.code);
}

function fromMongoError(error: unknown, recorded: StoreError['recorded'] = 'no'): TocsinError {
  if (error instanceof TocsinError) return error;
  if (!(error instanceof MongoError) && !isOfSocket(error)) {
    return new TocsinError('internal', 'The store failed in an unexpected way.', { cause: error });
  }
  const known = error instanceof MongoError && typeof error.code === 'number' ? explanations[error.code] : undefined;
  if (known !== undefined) return new StoreError(known.message, { cause: error, retryable: known.retryable, recorded });
  if (error instanceof MongoServerSelectionError) return new StoreError('The store cannot be reached.', { cause: error });
  return new StoreError('The store does not answer as it should.', { cause: error, recorded });
}

/** A connection that is reset while the driver writes to it: the driver passes the system's own error on. */
function isOfSocket(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error;
}
