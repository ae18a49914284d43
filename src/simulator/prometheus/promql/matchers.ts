import type { Matcher } from './ast.ts';
import { ParseError } from './errors.ts';
import type { Labels } from './labels.ts';

/** A Go expression that has to match the whole text. The two dialects agree on what label matchers are made of. */
export function anchored(expression: string): RegExp | undefined {
  const flags = /^\(\?([ism]+)\)/.exec(expression);
  const body = flags === null ? expression : expression.slice(flags[0].length);
  try {
    // Go: named groups are written (?P<name>…).
    return new RegExp(`^(?:${body.replaceAll('(?P<', '(?<')})$`, flags?.[1] ?? '');
  } catch {
    return undefined;
  }
}

export type MatcherText = { name: string; op: Matcher['op']; value: string; position: number };

export function matcherOf({ name, op, value, position }: MatcherText): Matcher {
  if (op === '=') return { name, op, value, matches: (text) => text === value };
  if (op === '!=') return { name, op, value, matches: (text) => text !== value };
  const expression = anchored(value);
  if (expression === undefined) throw new ParseError(position, `error parsing regexp: \`^(?:${value})$\``);
  return { name, op, value, matches: (text) => expression.test(text) === (op === '=~') };
}

/** A label that is missing has the empty value. */
export function matchesAll(matchers: readonly Matcher[], labels: Labels): boolean {
  return matchers.every(({ name, matches }) => matches(labels.get(name) ?? ''));
}
