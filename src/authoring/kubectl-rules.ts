import { distance } from 'fastest-levenshtein';
import { kubectlRegistry } from '../doors/kubectl/registry.ts';
import type { CallReading } from '../reading/call-reading.ts';
import type { CommandRule, RuleFinding } from './command-rules.ts';

const VERBS: readonly string[] = [...new Set(kubectlRegistry.flatMap((verb) => [verb.name, ...(verb.aliases ?? [])]))];
const FLAGS: readonly string[] = [...new Set(kubectlRegistry.flatMap((verb) => verb.flags.map((flag) => flag.name))), 'namespace'];

function kubeCalls(calls: readonly CallReading[]): CallReading[] {
  return calls.filter(({ isDoor, program }) => isDoor && (program === 'kubectl' || program === 'oc'));
}

function nearest(word: string, known: readonly string[]): string | undefined {
  if (word === '') return undefined;
  const [best] = known.map((name) => ({ name, far: distance(word, name) })).toSorted((a, b) => a.far - b.far);
  return best !== undefined && best.far <= Math.max(1, Math.floor(word.length / 3)) ? best.name : undefined;
}

/** The door's parser does not know the verb or a flag. */
const untyped: CommandRule = ({ command, reading }) =>
  kubeCalls(reading.calls)
    .filter((call) => !call.isTyped && isSingleDash(call) === undefined)
    .map((call) => untypedFinding(call, command.text));

function untypedFinding(call: CallReading, text: string): RuleFinding {
  const reason = call.reason ?? '';
  const message = `${call.program}: ${reason}`;
  if (reason.includes('flag needs an argument')) {
    return { rule: 'flag-without-value', severity: 'error', message, expected: 'a value after the flag', fix: `${text} <value>` };
  }
  const verb = /unknown command "([^"]+)"/.exec(reason)?.[1];
  const word = verb ?? /unknown flag: --([\w-]+)/.exec(reason)?.[1] ?? '';
  const isVerb = reason.includes('command');
  const near = nearest(word, isVerb ? VERBS : FLAGS);
  const fix = near === undefined ? (call.fix ?? 'take it out') : near === word ? `use oc for ${word}` : text.replace(word, near);
  if (isVerb) return { rule: 'unknown-verb', severity: 'error', message, expected: 'a verb of kubectl', fix };
  return { rule: 'unknown-flag', severity: 'error', message, expected: 'a flag of that verb', fix };
}

/** `-n -l app=x`, `-n` at the end: the flag swallows what follows. */
const swallowed: CommandRule = ({ command, reading }) =>
  kubeCalls(reading.calls).flatMap((call): RuleFinding[] => {
    const index = call.words.findIndex(({ text }) => text === '-n' || text === '--namespace');
    const next = index < 0 ? undefined : call.words[index + 1];
    if (next === undefined || !next.text.startsWith('-')) return [];
    const [flag = ''] = [call.words[index]?.text];
    return [
      {
        rule: 'flag-without-value',
        severity: 'error',
        message: `${flag} takes "${next.text}" as the namespace`,
        expected: `a namespace after ${flag}`,
        fix: command.text.replace(`${flag} `, `${flag} <namespace> `),
      },
    ];
  });

function isSingleDash(call: CallReading): string | undefined {
  const end = call.words.findIndex(({ text }) => text === '--');
  const own = end < 0 ? call.words : call.words.slice(0, end);
  return own.map(({ text }) => /^-([a-z][a-z-]{2,})(?:=|$)/.exec(text)?.[1]).find((name) => name !== undefined && FLAGS.includes(name));
}

const singleDash: CommandRule = ({ command, reading }) =>
  kubeCalls(reading.calls).flatMap((call): RuleFinding[] => {
    const name = isSingleDash(call);
    if (name === undefined) return [];
    const message = `-${name} is read as the short flags ${name.replace(/./g, ' -$&').trim()}`;
    return [
      {
        rule: 'single-dash',
        severity: 'error',
        message,
        expected: `two dashes: --${name}`,
        fix: command.text.replace(new RegExp(`(\\s)-${name}`), `$1--${name}`),
      },
    ];
  });

/** `exec POD command` without `--` is refused by kubectl. */
const execWithoutDashes: CommandRule = ({ command, reading }) =>
  kubeCalls(reading.calls).flatMap((call): RuleFinding[] => {
    if (call.verb !== 'exec' || call.words.some(({ text }) => text === '--')) return [];
    return [
      {
        rule: 'exec-without-dashes',
        severity: 'error',
        message: 'exec needs -- before the command that runs in the container',
        expected: 'kubectl exec POD -- COMMAND',
        fix: withDashes(command.text),
      },
    ];
  });

function withDashes(text: string): string {
  if (/\$\(|`/.test(text)) return 'kubectl exec POD -- COMMAND';
  const fixed = text.replace(/\s--(?=[a-z]+(?:\s|$))/, ' -- ');
  return fixed === text ? text.replace(/(\bexec\b(?:\s+-\S+(?:\s+[\w-]+)?)*\s+\S+)\s/, '$1 -- ') : fixed;
}

export const kubectlRules: readonly CommandRule[] = [untyped, swallowed, singleDash, execWithoutDashes];
