/** Where in a shell text a character stands: outside of quotes, or in which kind of them. */
export type Quote = 'none' | 'single' | 'double' | 'ansi' | 'heredoc' | 'quoted heredoc';

/** Asked at each place that bash would read as text; gives the length of what was found there, or 0. */
export type Visit = (index: number, quote: Quote) => number;

type Frame = 'single' | 'double' | 'ansi' | 'group' | 'backtick' | 'expansion' | 'arithmetic';
type Heredoc = { delimiter: string; quoted: boolean; tabs: boolean };
type Walk = { text: string; index: number; frames: Frame[]; heredocs: Heredoc[]; wordStarts: boolean; visit: Visit };

const HEREDOC = /<<(-?)[ \t]*(?:'([^'\n]+)'|"([^"\n]+)"|\\?([A-Za-z_]\w*))/y;

/**
 * Walks through a shell text and asks `visit` at each place outside of comments, expansions and arithmetic. What the visitor finds is stepped over whole,
 * so that a quote or a redirection sign inside a placeholder means nothing.
 */
export function walkQuotes(text: string, visit: Visit): void {
  const walk: Walk = { text, index: 0, frames: [], heredocs: [], wordStarts: true, visit };
  while (walk.index < text.length) {
    const before = walk.index;
    step(walk);
    if (walk.index <= before) walk.index = before + 1;
  }
}

/** Whether a text ends within quotes, behind something else in them: what follows is a part of what they hold. */
export function endsInQuotedText(text: string): boolean {
  let last: { index: number; quote: Quote } = { index: -1, quote: 'none' };
  walkQuotes(text, (index, quote) => {
    last = { index, quote };
    return 0;
  });
  return last.index === text.length - 1 && (last.quote === 'single' || last.quote === 'double' || last.quote === 'ansi');
}

function step(walk: Walk): void {
  const frame = walk.frames.at(-1);
  if (frame === 'single' || frame === 'ansi') stepQuoted(walk, frame);
  else if (frame === 'double') stepDouble(walk);
  else if (frame === 'expansion') stepExpansion(walk);
  else if (frame === 'arithmetic') stepArithmetic(walk);
  else stepCode(walk);
}

function found(walk: Walk, quote: Quote): boolean {
  const length = walk.visit(walk.index, quote);
  walk.index += length;
  if (length > 0) walk.wordStarts = false;
  return length > 0;
}

function stepQuoted(walk: Walk, quote: 'single' | 'ansi'): void {
  const character = walk.text.charAt(walk.index);
  if (quote === 'ansi' && character === '\\') walk.index += 2;
  else if (character === "'") close(walk);
  else if (!found(walk, quote)) walk.index += 1;
}

function stepDouble(walk: Walk): void {
  const character = walk.text.charAt(walk.index);
  if (character === '\\') walk.index += 2;
  else if (character === '"') close(walk);
  else if (!openExpansion(walk) && !found(walk, 'double')) walk.index += 1;
}

function close(walk: Walk): void {
  walk.frames.pop();
  walk.index += 1;
}

function open(walk: Walk, frame: Frame, length: number): true {
  walk.frames.push(frame);
  walk.index += length;
  return true;
}

/** `$((`, `$(`, `${` and backquotes open in quoted and unquoted text alike. */
function openExpansion(walk: Walk): boolean {
  const { text, index } = walk;
  if (text.startsWith('$((', index) && text.includes('))', index)) return open(walk, 'arithmetic', 3);
  if (text.startsWith('$(', index)) {
    walk.wordStarts = true;
    return open(walk, 'group', 2);
  }
  if (text.startsWith('${', index)) return open(walk, 'expansion', 2);
  if (text.charAt(index) !== '`') return false;
  if (walk.frames.includes('backtick')) {
    while (walk.frames.at(-1) !== 'backtick') walk.frames.pop();
    close(walk);
    return true;
  }
  walk.wordStarts = true;
  return open(walk, 'backtick', 1);
}

function stepExpansion(walk: Walk): void {
  const character = walk.text.charAt(walk.index);
  if (character === '\\') walk.index += 2;
  else if (character === '}') close(walk);
  else if (!openExpansion(walk)) walk.index += 1;
}

function stepArithmetic(walk: Walk): void {
  if (walk.text.startsWith('))', walk.index)) {
    walk.frames.pop();
    walk.index += 2;
  } else walk.index += 1;
}

function stepCode(walk: Walk): void {
  if (openExpansion(walk) || openQuote(walk) || openHeredoc(walk)) {
    return;
  }
  const character = walk.text.charAt(walk.index);
  if (character === '\n') readNewline(walk);
  else if (character === '#' && walk.wordStarts) walk.index = lineEnd(walk.text, walk.index);
  else if (!found(walk, 'none')) stepPlain(walk, character);
}

function stepPlain(walk: Walk, character: string): void {
  walk.wordStarts = /[\s;&|()]/.test(character);
  if (character === '(') open(walk, 'group', 1);
  else if (character === ')' && walk.frames.at(-1) === 'group') close(walk);
  else walk.index += character === '\\' ? 2 : 1;
}

function openQuote(walk: Walk): boolean {
  const { text, index } = walk;
  if (text.startsWith("$'", index)) return open(walk, 'ansi', 2);
  const character = text.charAt(index);
  if (character !== '"' && character !== "'") return false;
  walk.wordStarts = false;
  return open(walk, character === '"' ? 'double' : 'single', 1);
}

function openHeredoc(walk: Walk): boolean {
  const { text, index } = walk;
  if (!text.startsWith('<<', index)) return false;
  if (text.startsWith('<<<', index)) {
    walk.index += 3;
    return true;
  }
  HEREDOC.lastIndex = index;
  const match = HEREDOC.exec(text);
  if (match === null) return false;
  const [whole, dash, single, double, bare = ''] = match;
  const quoted = single ?? double;
  walk.heredocs.push({ delimiter: quoted ?? bare, quoted: quoted !== undefined || whole.includes('\\'), tabs: dash === '-' });
  walk.index += whole.length;
  return true;
}

function lineEnd(text: string, index: number): number {
  const end = text.indexOf('\n', index);
  return end < 0 ? text.length : end;
}

/** After a line end the bodies of the heredocs that the line opened follow. */
function readNewline(walk: Walk): void {
  walk.index += 1;
  walk.wordStarts = true;
  for (let heredoc = walk.heredocs.shift(); heredoc !== undefined; heredoc = walk.heredocs.shift()) readBody(walk, heredoc);
}

function readBody(walk: Walk, heredoc: Heredoc): void {
  while (walk.index < walk.text.length) {
    const end = lineEnd(walk.text, walk.index);
    const line = walk.text.slice(walk.index, end);
    if ((heredoc.tabs ? line.replace(/^\t+/, '') : line) === heredoc.delimiter) {
      walk.index = end + 1;
      return;
    }
    while (walk.index < end) if (!found(walk, heredoc.quoted ? 'quoted heredoc' : 'heredoc')) walk.index += 1;
    walk.index = end + 1;
  }
}
