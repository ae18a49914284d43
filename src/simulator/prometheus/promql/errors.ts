/** A query that is no PromQL; `position` counts characters from 0. */
export class ParseError extends Error {
  readonly position: number;

  constructor(position: number, message: string) {
    super(message);
    this.name = 'ParseError';
    this.position = position;
  }
}

/** A query that cannot be carried out over these series. */
export class ExecutionError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ExecutionError';
  }
}

/** Prometheus: "1:8: parse error: …", lines and columns from 1. */
export function describeParseError(error: ParseError, promql: string): string {
  const before = promql.slice(0, error.position).split('\n');
  return `${before.length}:${(before.at(-1)?.length ?? 0) + 1}: parse error: ${error.message}`;
}
