import { problemText, type Problem } from './blocks/problems.ts';

/** An `ok: false` of the Web API. */
export class ApiError extends Error {
  readonly error: string;
  readonly problems: readonly string[];
  readonly extra: Readonly<Record<string, unknown>>;

  constructor(error: string, problems: readonly string[] = [], extra: Readonly<Record<string, unknown>> = {}) {
    super([error, ...problems].join(': '));
    this.name = 'ApiError';
    this.error = error;
    this.problems = problems;
    this.extra = extra;
  }
}

/** Refuses a payload with the given error when it has problems. */
export function refuse(error: string, problems: readonly Problem[]): void {
  if (problems.length > 0) throw new ApiError(error, problems.map(problemText));
}

/** HTTP 429. */
export class RateLimited extends ApiError {
  readonly retryAfterS: number;

  constructor(retryAfterS: number) {
    super('ratelimited');
    this.name = 'RateLimited';
    this.retryAfterS = retryAfterS;
  }
}
