import { classifyProgram } from './exec-programs.ts';
import { readsSecret } from './exec-secrets.ts';
import type { Verdict } from './exec-verdict.ts';

/** What a command in a container does, by its words alone. Only `reading` runs without approval; `refused` never runs. */
export type ExecClass = { type: 'reading' } | { type: 'change'; reason: string } | { type: 'refused'; reason: string };

export type ExecPolicySettings = {
  /** Commands that only read, beyond the built-in list: a program, or a program and its first words ("nats-sub test"). */
  reading?: readonly string[];
};

export type ExecPolicy = { classify(argv: readonly string[]): ExecClass };

/**
 * Decides which commands are diagnostics. A program that is not known is a change: a list can only name what is safe. `nats-sub`, for one, subscribes
 * and may take messages from a queue group, so a team that knows better says so in its settings.
 */
export function createExecPolicy(settings: ExecPolicySettings = {}): ExecPolicy {
  const own = (settings.reading ?? []).map((entry) => entry.split(/\s+/).filter((word) => word !== '')).filter((words) => words.length > 0);

  function classify(argv: readonly string[], depth = 0): ExecClass {
    if (argv.length === 0 || argv[0] === '') return change('there is no command');
    const secret = readsSecret(argv);
    if (secret !== undefined) return { type: 'refused', reason: secret };
    if (own.some((words) => words.every((word, place) => argv[place] === word)) && !argv.some(isShellText)) return { type: 'reading' };
    const verdict = classifyProgram(argv);
    if (verdict.type !== 'inner') return asClass(verdict);
    return depth >= 3 ? change('too many commands stand inside each other') : classify(verdict.argv, depth + 1);
  }
  return { classify: (argv) => classify(argv) };
}

/** Words that only a shell would read. Where no shell reads them they do nothing, so they are a sign of a mistake. */
function isShellText(word: string): boolean {
  return /^(?:[;&|]+|[<>]+)$/.test(word) || /[`]|\$\(/.test(word);
}

function change(reason: string): ExecClass {
  return { type: 'change', reason };
}

function asClass(verdict: Exclude<Verdict, { type: 'inner' }>): ExecClass {
  return verdict.type === 'reading' ? verdict : change(verdict.reason);
}
