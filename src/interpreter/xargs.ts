import type { Command } from 'just-bash';
import { defineCommand } from 'just-bash';

/** The interpreter's `xargs` wants a blank between a flag and its value; GNU's takes `-n1`, `-I{}` and `--max-args=1` too. */
export const xargs: Command = defineCommand('xargs', (argv, context) => {
  if (context.origCommand === undefined) return Promise.resolve({ stdout: '', stderr: 'xargs: not available\n', exitCode: 127 });
  return context.origCommand(spread(argv));
});

const LONG: Readonly<Record<string, string>> = { 'max-args': '-n', 'max-procs': '-P', replace: '-I', delimiter: '-d', 'max-lines': '-n' };

function spread(argv: readonly string[]): string[] {
  const words: string[] = [];
  for (const [index, word] of argv.entries()) {
    if (!word.startsWith('-') || word === '--') return [...words, ...argv.slice(index)];
    words.push(...flagWords(word));
    // Its value is the next word, which is the only one that may follow without a "-".
    if (/^-[nPIdL]$/.test(word)) return [...words, ...argv.slice(index + 1, index + 2), ...spread(argv.slice(index + 2))];
  }
  return words;
}

function flagWords(word: string): string[] {
  const short = /^(-[nPIdL])(.+)$/.exec(word);
  if (short !== null) return [short[1] === '-L' ? '-n' : (short[1] ?? ''), short[2] ?? ''];
  const [, name = '', value = ''] = /^--([a-z-]+)=(.+)$/.exec(word) ?? [];
  const known = LONG[name];
  if (known !== undefined) return [known, value];
  if (word === '--no-run-if-empty') return ['-r'];
  return [word === '-L' ? '-n' : word];
}
