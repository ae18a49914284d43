import type { Json, JsonObject } from '../../../kernel/json.ts';
import { objectAt } from '../json-fields.ts';

/** A copy of an object with a value at a path; undefined takes the field away. What is missing on the way is made. */
export function withField(object: JsonObject, path: readonly string[], value: Json | undefined): JsonObject {
  const [key, ...rest] = path;
  if (key === undefined) return object;
  if (rest.length > 0) return { ...object, [key]: withField(objectAt(object, key) ?? {}, rest, value) };
  const { [key]: _old, ...others } = object;
  return value === undefined ? others : { ...object, [key]: value };
}
