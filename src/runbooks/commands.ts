import { repairText } from './encoding.ts';
import { type LogicalLine, logicalLineAt } from './logical-lines.ts';
import { followsRootPrompt, startsKnownProgram } from './programs.ts';
import type { RunbookBlock, RunbookCommand } from './runbook.ts';

/** A command before it has its number. `index` counts the lines of the block's text from 0. */
export type DraftCommand = Omit<RunbookCommand, 'number' | 'line'> & { index: number; closed: boolean };

export type BlockContent = { content: RunbookBlock['content']; commands: DraftCommand[] };

const SHELLS: ReadonlySet<string> = new Set(
  'bash sh shell zsh ksh console terminal shell-session shellsession bash-session sh-session command cmd'.split(' '),
);
const CONSOLES: ReadonlySet<string> = new Set('console terminal shell-session shellsession bash-session sh-session'.split(' '));
const PLAIN: ReadonlySet<string> = new Set(['', 'text', 'txt', 'plain', 'plaintext', 'none']);

/** "$ ", "sh-4.4# ", "[root@node /]# ", "user@host:~$ " and what follows. */
const PROMPT = /^\s*(\$|(?:sh|bash)-[\d.]+[$#]|\[[^\]]+@[^\]]+\][$#]|[\w.-]+@[\w.-]+(?::\S*)?[$#])\s+(\S.*)$/;
const ROOT_PROMPT = /^\s*(#)\s+(\S.*)$/;
const PROMQL_START =
  /^\s*(?:\(\s*)*(?:sum|avg|min|max|count|topk|bottomk|quantile|stddev|group|histogram_quantile|rate|irate|increase|delta|absent|label_replace|round|ceil|floor|predict_linear|deriv|clamp_(?:min|max)|sort(?:_desc)?|abs|changes|resets|\w+_over_time)\s*(?:(?:by|without)\s*\([^)]*\)\s*)?\(|^\s*\(*[A-Za-z_:][\w:]*\{[^{}]*[=~]/;

/**
 * Tells what a block is and takes its commands out: the lines of a shell block, or only the prompted ones when there is a prompt; of a block
 * without a language only those that start with a known program; each query of a promql block. The rest is sample output.
 */
export function readBlockContent(language: string | undefined, text: string): BlockContent {
  const name = (language ?? '').toLowerCase();
  const lines = text.split('\n');
  if (name === 'promql' || (SHELLS.has(name) && isQuery(lines))) return withContent('queries', readQueries(lines));
  const isShell = SHELLS.has(name);
  if (!isShell && !PLAIN.has(name)) return { content: 'text', commands: [] };
  const prompts = lines.map((line) => readPrompt(line, CONSOLES.has(name)));
  if (prompts.some((prompt) => prompt !== undefined)) return withContent('commands', readPrompted(lines, prompts));
  return withContent('commands', readUnprompted(lines, isShell ? canStartCommand : startsKnownProgram));
}

function withContent(content: RunbookBlock['content'], commands: DraftCommand[]): BlockContent {
  return { content: commands.length === 0 ? 'text' : content, commands };
}

function isQuery(lines: readonly string[]): boolean {
  const first = lines.find((line) => line.trim() !== '' && !line.trim().startsWith('#'));
  return first !== undefined && PROMQL_START.test(first);
}

type Prompt = { prompt: string; command: string };

function readPrompt(line: string, isConsole: boolean): Prompt | undefined {
  const match = PROMPT.exec(line);
  if (match?.[1] !== undefined && match[2] !== undefined) return { prompt: match[1], command: match[2] };
  const root = isConsole ? ROOT_PROMPT.exec(line) : null;
  if (root?.[1] === undefined || root[2] === undefined || !followsRootPrompt(root[2])) return undefined;
  return { prompt: root[1], command: root[2] };
}

function readPrompted(lines: readonly string[], prompts: readonly (Prompt | undefined)[]): DraftCommand[] {
  const commands: DraftCommand[] = [];
  let titles: string[] = [];
  for (let index = 0; index < lines.length;) {
    const prompt = prompts[index];
    if (prompt === undefined) {
      titles = nextTitles(titles, lines[index] ?? '');
      index += 1;
      continue;
    }
    const next = prompts.findIndex((candidate, at) => at > index && candidate !== undefined);
    const end = next < 0 ? lines.length : next;
    const first = logicalLineAt([prompt.command, ...lines.slice(index + 1, end)], 0, { secondaryPrompt: true });
    const source = lines.slice(index, index + first.lineCount).join('\n');
    const output = withoutTitles(lines.slice(index + first.lineCount, end), next >= 0);
    commands.push({ ...draft({ ...first, source, index }, titles), prompt: prompt.prompt, expectedOutput: output.text });
    titles = output.titles;
    index = end;
  }
  return commands;
}

/** Splits what stands between two prompts: comment lines directly above the next prompt are its title, not output. */
function withoutTitles(lines: readonly string[], hasNext: boolean): { text: string | undefined; titles: string[] } {
  const end = hasNext ? lines.findLastIndex((line) => !isComment(line)) + 1 : lines.length;
  const text = trimBlankLines(lines.slice(0, end));
  return { text: text === '' ? undefined : text, titles: lines.slice(end).reduce(nextTitles, new Array<string>()) };
}

/**
 * A block without prompts: what `starts` accepts is a command. A line it does not accept is sample output, and so is what follows, up to the next
 * line of a known program or comment.
 */
function readUnprompted(lines: readonly string[], starts: (line: string) => boolean): DraftCommand[] {
  const commands: DraftCommand[] = [];
  let titles: string[] = [];
  let output: string[] = [];
  const endOutput = () => {
    const text = trimBlankLines(output.splice(0));
    const last = text === '' ? undefined : commands.pop();
    if (last !== undefined) commands.push({ ...last, expectedOutput: text });
  };
  for (let index = 0; index < lines.length;) {
    const line = lines[index] ?? '';
    const isCommand = !isComment(line) && (output.length === 0 ? starts : startsKnownProgram)(line);
    const command = isCommand ? logicalLineAt(lines, index) : undefined;
    if (command !== undefined) {
      endOutput();
      commands.push(draft(command, titles));
      titles = [];
    } else {
      if (isComment(line)) endOutput();
      else output.push(...(output.length > 0 || line.trim() !== '' ? [line] : []));
      titles = nextTitles(titles, line);
    }
    index += command?.lineCount ?? 1;
  }
  endOutput();
  return commands;
}

/** Whether the first word can be a command's: not a heading of a table, a log line, a YAML key or a bracket of JSON. */
function canStartCommand(line: string): boolean {
  return (
    startsKnownProgram(line) ||
    /^\s*(?:[A-Za-z_]\w*\+?=\S|[a-z_][\w.+-]*(?:\(\)|\/[\w./-]+)?(?:\s+(?!=\s)|;|$)|["']?\$[\w{(]|~?\.{0,2}\/\w|\[\[?\s|[({!]\s|<[a-z])/.test(
      line,
    )
  );
}

/** A promql block holds one query, or several; a line that cannot go on with the query before it starts the next. */
function readQueries(lines: readonly string[]): DraftCommand[] {
  const queries: DraftCommand[] = [];
  let titles: string[] = [];
  let start: number | undefined;
  const endQuery = (end: number) => {
    if (start === undefined) return;
    const source = lines.slice(start, end).join('\n');
    const query = { text: source.trim(), source, index: start, lineCount: end - start, closed: true };
    queries.push({ ...draft(query, titles), kind: 'promql' });
    start = undefined;
    titles = [];
  };
  for (const [index, line] of lines.entries()) {
    const isQueryLine = line.trim() !== '' && !isComment(line);
    if (isOpenQuery(lines.slice(start ?? index, index)) || (isQueryLine && CONTINUES_QUERY.test(line))) {
      if (isQueryLine) start ??= index;
      continue;
    }
    endQuery(index);
    if (isQueryLine) start = index;
    else titles = nextTitles(titles, line);
  }
  endQuery(lines.length);
  return queries;
}

const CONTINUES_QUERY =
  /^\s*(?:[-+*/%^=<>!()[\]{}@,]|(?:and|or|unless|on|ignoring|group_left|group_right|by|without|offset|bool|atan2)\b)/i;

function isOpenQuery(lines: readonly string[]): boolean {
  const text = lines.join('\n');
  const count = (pattern: RegExp) => text.match(pattern)?.length ?? 0;
  return count(/[([{]/g) > count(/[)\]}]/g) || /(?:[-+*/%^=<>!~,]|\b(?:and|or|unless|on|by|bool))\s*$/.test(text);
}

function draft(line: LogicalLine, titles: readonly string[]): DraftCommand {
  const title = repairText(titles.join(' ').trim());
  return { ...line, kind: 'shell', title: title === '' ? undefined : title, prompt: undefined, expectedOutput: undefined };
}

function isComment(line: string): boolean {
  return line.trimStart().startsWith('#');
}

/** Comment lines directly above each other make one title; a blank line in between starts a new one. */
function nextTitles(titles: readonly string[], line: string): string[] {
  if (line.trim() === '') return titles.at(-1) === '' ? [...titles] : [...titles, ''];
  if (!isComment(line)) return [];
  const text = line
    .trim()
    .replace(/^#+\s*/, '')
    .replace(/\s*#+$/, '');
  if (!/[\p{L}\p{N}]/u.test(text)) return [...titles];
  return titles.at(-1) === '' ? [text] : [...titles, text];
}

function trimBlankLines(lines: readonly string[]): string {
  return lines
    .join('\n')
    .replace(/^(?:[ \t]*\n)+/, '')
    .trimEnd();
}
