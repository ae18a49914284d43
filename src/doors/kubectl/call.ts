import { parseDuration } from './duration.ts';
import { findVerb } from './find-verb.ts';
import { parseFlags } from './flags.ts';
import { globalFlags, refusalOf } from './global-flags.ts';
import { unknownVerb } from './unknown-verb.ts';
import type { Flag, KubectlCall, Verb } from './verb.ts';

/** A command line that is not run. `text` is all of stderr; `refused` flags are our rule, `usage` and `unknown-verb` are kubectl's own errors. */
export type KubectlProblem = { problem: 'usage' | 'unknown-verb' | 'refused' | 'help'; text: string; exitCode: number };

export type KubectlProgram = 'kubectl' | 'oc';

/** `-i` and `-t` ask for a terminal, which a chat has not: both are read, and the terminal is dropped. */
const terminalFlags: readonly Flag[] = [
  { name: 'stdin', short: 'i', value: 'none' },
  { name: 'tty', short: 't', value: 'none' },
];
const terminalVerbs = new Set(['exec', 'rsh', 'attach', 'run', 'debug']);

export function isProblem(parsed: KubectlCall | KubectlProblem): parsed is KubectlProblem {
  return 'problem' in parsed;
}

/** The program that a word calls ("k" is kubectl's usual alias), or undefined. */
export function kubectlProgram(word: string): KubectlProgram | undefined {
  if (word === 'k') return 'kubectl';
  return word === 'kubectl' || word === 'oc' ? word : undefined;
}

/** Takes a command line apart, `argv` without the program's name. Pure: asks no server, and never joins words again. */
export function parseKubectl(program: KubectlProgram, argv: readonly string[], registry: readonly Verb[]): KubectlCall | KubectlProblem {
  const verbs = registry.filter((verb) => verb.programs?.includes(program) !== false);
  const found = findVerb(argv, verbs);
  if (found.type === 'none') return withoutVerb(program, argv, found);
  const { verb } = found;
  const own = terminalVerbs.has(verb.name) ? [...verb.flags, ...terminalFlags] : verb.flags;
  const flags = [
    ...own,
    ...globalFlags.filter(
      (global) => !own.some((flag) => flag.name === global.name || (flag.short !== undefined && flag.short === global.short)),
    ),
  ];
  const parsed = parseFlags(found.rest, flags, verb.unknownFlags ?? 'refused');
  if ('flagProblem' in parsed) return usage(`${parsed.flagProblem}\nSee '${program} ${verb.name} --help' for usage.`);
  const refusal = refusalOf(parsed.values.keys(), own);
  if (refusal !== undefined) return { problem: 'refused', text: `error: ${refusal}\n`, exitCode: 1 };
  const values = new Map(parsed.values);
  if (values.get('help')?.[0] === 'true') return help(program, verb);
  values.delete('tty');
  return {
    program,
    verb: verb.name,
    args: parsed.args,
    after: parsed.after,
    flags: values,
    namespace: given(values, 'namespace'),
    allNamespaces: values.get('all-namespaces')?.[0] === 'true',
  };
}

function given(values: ReadonlyMap<string, readonly string[]>, name: string): string | undefined {
  const value = values.get(name)?.[0];
  return value === '' ? undefined : value;
}

function withoutVerb(program: KubectlProgram, argv: readonly string[], found: { words: readonly string[]; group: string }): KubectlProblem {
  const parsed = parseFlags(argv, globalFlags, 'skipped');
  if ('flagProblem' in parsed) return usage(`${parsed.flagProblem}\nSee '${program} --help' for usage.`);
  const refusal = refusalOf(parsed.values.keys(), []);
  if (refusal !== undefined) return { problem: 'refused', text: `error: ${refusal}\n`, exitCode: 1 };
  return unknownVerb(program, found, argv);
}

function usage(message: string): KubectlProblem {
  return { problem: 'usage', text: `error: ${message}\n`, exitCode: 1 };
}

function help(program: KubectlProgram, verb: Verb): KubectlProblem {
  const flags = verb.flags.map((flag) => (flag.short === undefined ? `--${flag.name}` : `-${flag.short}, --${flag.name}`));
  const text = `${program} ${verb.name}: help texts are not shown here. Flags that work: ${flags.length === 0 ? 'none' : flags.join('; ')}\n`;
  return { problem: 'help', text, exitCode: 0 };
}

/** The value of a flag, the last one given, or undefined. */
export function flagOf(call: KubectlCall, name: string): string | undefined {
  return call.flags.get(name)?.at(-1);
}

/** Whether a flag without value is on. */
export function isOn(call: KubectlCall, name: string): boolean {
  return flagOf(call, name) === 'true';
}

/** The values of a list flag, each of which may hold several with commas between them. */
export function listOf(call: KubectlCall, name: string): readonly string[] {
  return (call.flags.get(name) ?? []).flatMap((value) => value.split(','));
}

/** A number flag's value; the parser has checked that it is one. */
export function numberOf(call: KubectlCall, name: string): number | undefined {
  const value = flagOf(call, name);
  return value === undefined ? undefined : Number(value);
}

/** A duration flag's value in milliseconds; the parser has checked that it is one. */
export function durationMsOf(call: KubectlCall, name: string): number | undefined {
  const value = flagOf(call, name);
  return value === undefined ? undefined : parseDuration(value);
}

/** All words that a verb without its own `--` sees: those before and after it. */
export function allArgs(call: KubectlCall): readonly string[] {
  return [...call.args, ...(call.after ?? [])];
}
