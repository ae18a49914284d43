import canonicalize from 'canonicalize';

/** What JSON can hold. Instants are kept as ISO 8601 text in UTC. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json | undefined };
export type JsonObject = { readonly [key: string]: Json | undefined };

/** RFC 8785 text of a value: the same value gives the same bytes whatever the order of its keys. */
export function canonicalJson(value: Json): string {
  const text = canonicalize(value);
  if (text === undefined) throw new TypeError('a value without a JSON form cannot be made canonical');
  return text;
}
