import { ParseError } from './errors.ts';

const unitMs: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 7 * 86_400_000,
  y: 365 * 86_400_000,
};

/** "1h30m" in milliseconds, or undefined. */
export function durationMs(text: string): number | undefined {
  if (!/^(\d+y)?(\d+w)?(\d+d)?(\d+h)?(\d+m)?(\d+s)?(\d+ms)?$/.test(text) || text === '') return undefined;
  return [...text.matchAll(/(\d+)([a-z]+)/g)].reduce((sum, [, amount, unit]) => sum + Number(amount) * (unitMs[unit ?? ''] ?? 0), 0);
}

/** A number as PromQL writes it; a duration is its seconds. */
export function readNumber(text: string, position: number): number {
  const sign = text.startsWith('-') ? -1 : 1;
  const plain = text.replace(/^[-+]\s*/, '').replaceAll('_', '');
  if (/^inf$/i.test(plain)) return sign * Number.POSITIVE_INFINITY;
  if (/^nan$/i.test(plain)) return Number.NaN;
  const ms = durationMs(plain);
  const value = ms === undefined ? Number(plain) : ms / 1000;
  if (Number.isNaN(value)) throw new ParseError(position, `bad number or duration syntax: ${JSON.stringify(plain)}`);
  return sign * value;
}

const simpleEscapes: Readonly<Record<string, string>> = {
  a: '\u0007',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
  '"': '"',
  "'": "'",
};

/** The text of a literal in any of the three kinds of quotes. */
export function readString(literal: string, position: number): string {
  const inner = literal.slice(1, -1);
  if (literal.startsWith('`')) return inner;
  return inner.replaceAll(
    /\\(x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[0-7]{3}|[^])/g,
    (_whole, escape: string) => unescaped(escape) ?? fail(position, escape),
  );
}

function unescaped(escape: string): string | undefined {
  const simple = simpleEscapes[escape];
  if (simple !== undefined) return simple;
  if (escape.length === 1) return undefined;
  const code = /^[xuU]/.test(escape) ? Number.parseInt(escape.slice(1), 16) : Number.parseInt(escape, 8);
  return code <= 0x10ffff ? String.fromCodePoint(code) : undefined;
}

function fail(position: number, escape: string): never {
  throw new ParseError(position, `unknown escape sequence U+${(escape.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`);
}
