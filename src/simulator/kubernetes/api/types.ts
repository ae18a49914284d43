import { isTree, textAt } from '../tree.ts';
import type { Tree, Value } from '../tree.ts';

/** A value of a type that its field does not have: how the decoder of a whole object says it, and that of a strategic patch. */
type WrongType = { decoded: string; converted: string };

const goTypeOf = (value: Value): string =>
  Array.isArray(value) ? 'array' : isTree(value) ? 'object' : value === true || value === false ? 'bool' : typeof value;

/** The fields whose type a wrong request misses most often: there is no schema of the others here. */
export function wrongTypeIn(object: Tree): WrongType | undefined {
  const kind = textAt(object, 'kind');
  const maps: readonly (readonly [where: Value | undefined, key: string, field: string])[] = [
    [object['metadata'], 'labels', 'ObjectMeta.metadata.labels'],
    [object['metadata'], 'annotations', 'ObjectMeta.metadata.annotations'],
    ...(kind === 'ConfigMap' ? ([[object, 'data', 'ConfigMap.data']] as const) : []),
  ];
  return (
    wrongReplicas(object['spec'], kind) ??
    maps.map(([where, key, field]) => wrongText(where, key, field)).find((wrong) => wrong !== undefined)
  );
}

function wrongReplicas(spec: Value | undefined, kind: string): WrongType | undefined {
  const given = isTree(spec) ? spec['replicas'] : undefined;
  if (given === undefined || given === null || Number.isInteger(given)) return undefined;
  const isNumber = typeof given === 'number';
  return {
    decoded: `json: cannot unmarshal ${goTypeOf(given)}${isNumber ? ` ${given}` : ''} into Go struct field ${kind}Spec.spec.replicas of type int32`,
    converted: isNumber ? 'cannot convert float64 to int32' : 'unrecognized type: int32',
  };
}

function wrongText(where: Value | undefined, key: string, field: string): WrongType | undefined {
  const texts = isTree(where) ? where[key] : undefined;
  if (texts === undefined || texts === null) return undefined;
  if (!isTree(texts)) {
    const decoded = `json: cannot unmarshal ${goTypeOf(texts)} into Go struct field ${field} of type map[string]string`;
    return { decoded, converted: 'unrecognized type: map' };
  }
  const wrong = Object.values(texts).find((value) => typeof value !== 'string' && value !== null && value !== undefined);
  if (wrong === undefined) return undefined;
  const converted =
    typeof wrong === 'number' ? `cannot convert ${Number.isInteger(wrong) ? 'int64' : 'float64'} to string` : 'unrecognized type: string';
  return { decoded: `json: cannot unmarshal ${goTypeOf(wrong)} into Go struct field ${field} of type string`, converted };
}

/** A value as Go prints it: "map[a:1 b:[x y]]". */
export function goText(value: Value | undefined): string {
  if (Array.isArray(value)) return `[${value.map(goText).join(' ')}]`;
  if (!isTree(value)) return value === null || value === undefined ? '<nil>' : String(value);
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return `map[${entries.map(([key, member]) => `${key}:${goText(member)}`).join(' ')}]`;
}

/** Why a text is no JSON, in the words of Go's decoder where they are known. */
export function whyNoJson(text: string, error: unknown): string {
  const place = /at position (\d+)/.exec(error instanceof Error ? error.message : '')?.[1];
  const found = place === undefined ? '' : text.slice(Number(place), Number(place) + 1);
  if (found === '') return 'unexpected end of JSON input';
  const before = text.slice(0, Number(place)).trimEnd().at(-1) ?? '';
  const where =
    before === '{'
      ? 'looking for beginning of object key string'
      : /[\d"}\]el]/.test(before)
        ? 'after object key:value pair'
        : 'looking for beginning of value';
  return `invalid character '${found}' ${where}`;
}
