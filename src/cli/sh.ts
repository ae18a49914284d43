import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { createDirectEffects, createReadEffects } from '../doors/effects.ts';
import type { Session } from '../doors/session.ts';
import type { OutputPiece } from '../interpreter/script.ts';
import { systemClock } from '../kernel/clock.ts';
import { describeError } from '../kernel/errors.ts';
import { redact } from '../redaction/redact.ts';
import { readArguments } from './arguments.ts';
import { exitStatus, UsageError } from './cli-command.ts';
import type { CliCommand, Terminal } from './cli-command.ts';
import { clusterOptions, withTerminalTools } from './terminal-tools.ts';
import type { TerminalTools } from './terminal-tools.ts';

/** Runs a script as the incident thread would, from a terminal. Exit status: the script's own; 66: no script; 78: the configuration is wrong. */
export const sh: CliCommand = {
  name: 'sh',
  summary: 'run a script through the same interpreter as the incident thread',
  usage: [
    'usage: tocsin sh [-c SCRIPT | FILE] [--context NAME] [--namespace NS] [--allow-mutations]',
    '',
    '  -c SCRIPT           the script; else FILE, else standard input',
    '  --context NAME      of the kubeconfig (KUBECONFIG, else ~/.kube/config); default: the current one',
    '  -n, --namespace NS  what a command without -n means; default: as tocsin.yaml says, else the context',
    '  --allow-mutations   changes are carried out at once, with your own rights; without it they are refused',
    '',
    'kubectl, oc, curl, wget, watch and the text filters are there, nothing else of this machine. Limits of time and output are those of',
    'tocsin.yaml, so a line does here what it does in the thread. Secrets are masked, always: use kubectl itself to read one.',
  ].join('\n'),
  async run(args, terminal) {
    const { values, positionals } = readArguments(args, {
      ...clusterOptions,
      command: { type: 'string', short: 'c' },
      'allow-mutations': { type: 'boolean', default: false },
    });
    const script = await readScript({ command: values.command, files: positionals }, terminal);
    if (script === undefined) return exitStatus.noInput;
    return await withTerminalTools({ command: 'sh', terminal, choice: values }, async (opened) => {
      if (values['allow-mutations']) terminal.err(warningFor(opened));
      return await runInTerminal(script, opened, { terminal, allowsChanges: values['allow-mutations'] });
    });
  },
};

type Given = { command: string | undefined; files: readonly string[] };

/** The script, or undefined after saying why there is none. */
async function readScript({ command, files }: Given, terminal: Terminal): Promise<string | undefined> {
  const [file, ...more] = files;
  if (more.length > 0 || (command !== undefined && file !== undefined)) throw new UsageError('give one script: -c SCRIPT or one FILE');
  if (command !== undefined) return command;
  if (file === undefined && 'isTTY' in terminal.stdin && terminal.stdin.isTTY === true) {
    throw new UsageError('give a script: -c SCRIPT, a FILE, or on standard input');
  }
  try {
    return file === undefined || file === '-' ? await text(terminal.stdin) : await readFile(file, 'utf8');
  } catch (error) {
    terminal.err(`tocsin sh: ${describeError(error)}\n`);
    return undefined;
  }
}

function warningFor({ cluster }: TerminalTools): string {
  const where = cluster === undefined ? '' : ` of ${cluster.server}`;
  return `tocsin sh: changes are carried out at once, with your own rights${where}; nobody approves them and nothing is recorded.\n`;
}

type Running = { terminal: Terminal; allowsChanges: boolean };

async function runInTerminal(script: string, opened: TerminalTools, { terminal, allowsChanges }: Running): Promise<number> {
  const { tools, cluster, prometheus, http, followMs } = opened;
  const session: Session = {
    mode: allowsChanges ? 'apply' : 'read',
    ...(cluster === undefined ? {} : { cluster }),
    ...(prometheus === undefined ? {} : { prometheus }),
    http,
    effects: allowsChanges ? createDirectEffects({ http, ...(cluster === undefined ? {} : { cluster }) }) : createReadEffects(),
    clock: systemClock,
    classifyExec: tools.classifyExec,
    followMs,
  };
  const interrupting = new AbortController();
  void terminal.interrupted.then(() => interrupting.abort());
  const written: OutputPiece[] = [];
  const result = await tools.interpret({
    script,
    variables: {},
    session,
    limits: tools.limits,
    signal: interrupting.signal,
    onOutput: (piece) => void written.push(piece),
  });
  for (const { stream, text } of joined(written)) terminal[stream === 'stdout' ? 'out' : 'err'](redact(text).text);
  if (result.problem !== undefined) terminal.err(`tocsin sh: ${redact(result.problem).text}\n`);
  return result.exitCode;
}

/** Neighbours of one stream as one text: a secret may have come in several pieces. */
function joined(pieces: readonly OutputPiece[]): readonly OutputPiece[] {
  const runs: OutputPiece[] = [];
  for (const { stream, text } of pieces) {
    const last = runs.at(-1);
    if (last?.stream === stream) runs[runs.length - 1] = { stream, text: last.text + text };
    else runs.push({ stream, text });
  }
  return runs;
}
