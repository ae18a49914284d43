import { KubectlError } from '../kubectl-error.ts';

/** Text and actions of a Go template; an action is its words. */
export type TemplatePiece = { type: 'text'; text: string } | { type: 'action'; words: readonly TemplateWord[] };
export type TemplateWord =
  | { type: 'word'; text: string }
  | { type: 'string'; text: string }
  | { type: 'symbol'; text: '(' | ')' | '|' | ',' | ':=' | '=' };

const wordForm = /^(?:\s+|"(?:[^"\\\n]|\\.)*"|`[^`]*`|:=|[()|,=]|[^\s()|,="`]+)/;

/** Splits a template at `{{` and `}}`; `{{-` and `-}}` take the space around them away. */
export function lexTemplate(template: string): readonly TemplatePiece[] {
  const pieces: TemplatePiece[] = [];
  let rest = template;
  let trimNext = false;
  while (rest !== '') {
    const open = rest.indexOf('{{');
    const raw = open < 0 ? rest : rest.slice(0, open);
    const trimEnd = open >= 0 && /^-\s/.test(rest.slice(open + 2));
    let text = trimNext ? raw.trimStart() : raw;
    if (trimEnd) text = text.trimEnd();
    if (text !== '') pieces.push({ type: 'text', text });
    if (open < 0) break;
    const { words, after, trims } = lexAction(rest.slice(open + (trimEnd ? 3 : 2)));
    if (words.length > 0) pieces.push({ type: 'action', words });
    trimNext = trims;
    rest = after;
  }
  return pieces;
}

function lexAction(text: string): { words: TemplateWord[]; after: string; trims: boolean } {
  const comment = /^\s*\/\*[^]*?\*\/\s*(-?)\}\}/.exec(text);
  if (comment !== null) return { words: [], after: text.slice(comment[0].length), trims: comment[1] === '-' };
  const words: TemplateWord[] = [];
  let rest = text;
  for (;;) {
    const close = /^(\s+-)?\}\}/.exec(rest);
    if (close !== null) return { words, after: rest.slice(close[0].length), trims: close[1] !== undefined };
    const raw = wordForm.exec(rest)?.[0];
    if (raw === undefined) throw new KubectlError('error parsing template: template: output:1: unclosed action');
    const cut = raw.search(/\}\}/);
    const isQuoted = /^["`]/.test(raw);
    const taken = cut > 0 && !isQuoted ? raw.slice(0, cut) : raw;
    rest = rest.slice(taken.length);
    if (taken.trim() !== '') words.push(wordOf(taken));
  }
}

function wordOf(text: string): TemplateWord {
  if (text.startsWith('`')) return { type: 'string', text: text.slice(1, -1) };
  if (text.startsWith('"')) return { type: 'string', text: unquote(text) };
  if (text === '(' || text === ')' || text === '|' || text === ',' || text === ':=' || text === '=') return { type: 'symbol', text };
  return { type: 'word', text };
}

function unquote(text: string): string {
  try {
    const value: unknown = JSON.parse(text);
    return String(value);
  } catch {
    return text.slice(1, -1);
  }
}
