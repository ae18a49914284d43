import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { verifyExport } from '../export/verify.ts';
import { describeError } from '../kernel/errors.ts';
import { readArguments } from './arguments.ts';
import { exitStatus, UsageError } from './cli-command.ts';
import type { CliCommand, Terminal } from './cli-command.ts';

/** Checks an exported timeline with nothing but the file. Exit status 0: it holds; 1: it does not; 66: the file cannot be read. */
export const verify: CliCommand = {
  name: 'verify',
  summary: 'check an exported timeline, offline',
  usage: [
    'usage: tocsin verify FILE [--anchor HASH]',
    '',
    '  FILE           an export in JSON (INC-4.json), or - for standard input',
    '  --anchor HASH  the beginning of a hash kept elsewhere, such as the one that the thread showed at the resolution',
  ].join('\n'),
  async run(args, terminal) {
    const { values, positionals } = readArguments(args, { anchor: { type: 'string' } });
    const [file, ...more] = positionals;
    if (file === undefined || more.length > 0) throw new UsageError('give one file');
    let content: string;
    try {
      content = await read(file, terminal);
    } catch (error) {
      terminal.err(`tocsin verify: ${describeError(error)}\n`);
      return exitStatus.noInput;
    }
    const verdict = verifyExport(content, values.anchor === undefined ? {} : { anchor: values.anchor });
    if (verdict.ok) {
      terminal.out(`OK: ${verdict.message}\n`);
      return exitStatus.ok;
    }
    terminal.err(`NOT OK: ${verdict.message}\n`);
    return exitStatus.failed;
  },
};

function read(file: string, terminal: Terminal): Promise<string> {
  return file === '-' ? text(terminal.stdin) : readFile(file, 'utf8');
}
