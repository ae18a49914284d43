import { hash, timingSafeEqual } from 'node:crypto';

/** SHA-256 of the UTF-8 text, as 64 lower-case hex digits. */
export function sha256(text: string): string {
  return hash('sha256', text, 'hex');
}

/** A short stable identifier from the parts of a cause: the same cause always gives the same id. */
export function idFrom(prefix: string, ...parts: readonly string[]): string {
  return idFromList(prefix, parts);
}

/** The same for any number of parts, which may be more than a call takes arguments. */
export function idFromList(prefix: string, parts: readonly string[]): string {
  return `${prefix}_${sha256(JSON.stringify(parts)).slice(0, 24)}`;
}

/** A UUID in the version 5 layout derived from the text, for interfaces that insist on UUIDs. */
export function uuidFrom(text: string): string {
  const hex = sha256(text);
  const variant = ((Number.parseInt(hex.slice(16, 17), 16) & 0x3) | 0x8).toString(16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-5${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** Compares two secrets in a time that does not depend on where they differ; it tells whether they are of the same length. */
export function sameSecret(given: string, expected: string): boolean {
  const [one, other] = [Buffer.from(given), Buffer.from(expected)];
  return one.length === other.length && timingSafeEqual(one, other);
}
