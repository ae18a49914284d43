import { configure } from 'safe-stable-stringify';

/** What JSON can hold. Instants are kept as ISO 8601 text in UTC. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json | undefined };
export type JsonObject = { readonly [key: string]: Json | undefined };

/** Throws on cycles and on what has no JSON form instead of leaving it out. */
const stringify = configure({ strict: true });

/** Behind an even number of backslashes: JSON writes half of a surrogate pair as an escape, and whole pairs as they are. */
const halfPair = /(?<!\\)(?:\\\\)*\\ud[89a-f]/;

/**
 * RFC 8785 text of a value: the same value gives the same bytes whatever the order of its keys. Throws TypeError for what that has no form for, such
 * as half of a surrogate pair.
 */
export function canonicalJson(value: Json): string {
  const text = stringify(value);
  if (text === undefined) throw new TypeError('a value without a JSON form cannot be made canonical');
  if (text.includes('\\ud') && halfPair.test(text)) throw new TypeError('half of a surrogate pair cannot be made canonical');
  return text;
}
