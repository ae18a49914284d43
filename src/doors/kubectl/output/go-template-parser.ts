import { KubectlError } from '../kubectl-error.ts';
import { lexTemplate, type TemplatePiece, type TemplateWord } from './go-template-lexer.ts';

/** Something that has a value: `.a.b`, `$x.y`, "text", 5, a function with its arguments, a pipe of those. */
export type Term =
  | { type: 'field'; of: Term | undefined; variable: string | undefined; path: readonly string[] }
  | { type: 'literal'; value: string | number | boolean | null }
  | { type: 'call'; name: string; args: readonly Term[] };

export type TemplateNode =
  | { type: 'text'; text: string }
  | { type: 'print'; term: Term }
  | { type: 'assign'; name: string; term: Term }
  | { type: 'if' | 'with'; term: Term; body: readonly TemplateNode[]; otherwise: readonly TemplateNode[] }
  | { type: 'range'; names: readonly string[]; term: Term; body: readonly TemplateNode[]; otherwise: readonly TemplateNode[] };

const fail = (message: string): never => {
  throw new KubectlError(`error parsing template: template: output:1: ${message}`);
};

/** The part of Go's template language that runbooks use; anything else is an error that names it. */
export function parseTemplate(template: string): readonly TemplateNode[] {
  const pieces = [...lexTemplate(template)];
  const { nodes, ended } = parseNodes(pieces);
  if (ended !== '') fail(`unexpected {{${ended}}}`);
  return nodes;
}

type Block = { nodes: readonly TemplateNode[]; ended: string; words: readonly TemplateWord[] };

function parseNodes(pieces: TemplatePiece[]): Block {
  const nodes: TemplateNode[] = [];
  for (let piece = pieces.shift(); piece !== undefined; piece = pieces.shift()) {
    if (piece.type === 'text') {
      nodes.push(piece);
      continue;
    }
    const keyword = piece.words[0]?.type === 'word' ? piece.words[0].text : '';
    const rest = piece.words.slice(1);
    if (keyword === 'end' || keyword === 'else') return { nodes, ended: keyword, words: rest };
    if (keyword === 'if' || keyword === 'with' || keyword === 'range') nodes.push(parseBlock(keyword, rest, pieces));
    else nodes.push(parseSimple(piece.words));
  }
  return { nodes, ended: '', words: [] };
}

function parseBlock(keyword: 'if' | 'with' | 'range', words: readonly TemplateWord[], pieces: TemplatePiece[]): TemplateNode {
  const { names, rest } = readNames(words);
  const term = parsePipe(rest);
  const then = parseNodes(pieces);
  let otherwise: readonly TemplateNode[] = [];
  if (then.ended === 'else' && then.words.length > 0) {
    if (then.words[0]?.text !== 'if') fail(`unexpected ${then.words[0]?.text ?? ''} after else`);
    otherwise = [parseBlock('if', then.words.slice(1), pieces)];
  } else if (then.ended === 'else') {
    const last = parseNodes(pieces);
    if (last.ended !== 'end') fail('unexpected EOF');
    otherwise = last.nodes;
  } else if (then.ended !== 'end') fail('unexpected EOF');
  if (keyword === 'range') return { type: 'range', names, term, body: then.nodes, otherwise };
  return { type: keyword, term, body: then.nodes, otherwise };
}

function parseSimple(words: readonly TemplateWord[]): TemplateNode {
  const { names, rest } = readNames(words);
  const term = parsePipe(rest);
  const [name] = names;
  return name === undefined ? { type: 'print', term } : { type: 'assign', name, term };
}

/** `$i, $x := ` at the beginning of an action. */
function readNames(words: readonly TemplateWord[]): { names: readonly string[]; rest: readonly TemplateWord[] } {
  const at = words.findIndex((word) => word.type === 'symbol' && (word.text === ':=' || word.text === '='));
  if (at < 0) return { names: [], rest: words };
  return {
    names: words
      .slice(0, at)
      .filter((word) => word.type === 'word')
      .map((word) => word.text),
    rest: words.slice(at + 1),
  };
}

/** `a | b x`: what stands left is the last argument of what stands right. */
function parsePipe(words: readonly TemplateWord[]): Term {
  const stages: TemplateWord[][] = [[]];
  let depth = 0;
  for (const word of words) {
    if (word.type === 'symbol' && word.text === '(') depth += 1;
    if (word.type === 'symbol' && word.text === ')') depth -= 1;
    if (word.type === 'symbol' && word.text === '|' && depth === 0) stages.push([]);
    else stages.at(-1)?.push(word);
  }
  return stages.reduce<Term | undefined>((before, stage) => parseCommand(stage, before), undefined) ?? fail('missing value for command');
}

function parseCommand(words: TemplateWord[], piped: Term | undefined): Term {
  const [first] = words;
  if (first === undefined) return fail('missing value for command');
  const isFunction = first.type === 'word' && /^[a-zA-Z]\w*$/.test(first.text) && !['true', 'false', 'nil'].includes(first.text);
  const queue = isFunction ? words.slice(1) : [...words];
  const terms: Term[] = [];
  while (queue.length > 0) terms.push(parseTerm(queue));
  if (piped !== undefined) terms.push(piped);
  if (isFunction) return { type: 'call', name: first.text, args: terms };
  const [only] = terms;
  return only === undefined || terms.length > 1 ? fail(`can't give argument to non-function ${first.text}`) : only;
}

function parseTerm(queue: TemplateWord[]): Term {
  const word = queue.shift();
  if (word === undefined) return fail('missing value for command');
  if (word.type === 'string') return { type: 'literal', value: word.text };
  if (word.type === 'word') return parseWord(word.text);
  if (word.text !== '(') return fail(`unexpected <${word.text}> in operand`);
  const of = parsePipe(takeGroup(queue));
  const [next] = queue;
  if (next?.type !== 'word' || !next.text.startsWith('.')) return of;
  queue.shift();
  return { type: 'field', of, variable: undefined, path: pathOf(next.text) };
}

/** The words up to the parenthesis that closes the one just read. */
function takeGroup(queue: TemplateWord[]): TemplateWord[] {
  const inner: TemplateWord[] = [];
  for (let depth = 1; ;) {
    const next = queue.shift();
    if (next === undefined) return fail('unclosed left paren');
    if (next.type === 'symbol' && next.text === '(') depth += 1;
    if (next.type === 'symbol' && next.text === ')') depth -= 1;
    if (depth === 0) return inner;
    inner.push(next);
  }
}

function parseWord(text: string): Term {
  if (text.startsWith('.')) return { type: 'field', of: undefined, variable: undefined, path: pathOf(text) };
  if (text.startsWith('$')) {
    const [name = '$', ...path] = text.split('.');
    return { type: 'field', of: undefined, variable: name, path: path.filter((part) => part !== '') };
  }
  if (text === 'true' || text === 'false') return { type: 'literal', value: text === 'true' };
  if (text === 'nil') return { type: 'literal', value: null };
  if (/^-?\d+(\.\d+)?$/.test(text)) return { type: 'literal', value: Number(text) };
  if (/^[a-zA-Z]\w*$/.test(text)) return { type: 'call', name: text, args: [] };
  return fail(`unexpected ${JSON.stringify(text)} in operand`);
}

function pathOf(text: string): readonly string[] {
  return text.split('.').filter((part) => part !== '');
}
