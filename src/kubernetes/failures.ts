import { TocsinError } from '../kernel/errors.ts';

/** Errors of which it is certain that not one byte of a request went out. */
const beforeSending = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'CERT_HAS_EXPIRED',
]);

/** Whether a failure shows that the server never got the request. */
export function neverSent(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if ('code' in error && typeof error.code === 'string' && beforeSending.has(error.code)) return true;
  if (error instanceof AggregateError && error.errors.length > 0) return error.errors.every(neverSent);
  return error.cause !== undefined && neverSent(error.cause);
}

/** A failed request in our words: what it means depends on whether it changes something and whether it may have arrived. */
export function translateFailure(
  cause: unknown,
  at: { server: string; method: string; wasStopped: boolean; mayHaveArrived: boolean },
): TocsinError {
  if (cause instanceof TocsinError) return cause;
  if (neverSent(cause) || !at.mayHaveArrived)
    return new TocsinError('unavailable', `the Kubernetes API server ${at.server} could not be reached: ${reasonOf(cause)}`, { cause });
  if (at.method !== 'GET') {
    return new TocsinError(
      'unknown_outcome',
      `the change was sent to ${at.server} and no answer came, so nobody knows whether it happened: look before you repeat it`,
      { cause },
    );
  }
  if (at.wasStopped) return new TocsinError('timeout', `${at.server} did not answer in time`, { cause });
  return new TocsinError('unavailable', `the connection to ${at.server} was lost before the answer was complete: ${reasonOf(cause)}`, {
    cause,
  });
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.message === '' && 'code' in error) return String(error.code);
  return error.message;
}
