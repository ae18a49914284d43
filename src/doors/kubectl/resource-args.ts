import type { Named, ResourceType } from './api.ts';
import { KubectlError } from './kubectl-error.ts';

/** Words after the verb taken apart: pairs of type and name, or types with the names that follow. Types are not looked up yet. */
export type ResourceArgs =
  | { type: 'pairs'; pairs: readonly { type: string; name: string }[] }
  | { type: 'types'; types: readonly string[]; names: readonly string[] };

/** Reads `TYPE NAME...`, `TYPE/NAME...`, `TYPE,TYPE` and `TYPE,TYPE NAME...` with kubectl's errors. */
export function readResourceArgs(args: readonly string[], program: string): ResourceArgs {
  const [first = '', ...names] = args;
  const types = first.split(',').filter((type) => type !== '');
  const words = types.length > 1 && names.length > 0 ? types.flatMap((type) => names.map((name) => `${type}/${name}`)) : args;
  const slashed = words.filter((word) => word.includes('/'));
  if (slashed.length === 0) return { type: 'types', types, names };
  if (slashed.length !== words.length) {
    throw new KubectlError(
      `there is no need to specify a resource type as a separate argument when passing arguments in resource/name form (e.g. '${program} get resource/<resource_name>' instead of '${program} get resource resource/<resource_name>'`,
    );
  }
  return { type: 'pairs', pairs: words.map(readPair) };
}

function readPair(word: string): { type: string; name: string } {
  const [type = '', name = '', ...more] = word.split('/');
  if (more.length > 0) throw new KubectlError('arguments in resource/name form may not have more than one slash');
  if (type === '' || name === '' || type.split(',').filter((part) => part !== '').length !== 1) {
    throw new KubectlError('arguments in resource/name form must have a single resource and name');
  }
  return { type, name };
}

/** What the words name, types looked up by `typesOf` (several for "all" and "a,b"). */
export async function resolveArgs(
  parsed: ResourceArgs,
  find: { one(word: string): Promise<ResourceType>; all(words: readonly string[]): Promise<readonly ResourceType[]> },
): Promise<readonly Named[]> {
  if (parsed.type === 'pairs') {
    const named: Named[] = [];
    for (const { type, name } of parsed.pairs) named.push({ type: await find.one(type), name });
    return named;
  }
  const types = await find.all(parsed.types);
  if (parsed.names.length === 0) return types.map((type) => ({ type }));
  const [only] = types;
  if (only === undefined || types.length > 1) throw new KubectlError('you must specify only one resource');
  return parsed.names.map((name) => ({ type: only, name }));
}
