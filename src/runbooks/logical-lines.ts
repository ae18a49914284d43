import { createShellScanner } from './shell-scanner.ts';

/** One command line that may take several lines of its block. `index` counts the block's lines from 0. */
export type LogicalLine = {
  text: string;
  source: string;
  index: number;
  lineCount: number;
  /** False when a quote or a `do` was opened that no later line closes; the line then stands alone. */
  closed: boolean;
};

/** How far an open quote or heredoc is followed before it is taken as a slip of the author. */
const MAX_LINES = 200;

/**
 * Joins the continuation lines, open quotes, heredoc or `for … done` that start at `start` to one logical line, as bash would read them. An opening
 * that nothing closes does not swallow the rest of the block. `secondaryPrompt` drops the "> " that a terminal shows on continued lines.
 */
export function logicalLineAt(lines: readonly string[], start: number, options = { secondaryPrompt: false }): LogicalLine {
  const scanner = createShellScanner();
  let text = '';
  const end = Math.min(lines.length, start + MAX_LINES);
  for (let index = start; index < end; index += 1) {
    const source = lines[index] ?? '';
    const line = options.secondaryPrompt && index > start ? source.replace(/^\s*> ?/, '') : source;
    text = scanner.join(text, line);
    const state = scanner.feed(line);
    const atEnd = index === end - 1 && (state === 'continued' || state === 'dangling');
    if (state === 'complete' || atEnd) {
      const lineCount = index - start + 1;
      const whole = state === 'continued' ? text.replace(/\s*\\$/, '') : text;
      return { text: whole.trim(), source: lines.slice(start, index + 1).join('\n'), index: start, lineCount, closed: true };
    }
  }
  const alone = lines[start] ?? '';
  return { text: alone.trim(), source: alone, index: start, lineCount: 1, closed: false };
}
