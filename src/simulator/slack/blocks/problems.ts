import type { z } from 'zod';

/** One thing wrong with a payload, in the form Slack reports it: `message [json-pointer:/blocks/1/elements]`. */
export type Problem = { message: string; pointer: string };

export function problemText(problem: Problem): string {
  return `${problem.message} [json-pointer:${problem.pointer}]`;
}

function pointer(path: readonly PropertyKey[]): string {
  return path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((value, key) => (typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined), input);
}

function problemOf(issue: z.core.$ZodIssue, input: unknown, root: string): Problem {
  const at = (path: readonly PropertyKey[]) => `${root}${pointer(path)}`;
  const missing = issue.path.length > 0 && valueAt(input, issue.path) === undefined;
  if (issue.code === 'unrecognized_keys')
    return { message: `invalid additional property: ${issue.keys.join(', ')}`, pointer: at(issue.path) };
  if (missing) return { message: `missing required field: ${String(issue.path.at(-1))}`, pointer: at(issue.path.slice(0, -1)) };
  if (issue.code === 'invalid_union')
    return { message: `unsupported type: ${String(valueAt(input, issue.path))}`, pointer: at(issue.path) };
  if (issue.code === 'invalid_type') return { message: `must be a valid ${issue.expected}`, pointer: at(issue.path) };
  return { message: issue.message, pointer: at(issue.path) };
}

/** What a schema found, in Slack's words; `root` is where the checked value hangs, such as `/blocks`. */
export function problemsOf(error: z.ZodError, input: unknown, root: string): Problem[] {
  return error.issues.map((issue) => problemOf(issue, input, root));
}
