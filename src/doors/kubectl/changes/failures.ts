import { joinErrors, KubectlError } from '../kubectl-error.ts';

/** Several things that went wrong, as the one error that kubectl prints. A fault of our own or of the connection is not joined with others: it goes up as it is. */
export function combined(errors: readonly unknown[]): Error {
  const known = errors.filter((error) => error instanceof KubectlError);
  const other = errors.find((error) => !(error instanceof KubectlError));
  if (other !== undefined) return other instanceof Error ? other : new Error('something was thrown that is no error', { cause: other });
  return joinErrors(known);
}

/** What went wrong in the server's own words, without kubectl's "Error from server". */
export function wordsOf(error: unknown): string {
  if (error instanceof KubectlError) return error.status?.message ?? error.message;
  throw error;
}

/** Whether the server refused with one of the reasons, such as "NotFound". */
export function isRefusal(error: unknown, ...reasons: readonly string[]): error is KubectlError {
  return error instanceof KubectlError && error.status !== undefined && reasons.includes(error.status.reason);
}

/** The same failure with a sentence before it, as Go's wrapped errors read. */
export function prefixed(start: string, error: unknown): KubectlError {
  return new KubectlError(`${start}${wordsOf(error)}`);
}
