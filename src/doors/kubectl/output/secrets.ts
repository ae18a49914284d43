import type { Json, JsonObject } from '../../../kernel/json.ts';
import { isList } from './go-json.ts';

const masked = '<masked>';
const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration';

/** An object with the values of secrets replaced, wherever in it secrets are: itself, items of a list, objects in a table or an event. */
export function maskSecrets(value: Json): { value: Json; found: boolean } {
  let found = false;
  const mask = (part: Json): Json => {
    if (typeof part !== 'object' || part === null) return part;
    if (isList(part)) return part.map(mask);
    const isSecret = part['kind'] === 'Secret' || isUnnamedSecret(part);
    if (!isSecret)
      return mapValues(part, (inner, key) => (part['kind'] === 'SecretList' && key === 'items' ? maskItems(inner) : mask(inner)));
    return maskOne(part);
  };
  const maskItems = (items: Json): Json => (isList(items) ? items.map((item) => (isObject(item) ? maskOne(item) : item)) : items);
  const hide = (): Json => {
    found = true;
    return masked;
  };
  const maskAnnotation = (metadata: JsonObject): JsonObject =>
    mapValues(metadata, (inner, key) =>
      key === 'annotations' && isObject(inner) ? mapValues(inner, (text, name) => (name === lastApplied ? hide() : text)) : inner,
    );
  // What only names a secret (a reference to one) has no values, and nothing of it is hidden.
  const maskOne = (secret: JsonObject): JsonObject =>
    mapValues(secret, (inner, key) => {
      if ((key === 'data' || key === 'stringData') && isObject(inner)) return mapValues(inner, hide);
      return key === 'metadata' && isObject(inner) ? maskAnnotation(inner) : inner;
    });
  return { value: mask(value), found };
}

/** Items of a list of secrets may come without their kind: their type gives them away. */
function isUnnamedSecret(value: JsonObject): boolean {
  const { type } = value;
  return value['kind'] === undefined && typeof type === 'string' && isObject(value['data']) && isObject(value['metadata']);
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !isList(value);
}

function mapValues(value: JsonObject, change: (inner: Json, key: string) => Json): JsonObject {
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, inner === undefined ? inner : change(inner, key)]));
}
