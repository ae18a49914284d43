import { createExecPolicy } from '../doors/exec-policy.ts';
import type { RunbookCommand } from '../runbooks/runbook.ts';
import type { CallReading } from './call-reading.ts';
import type { Values } from './call-word.ts';
import type { CommandReading, KindOnceFilled, ReadingContext } from './command-reading.ts';
import { openCommand } from './parameters.ts';
import { openQuery } from './query-parameters.ts';
import { readCalls } from './read-calls.ts';
import type { ShellTree } from './shell-tree.ts';

/** The programs that docs/ lists as reading, without a team's own. */
const documentedPolicy = createExecPolicy();
const NOTHING: Values = new Map();
const NO_FUNCTIONS: ReadonlySet<string> = new Set();

/** Reads one command line: what it calls, what that does, what it leaves open, and why it cannot run if it cannot. Never throws. */
export function readCommand(command: RunbookCommand | string, context: ReadingContext = {}): CommandReading {
  if (typeof command === 'string') return readText(command, context);
  if (command.kind === 'promql') return readQuery(command.text);
  const reading = readText(command.text, context);
  return command.prompt !== undefined && /^(?:sh|bash)-|@/.test(command.prompt) ? elsewhere(reading, command.prompt) : reading;
}

function readQuery(text: string): CommandReading {
  const { parameters } = openQuery(text);
  const kind = parameters.length > 0 ? 'parameters' : 'diagnostic';
  return {
    tokenised: true,
    typed: true,
    executable: true,
    kind,
    kindOnceFilled: 'diagnostic',
    parameters,
    calls: [],
    sets: NOTHING,
    functions: NO_FUNCTIONS,
  };
}

/** A prompt such as `sh-4.4#` shows that the line was typed inside a pod or on a node. */
function elsewhere(reading: CommandReading, prompt: string): CommandReading {
  const where = {
    reason: `the prompt "${prompt}" says that it runs inside a pod or on a node`,
    fix: 'Write it as kubectl exec POD -- with the command.',
  };
  return { ...reading, executable: false, kind: 'manual', kindOnceFilled: 'manual', ...where };
}

function readText(text: string, context: ReadingContext): CommandReading {
  const known = context.known ?? NOTHING;
  const { tree, parameters } = openCommand(text, known);
  const base = { parameters, sets: tree.sets, functions: tree.functions };
  const [error] = tree.errors;
  if (error !== undefined) {
    const why = {
      reason: `a shell cannot read it: ${error}`,
      fix: 'Close every quote, bracket and loop, and keep placeholders as <name>.',
    };
    return { ...base, tokenised: false, typed: false, executable: false, kind: 'manual', kindOnceFilled: 'manual', calls: [], ...why };
  }
  const calls = readCalls(tree, {
    execPolicy: context.execPolicy ?? documentedPolicy,
    functions: new Set([...(context.functions ?? NO_FUNCTIONS), ...tree.functions]),
    known: new Map([...known, ...tree.sets]),
  });
  return { ...base, ...judge(calls, tree, parameters.length > 0), tokenised: true, calls };
}

type Judged = Pick<CommandReading, 'typed' | 'executable' | 'kind' | 'kindOnceFilled'> & { reason?: string; fix?: string };

function judge(calls: readonly CallReading[], tree: ShellTree, isOpen: boolean): Judged {
  const typed = calls.every((call) => call.isTyped);
  const manual = calls.find((call) => call.effect === 'manual') ?? secretOf(calls);
  if (manual !== undefined) {
    const why = {
      ...(manual.reason === undefined ? {} : { reason: manual.reason }),
      ...(manual.fix === undefined ? {} : { fix: manual.fix }),
    };
    return { typed, executable: false, kind: 'manual', kindOnceFilled: 'manual', ...why };
  }
  if (calls.length === 0 && tree.sets.size === 0 && tree.functions.size === 0) {
    return { typed, executable: false, kind: 'manual', kindOnceFilled: 'manual', reason: 'there is no command in it' };
  }
  const kindOnceFilled: KindOnceFilled = calls.some((call) => call.effect === 'change') ? 'mitigation' : 'diagnostic';
  return { typed, executable: true, kind: isOpen ? 'parameters' : kindOnceFilled, kindOnceFilled };
}

/** A secret that the line itself decodes is printed in the clear, where no mask can know it. */
function secretOf(calls: readonly CallReading[]): { reason: string; fix: string } | undefined {
  const readsSecret = calls.some((call) => call.isDoor && call.words.some(({ text }) => /^secrets?(?:$|\/|,)/.test(text)));
  const decodes = calls.some(
    ({ program, words }) =>
      (program === 'base64' && words.some(({ text }) => /^(?:-d|-D|--decode)$/.test(text))) ||
      words.some(({ text }) => text.includes('base64decode') || text.includes('@base64d')),
  );
  if (!readsSecret || !decodes) return undefined;
  return { reason: 'it shows the content of a secret, which does not belong into a chat', fix: 'Look at it in your own terminal.' };
}
