import { KubectlError } from '../kubectl-error.ts';

/** Words that name objects, and the changes of the form KEY=VALUE or KEY- after them. */
export type Pairs = { resources: readonly string[]; pairs: readonly string[] };

/** Takes the objects and the changes of a command line apart; `kind` is "label", "annotation" or "image". */
export function splitPairs(args: readonly string[], kind: string): Pairs {
  const first = args.findIndex((word) => isPair(word));
  if (first < 0) return { resources: args, pairs: [] };
  const pairs = args.slice(first);
  const late = pairs.find((word) => !isPair(word));
  if (late !== undefined) throw new KubectlError(`all resources must be specified before ${kind} changes: ${late}`);
  return { resources: args.slice(0, first), pairs };
}

function isPair(word: string): boolean {
  return (word.includes('=') && !word.startsWith('=')) || (word.endsWith('-') && word !== '-');
}

/** The words before the first change, for reading without a server. */
export function resourceWords(args: readonly string[]): readonly string[] {
  const first = args.findIndex((word) => isPair(word));
  return first < 0 ? args : args.slice(0, first);
}

/** Values to set and keys to take away. */
export type KeyChanges = { set: ReadonlyMap<string, string>; remove: readonly string[] };

/** KEY=VALUE sets and, where it may, KEY- removes. */
export function parsePairs(pairs: readonly string[], kind: string, mayRemove: boolean): KeyChanges {
  const set = new Map<string, string>();
  const remove: string[] = [];
  const invalid: string[] = [];
  for (const pair of pairs) {
    const equals = pair.indexOf('=');
    if (equals > 0) set.set(pair.slice(0, equals), pair.slice(equals + 1));
    else if (mayRemove && pair.endsWith('-') && pair !== '-') remove.push(pair.slice(0, -1));
    else invalid.push(pair);
  }
  if (invalid.length > 0) throw new KubectlError(`invalid ${kind} format: ${invalid.join(', ')}`);
  return { set, remove };
}

/** A map after the changes; keys that go are absent. */
export function withKeys(map: Readonly<Record<string, string>>, changes: KeyChanges): Readonly<Record<string, string>> {
  const changed = { ...map, ...Object.fromEntries(changes.set) };
  return Object.fromEntries(Object.entries(changed).filter(([key]) => !changes.remove.includes(key)));
}
