/** What went wrong, in words every edge understands; each edge maps the code to a Slack text, an HTTP status or an exit code once. */
export type ErrorCode =
  | 'invalid'
  | 'not_found'
  | 'forbidden'
  | 'conflict'
  | 'precondition'
  | 'timeout'
  | 'unavailable'
  | 'unknown_outcome'
  | 'internal';

/** The one error type of the project. `message` is safe to show to a person and says what to do next. */
export class TocsinError extends Error {
  readonly code: ErrorCode;
  /** True when the same call may succeed later without anybody changing anything. */
  readonly retryable: boolean;

  constructor(code: ErrorCode, message: string, options: { cause?: unknown; retryable?: boolean } = {}) {
    super(message, options.cause === undefined ? {} : { cause: options.cause });
    this.name = 'TocsinError';
    this.code = code;
    this.retryable = options.retryable ?? (code === 'unavailable' || code === 'timeout');
  }
}

/**
 * The store could not be read or written, code `unavailable`. `recorded`: `no` when nothing of what was asked for is there, `unknown` when the
 * store was lost between a write and its answer.
 */
export class StoreError extends TocsinError {
  readonly recorded: 'no' | 'unknown';

  constructor(message: string, options: { cause?: unknown; retryable?: boolean; recorded?: 'no' | 'unknown' } = {}) {
    super('unavailable', message, options);
    this.recorded = options.recorded ?? 'no';
  }
}

/** A text for logs from anything that was thrown. */
export function describeError(error: unknown): string {
  if (error instanceof Error) return error.cause === undefined ? error.message : `${error.message} (${describeError(error.cause)})`;
  return String(error);
}
