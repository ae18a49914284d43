/** What a line leaves behind: nothing, a backslash at its end, a `|` or `&&` at its end, or something that is still open. */
type ScanState = 'complete' | 'continued' | 'dangling' | 'open';

/** Follows quotes, parentheses, heredocs and compound commands through the lines of a shell block, without running or judging them. */
export type ShellScanner = {
  feed(line: string): ScanState;
  /** Puts the next line behind the text so far, as bash does: a continuation is joined, anything else stays on its own line. */
  join(text: string, line: string): string;
};

type Heredoc = { delimiter: string; tabs: boolean };

/** `open` is the stack of what is not closed yet: a quote character, "(", or the kind of a compound command. */
type Scan = { open: string[]; heredocs: Heredoc[]; word: string; startsCommand: boolean; state: ScanState | undefined };

const OPENERS: ReadonlyMap<string, string> = new Map([
  ...['for', 'while', 'until', 'select'].map((word) => [word, 'loop'] as const),
  ['if', 'if'],
  ['case', 'case'],
  ['{', '{'],
]);
const CLOSERS: ReadonlyMap<string, string> = new Map([
  ['done', 'loop'],
  ['fi', 'if'],
  ['esac', 'case'],
  ['}', '{'],
]);
/** Words after which another command starts. */
const CONNECTORS: ReadonlySet<string> = new Set(['do', 'then', 'else', 'elif', '!', 'time', '{', 'while', 'until', 'if']);

/** A `<placeholder>` is taken whole, so that an apostrophe in it opens no quote. */
const TOKEN =
  /[ \t]+|(?:<[A-Za-z][^<>|;&]*>)|<<<|<<(?<dash>-?)[ \t]*(?:'(?<single>[^']+)'|"(?<double>[^"]+)"|\\?(?<bare>[A-Za-z_]\w*))|\\.?|[;&|()"'`]|[^ \t<\\;&|()"'`]+|</y;

export function createShellScanner(): ShellScanner {
  const scan: Scan = { open: [], heredocs: [], word: '', startsCommand: true, state: undefined };
  return {
    feed(line) {
      const heredoc = scan.state === 'open' ? scan.heredocs[0] : undefined;
      let comment = false;
      if (heredoc === undefined) comment = scanLine(scan, line);
      else if ((heredoc.tabs ? line.replace(/^\t+/, '') : line) === heredoc.delimiter) scan.heredocs.shift();
      scan.state = stateAfter(scan, comment ? '' : line);
      return scan.state;
    },
    join(text, line) {
      if (scan.state === undefined) return line;
      if (scan.state !== 'continued') return `${text}\n${line}`;
      const before = text.slice(0, -1);
      if (inQuote(scan) || !/^\s/.test(line)) return before + line;
      return `${before.trimEnd()} ${line.trimStart()}`;
    },
  };
}

function inQuote(scan: Scan): boolean {
  return ['"', "'", '`'].includes(scan.open.at(-1) ?? '');
}

/** Reads a line; tells whether it ends in a comment, where a backslash or a bar means nothing. */
function scanLine(scan: Scan, line: string): boolean {
  for (let index = 0; index < line.length;) {
    if (inQuote(scan)) index += scanQuoted(scan, line.slice(index, index + 2));
    else if (line.charAt(index) === '#' && scan.word === '') return true;
    else index += scanCode(scan, line, index);
  }
  return false;
}

/** Reads what is next inside a quote; gives how many characters it took. */
function scanQuoted(scan: Scan, next: string): number {
  const quote = scan.open.at(-1) ?? '';
  if (quote !== "'" && next.startsWith('\\')) return 2;
  if (next.startsWith(quote)) {
    scan.open.pop();
  } else if (quote === '"' && next === '$(') {
    openParenthesis(scan);
    return 2;
  }
  return 1;
}

function scanCode(scan: Scan, line: string, index: number): number {
  TOKEN.lastIndex = index;
  const match = TOKEN.exec(line);
  const token = match?.[0] ?? line.charAt(index);
  const { dash, single, double, bare } = match?.groups ?? {};
  const delimiter = single ?? double ?? bare;
  if (delimiter !== undefined) scan.heredocs.push({ delimiter, tabs: dash === '-' });
  else (HANDLERS[token.charAt(0)] ?? addToWord(token))(scan);
  if (/^["'`]$/.test(token)) scan.open.push(token);
  return token.length;
}

/** What ends a word or a command, by its character; every other token belongs to the word. */
const HANDLERS: Readonly<Record<string, (scan: Scan) => void>> = {
  ' ': endWord,
  '\t': endWord,
  ';': endCommand,
  '&': endCommand,
  '|': endCommand,
  '(': openParenthesis,
  ')': closeParenthesis,
};

function addToWord(token: string): (scan: Scan) => void {
  return (scan) => {
    scan.word += token;
  };
}

function endWord(scan: Scan): void {
  const { word, startsCommand, open } = scan;
  scan.word = '';
  if (word === '' || !startsCommand) return;
  const opens = OPENERS.get(word);
  if (opens !== undefined) open.push(opens);
  if (CLOSERS.has(word) && CLOSERS.get(word) === open.at(-1)) open.pop();
  scan.startsCommand = CONNECTORS.has(word);
}

function endCommand(scan: Scan): void {
  endWord(scan);
  scan.startsCommand = true;
}

function openParenthesis(scan: Scan): void {
  endCommand(scan);
  scan.open.push('(');
}

function closeParenthesis(scan: Scan): void {
  endWord(scan);
  if (scan.open.at(-1) === '(') scan.open.pop();
  scan.startsCommand = !inQuote(scan);
}

function stateAfter(scan: Scan, line: string): ScanState {
  if (scan.heredocs.length > 0) return 'open';
  const slashes = /\\+$/.exec(line)?.[0].length ?? 0;
  if (slashes % 2 === 1 && scan.open.at(-1) !== "'") return 'continued';
  if (!inQuote(scan)) endCommand(scan);
  if (scan.open.length > 0) return 'open';
  return /(\||&&)\s*$/.test(line) ? 'dangling' : 'complete';
}
