import type { Values } from './call-word.ts';
import { withPatch } from './open-edits.ts';
import { patchOf, problemOfValue } from './parameter-value.ts';
import { openCommand } from './parameters.ts';
import { openQuery } from './query-parameters.ts';

/** A script and the variables that carry its values, or what is wrong with them. */
export type Filled = { ok: true; script: string; variables: Readonly<Record<string, string>> } | { ok: false; problems: readonly string[] };

const NOTHING: Values = new Map();

/**
 * Makes a command (or a whole block) ready to run. A value is carried by a shell variable in quotes, so it can become neither syntax, nor a flag, nor a
 * second word; one that does not fit its type is refused. `known` are variables that are set before.
 */
export function fillParameters(text: string, values: Readonly<Record<string, string>>, known: Values = NOTHING): Filled {
  const { script, parameters, tree } = openCommand(text, known);
  const problems = parameters.flatMap((parameter) => problemOf(parameter, values) ?? []);
  if (tree.errors.length > 0) problems.push(`a shell cannot read the command: ${tree.errors[0] ?? ''}`);
  if (problems.length > 0) return { ok: false, problems };
  const patch = parameters.some(({ type }) => type.type === 'patch') ? patchOf(values['patch'] ?? '') : undefined;
  const carried = parameters.filter(({ type }) => type.type !== 'patch');
  const variables = carried.flatMap((parameter) =>
    parameter.variables.map((variable) => [variable, values[parameter.name] ?? ''] as const),
  );
  return { ok: true, script: patch === undefined ? script : withPatch(script, patch), variables: Object.fromEntries(variables) };
}

/** The same for a PromQL query, where a value goes into the text: escaped inside of strings, and refused elsewhere unless it is plain. */
export function fillQuery(
  text: string,
  values: Readonly<Record<string, string>>,
): { ok: true; promql: string } | { ok: false; problems: readonly string[] } {
  const { parameters, fill } = openQuery(text);
  const problems = parameters.flatMap((parameter) => problemOf(parameter, values) ?? []);
  if (problems.length > 0) return { ok: false, problems };
  return { ok: true, promql: fill(new Map(Object.entries(values))) };
}

function problemOf(parameter: Parameters<typeof problemOfValue>[0], values: Readonly<Record<string, string>>): string | undefined {
  const value = Object.hasOwn(values, parameter.name) ? values[parameter.name] : undefined;
  return value === undefined ? `${parameter.name}: a value is needed` : problemOfValue(parameter, value);
}
