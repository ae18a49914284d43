import { ParseError } from './errors.ts';

const closers: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' };
const unclosed: Readonly<Record<string, string>> = {
  '(': 'unclosed left parenthesis',
  '[': 'unclosed left bracket',
  '{': 'unexpected end of input inside braces',
};
const names: Readonly<Record<string, string>> = { ')': 'right parenthesis', ']': 'right bracket', '}': 'right brace' };

/** Refuses quotes that do not end, brackets that do not match and characters that PromQL does not know. */
export function checkLexically(promql: string): void {
  const open: string[] = [];
  for (let index = 0; index < promql.length; index += 1) {
    const character = promql.charAt(index);
    if (character === '#') index = endOfLine(promql, index);
    else if (/["'`]/.test(character)) index = closingQuote(promql, index);
    else if (closers[character] !== undefined) open.push(character);
    else if (/[)\]}]/.test(character)) close(open, character, index);
    else if (!/[\w\s:.,+\-*/%^=<>!~@]/.test(character)) throw new ParseError(index, `unexpected character: '${character}'`);
  }
  const last = open.at(-1);
  if (last !== undefined) throw new ParseError(promql.length, unclosed[last] ?? 'unexpected end of input');
}

function close(open: string[], character: string, index: number): void {
  const opener = open.pop();
  // Prometheus reports the place behind it.
  if (opener === undefined || closers[opener] !== character)
    throw new ParseError(index + 1, `unexpected ${names[character] ?? ''} '${character}'`);
}

function endOfLine(promql: string, start: number): number {
  const end = promql.indexOf('\n', start);
  return end < 0 ? promql.length : end;
}

function closingQuote(promql: string, start: number): number {
  const quote = promql.charAt(start);
  for (let index = start + 1; index < promql.length; index += 1) {
    const character = promql.charAt(index);
    if (character === quote) return index;
    if (quote === '`') continue;
    if (character === '\\') index += 1;
    else if (character === '\n') break;
  }
  throw new ParseError(start, quote === '`' ? 'unterminated raw string' : 'unterminated quoted string');
}
