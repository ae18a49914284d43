import { MongoBulkWriteError, MongoError, MongoServerError } from 'mongodb';
import { TocsinError } from '../../kernel/errors.ts';

/** Runs one exchange with the server; whatever the driver throws leaves as TocsinError `unavailable`, our own errors as they are. */
export async function attempt<T>(run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    throw fromMongoError(error);
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

/** What a person has to repair before any further call can work. */
const repairs: Readonly<Record<number, string>> = {
  13: 'The store refuses this: the MongoDB user lacks the readWrite role on the database.',
  18: 'The store refuses the login: check the user and the password in its URL.',
  8000: 'The store refuses the login: check the user and the password in its URL.',
};

function fromMongoError(error: unknown): TocsinError {
  if (error instanceof TocsinError) return error;
  if (!(error instanceof MongoError)) return new TocsinError('internal', 'The store failed in an unexpected way.', { cause: error });
  const repair = typeof error.code === 'number' ? repairs[error.code] : undefined;
  if (repair !== undefined) return new TocsinError('unavailable', repair, { cause: error, retryable: false });
  return new TocsinError('unavailable', 'The store does not answer as it should. Try again in a moment.', { cause: error });
}
