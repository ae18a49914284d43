#!/usr/bin/env node
import { enableCompileCache } from 'node:module';
import { fileURLToPath } from 'node:url';
import { distance } from 'fastest-levenshtein';
import { exitStatus, UsageError } from './cli/cli-command.ts';
import type { CliCommand, Terminal } from './cli/cli-command.ts';
import { registry } from './cli/registry.ts';
import { describeError, TocsinError } from './kernel/errors.ts';

function help(): string {
  const width = Math.max(...registry.map(({ name }) => name.length));
  const lines = registry.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`);
  return ['tocsin: incident response from your own runbooks', '', ...lines, '', 'tocsin COMMAND --help says more.', ''].join('\n');
}

async function run(args: readonly string[], terminal: Terminal): Promise<number> {
  const [name, ...rest] = args;
  if (name === undefined || name === 'help' || name === '--help' || name === '-h') {
    terminal.out(help());
    return exitStatus.ok;
  }
  const entry = registry.find((each) => each.name === name);
  if (entry === undefined) {
    const near = registry.toSorted((a, b) => distance(name, a.name) - distance(name, b.name))[0];
    terminal.err(`tocsin: there is no command "${name}". Did you mean "${near?.name ?? 'help'}"?\n\n${help()}`);
    return exitStatus.usage;
  }
  const command = await entry.load();
  if (rest.includes('--help') || rest.includes('-h')) {
    terminal.out(`${command.usage}\n`);
    return exitStatus.ok;
  }
  try {
    return await command.run(rest, terminal);
  } catch (error) {
    return failure(command, error, terminal);
  }
}

function failure(command: CliCommand, error: unknown, terminal: Terminal): number {
  if (error instanceof UsageError) {
    terminal.err(`tocsin ${command.name}: ${error.message}\n\n${command.usage}\n`);
    return exitStatus.usage;
  }
  terminal.err(`tocsin ${command.name}: ${error instanceof TocsinError ? error.message : describeError(error)}\n`);
  return exitStatus.failed;
}

// The next start reads the code that this one compiled, which halves the start. Beside the code, so that only who may write that may write this; where
// nobody may, as in the container, nothing is kept.
enableCompileCache(fileURLToPath(new URL('../node_modules/.cache/tocsin', import.meta.url)));

const interrupted = new Promise<void>((resolve) => {
  let isStopping = false;
  const interrupt = (status: number) => {
    // Said here, because nothing else ends a process that is the first of its container.
    if (isStopping) process.exit(status);
    isStopping = true;
    resolve();
  };
  process.on('SIGINT', () => interrupt(130));
  process.on('SIGTERM', () => interrupt(143));
});

const status = await run(process.argv.slice(2), {
  env: process.env,
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
  ...(process.stderr.isTTY ? { progress: (line: string) => process.stderr.write(`\r\u001B[K${line}`) } : {}),
  stdin: process.stdin,
  interrupted,
});
process.exitCode = status;
// What hangs would keep the process for as long as it hangs.
if (status === exitStatus.cutOff) process.exit();
