import type { ExecutionRef } from './change-execution.ts';

/** Of an execution only one thing is worked on at a time in a process. */
export function jobKey({ id, number }: ExecutionRef): string {
  return `${id}#${number}`;
}
