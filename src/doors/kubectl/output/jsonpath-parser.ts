import { KubectlError } from '../kubectl-error.ts';

/** A start or end of `[a:b:c]`; `derived` when it follows from the start alone. */
type SliceBound = { value: number; known: boolean; derived: boolean };

export type PathNode =
  | { type: 'list'; nodes: readonly PathNode[] }
  | { type: 'text'; text: string }
  | { type: 'field'; name: string }
  | { type: 'slice'; bounds: readonly [SliceBound, SliceBound, SliceBound] }
  | { type: 'filter'; left: PathNode; operator: string; right: PathNode }
  | { type: 'value'; value: number | boolean }
  | { type: 'wildcard' }
  | { type: 'recursive' }
  | { type: 'union'; nodes: readonly PathNode[] }
  | { type: 'identifier'; name: string };

type Parser = { input: string; at: number; start: number; root: PathNode[] };

const fail = (message: string): never => {
  throw new KubectlError(message);
};
const isTerminator = (character: string): boolean => character === '' || /[ \t\r\n.,[\]$@{}]/.test(character);

/** Kubernetes' JSONPath: text with `{...}` actions in it. Throws what kubectl prints for a template that it cannot read. */
export function parsePath(input: string): readonly PathNode[] {
  const parser: Parser = { input, at: 0, start: 0, root: [] };
  while (parser.at < input.length) {
    const open = input.indexOf('{', parser.at);
    const text = input.slice(parser.at, open < 0 ? undefined : open);
    if (text !== '') parser.root.push({ type: 'text', text });
    if (open < 0) break;
    parser.at = open + 1;
    parser.root.push({ type: 'list', nodes: parseAction(parser) });
  }
  return parser.root;
}

/** What stands in braces, parsed as an action of its own: the parts of filters and unions. */
function parseInner(text: string): PathNode {
  const nodes = parsePath(`{${text}}`);
  return nodes[0] ?? { type: 'list', nodes: [] };
}

function parseAction(parser: Parser): readonly PathNode[] {
  const nodes: PathNode[] = [];
  for (;;) {
    const rest = parser.input.slice(parser.at);
    const character = rest.slice(0, 1);
    parser.start = parser.at;
    if (character === '}') {
      parser.at += 1;
      return nodes;
    }
    if (character === '' || character === '\n' || character === '\r') fail('unclosed action');
    if (rest.startsWith('[?(')) nodes.push(parseFilter(parser));
    else if (rest.startsWith('..')) parseRecursive(parser, nodes);
    else if (/^[ @$]/.test(character)) parser.at += 1;
    else if (character === '[') nodes.push(...parseBrackets(parser));
    else nodes.push(parseOperand(parser, rest));
  }
}

function parseOperand(parser: Parser, rest: string): PathNode {
  const character = rest.slice(0, 1);
  if (character === '"' || character === "'") return parseQuote(parser, character);
  if (character !== '.') return parseWord(parser, rest);
  parser.at += 1;
  return parseField(parser);
}

function parseWord(parser: Parser, rest: string): PathNode {
  const number = /^[+-]?[\d.]*/.exec(rest)?.[0] ?? '';
  if (/^[+-\d]/.test(rest) && number !== '') {
    parser.at += number.length;
    if (!/^[+-]?(\d+\.?\d*|\.\d+)$/.test(number)) fail(`cannot parse number ${number}`);
    return { type: 'value', value: Number(number) };
  }
  const first = Array.from(rest)[0] ?? '';
  if (!/[\p{L}\p{N}_]/u.test(first)) {
    const code = (first.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
    fail(`unrecognized character in action: U+${code} '${first}'`);
  }
  while (!isTerminator(parser.input.slice(parser.at, parser.at + 1))) parser.at += 1;
  const name = parser.input.slice(parser.start, parser.at);
  return name === 'true' || name === 'false' ? { type: 'value', value: name === 'true' } : { type: 'identifier', name };
}

function parseRecursive(parser: Parser, nodes: PathNode[]): void {
  if (nodes.at(-1)?.type === 'recursive') fail('invalid multiple recursive descent');
  nodes.push({ type: 'recursive' });
  parser.at += 2;
  if (/^[\p{L}\p{N}_]/u.test(parser.input.slice(parser.at))) nodes.push(parseField(parser));
}

function parseField(parser: Parser): PathNode {
  const start = parser.at;
  for (;;) {
    const character = parser.input.slice(parser.at, parser.at + 1);
    if (character === '\\') parser.at += 2;
    else if (isTerminator(character)) break;
    else parser.at += 1;
  }
  const name = parser.input.slice(start, parser.at);
  return name === '*' ? { type: 'wildcard' } : { type: 'field', name: name.replaceAll('\\', '') };
}

function parseQuote(parser: Parser, quote: string): PathNode {
  for (let at = parser.at + 1; ; at += 1) {
    const character = parser.input.slice(at, at + 1);
    if (character === '' || character === '\n') fail('unterminated quoted string');
    if (character !== quote || parser.input[at - 1] === '\\') continue;
    const text = parser.input.slice(parser.at + 1, at);
    parser.at = at + 1;
    return { type: 'text', text: unquote(text, quote) };
  }
}

const escaped: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  a: '\u0007',
  b: '\b',
  f: '\f',
  v: '\u000b',
  '\\': '\\',
  "'": "'",
  '"': '"',
};

/** Go's escapes; an escape that Go does not know is an error there and here. */
function unquote(text: string, quote: string): string {
  return text.replaceAll(/\\(u[\da-fA-F]{4}|x[\da-fA-F]{2}|[0-7]{3}|.|$)/g, (all, code: string) => {
    if (/^[ux]./.test(code)) return String.fromCodePoint(Number.parseInt(code.slice(1), 16));
    if (/^[0-7]{3}$/.test(code)) return String.fromCodePoint(Number.parseInt(code, 8));
    const character = escaped[code];
    if (character === undefined || (/['"]/.test(code) && code !== quote))
      return fail(`unquote string ${quote}${text}${quote} error invalid syntax`);
    return all === '' ? '' : character;
  });
}

function parseFilter(parser: Parser): PathNode {
  const start = parser.at + 3;
  let quote = '';
  let closed = false;
  for (let at = start; ; at += 1) {
    const character = parser.input.slice(at, at + 1);
    if (character === '' || character === '\n') fail('unterminated filter');
    if (/['"]/.test(character)) {
      if (quote === '') quote = character;
      else if (character === quote && parser.input[at - 1] !== '\\') closed = true;
    }
    if (character !== ')' || (quote !== '') !== closed) continue;
    if (parser.input[at + 1] !== ']') fail('unclosed array expect ]');
    parser.at = at + 2;
    return filterOf(parser.input.slice(start, at));
  }
}

function filterOf(text: string): PathNode {
  const match = /^([^!<>=]+)([!<>=]+)(.+?)$/.exec(text);
  if (match === null) return { type: 'filter', left: parseInner(text), operator: 'exists', right: { type: 'list', nodes: [] } };
  return { type: 'filter', left: parseInner(match[1] ?? ''), operator: match[2] ?? '', right: parseInner(match[3] ?? '') };
}

function parseBrackets(parser: Parser): readonly PathNode[] {
  const end = parser.input.slice(parser.at).search(/[\]\n]/);
  if (end < 0 || parser.input[parser.at + end] !== ']') fail('unterminated array');
  const inner = parser.input.slice(parser.at + 1, parser.at + end);
  parser.at += end + 1;
  const text = inner === '*' ? ':' : inner;
  const parts = text.split(',');
  if (parts.length > 1) return [{ type: 'union', nodes: parts.map((part) => parseInner(`[${part.replaceAll(/^ +| +$/g, '')}]`)) }];
  const key = /^'([^']*)'$/.exec(text)?.[1];
  if (key !== undefined) {
    const node = parseInner(`.${key}`);
    return node.type === 'list' ? node.nodes : [node];
  }
  return [sliceOf(text)];
}

function sliceOf(text: string): PathNode {
  const match = /^(-?\d*)(:-?\d*)?(:-?\d*)?$/.exec(text);
  if (match === null) return fail(`invalid array index ${text}`);
  const [, first = '', second, third] = match;
  const start = boundOf(first);
  const end = second === undefined ? { value: start.value + 1, known: true, derived: true } : boundOf(second.slice(1));
  return { type: 'slice', bounds: [start, end, third === undefined ? boundOf('') : boundOf(third.slice(1))] };
}

function boundOf(text: string): SliceBound {
  if (text === '-') fail(`array index ${text} is not a number`);
  return { value: text === '' ? 0 : Number(text), known: text !== '', derived: false };
}
