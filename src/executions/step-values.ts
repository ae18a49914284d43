import { TocsinError } from '../kernel/errors.ts';
import type { ParameterValue } from '../operations/plan.ts';
import { problemOfValue } from '../reading/parameter-value.ts';
import type { Parameter } from '../reading/parameter.ts';
import type { Chosen } from './step-source.ts';

/** What people typed for parameters, by the names that they used. */
type Values = Readonly<Record<string, string>>;

/** The parameters for which there is no value yet. */
export function missingValues(chosen: Chosen, values: Values): readonly Parameter[] {
  return chosen.parameters.filter(({ name }) => (valueFor(name, values) ?? '') === '');
}

/** The value that somebody gave for a parameter: under its own name, or under one that reads the same. */
export function valueFor(name: string, values: Values): string | undefined {
  if (Object.hasOwn(values, name)) return values[name];
  const key = Object.keys(values).find((candidate) => sameName(candidate, name));
  return key === undefined ? undefined : values[key];
}

function sameName(a: string, b: string): boolean {
  const plain = (text: string) => text.toLowerCase().replaceAll(/[^a-z0-9]/g, '');
  return plain(a) === plain(b);
}

/** Values with their origin. Throws TocsinError `invalid` for one that does not fit, or that the step does not ask for. */
export function checkedValues(chosen: Chosen, values: Values, by: string): Readonly<Record<string, ParameterValue>> {
  const stray = Object.keys(values).find((name) => !chosen.parameters.some((parameter) => sameName(parameter.name, name)));
  if (stray !== undefined) {
    const wanted = chosen.parameters.map(({ name }) => name).join(', ');
    throw new TocsinError(
      'invalid',
      `${chosen.number} has no parameter "${stray}". ${wanted === '' ? 'It takes none.' : `It takes: ${wanted}.`}`,
    );
  }
  return Object.fromEntries(
    chosen.parameters.map((parameter) => {
      const value = valueFor(parameter.name, values) ?? '';
      const problem = problemOfValue(parameter, value);
      if (problem !== undefined) throw new TocsinError('invalid', problem);
      return [parameter.name, { value, origin: `given by ${by}` }];
    }),
  );
}
