import type { Redirection } from 'unbash';
import type { ExecPolicy } from '../doors/exec-policy.ts';
import { kubectlProgram } from '../doors/kubectl/call.ts';
import { type CallReading, otherCall } from './call-reading.ts';
import { type CallWord, UNKNOWN_VALUE, type Values } from './call-word.ts';
import { foreignProgram, isPure } from './programs.ts';
import { readHttp } from './read-http.ts';
import { readKubectl } from './read-kubectl.ts';
import { readShell, type ShellCall, type ShellTree } from './shell-tree.ts';

/** What reading a call depends on besides its words. */
export type CallContext = { execPolicy: ExecPolicy; functions: ReadonlySet<string>; known: Values };

/** Every call that a script makes, those inside `watch` and behind `xargs` too. */
export function readCalls(tree: ShellTree, context: CallContext): CallReading[] {
  return tree.calls.flatMap((call) => [...readRedirects(call), ...readCall(call.words, context)]);
}

function readCall(words: readonly CallWord[], context: CallContext): CallReading[] {
  const [first] = words;
  if (first === undefined) return [];
  const name = first.text;
  if (!first.isLiteral)
    return [otherCall(words, { effect: 'manual', isTyped: false, reason: 'which program it calls is known only when it runs' })];
  if (context.functions.has(name)) return [otherCall(words, { effect: 'pure', isTyped: true })];
  if (kubectlProgram(name) !== undefined) return [readKubectl(words, context.execPolicy)];
  if (name === 'curl' || name === 'wget') return [readHttp(words)];
  if (name === 'watch') return readWatch(words, context);
  if (name === 'xargs') return [otherCall(words, { effect: 'pure', isTyped: true }), ...readCall(behindXargs(words.slice(1)), context)];
  if (isPure(name)) return [otherCall(words, { effect: 'pure', isTyped: true })];
  const { isKnown, ...why } = foreignProgram(name);
  return [otherCall(words, { effect: 'manual', isTyped: isKnown, ...why })];
}

/** `watch` hands its words, joined by spaces, to a shell. */
function readWatch(words: readonly CallWord[], context: CallContext): CallReading[] {
  const inner = behindFlags(words.slice(1), /^(?:-n|--interval|-q|--equexit)$/);
  if (inner.length === 0) return [otherCall(words, { effect: 'manual', isTyped: false, reason: 'watch has nothing to repeat' })];
  const tree = readShell(inner.map((word) => word.text).join(' '), context.known);
  if (tree.errors.length > 0)
    return [otherCall(words, { effect: 'manual', isTyped: false, reason: `what watch repeats cannot be read: ${tree.errors[0] ?? ''}` })];
  return readCalls(tree, context);
}

/** The command of `xargs` with one word that only a run can tell. */
function behindXargs(words: readonly CallWord[]): CallWord[] {
  const unknown: CallWord = { text: UNKNOWN_VALUE, isLiteral: false };
  const replaced = words
    .map((word, index) => (/^-[Ii]$/.test(words[index - 1]?.text ?? '') ? word.text : undefined))
    .find((text) => text !== undefined);
  const marker = replaced ?? words.map((word) => /^-[Ii](.+)$/.exec(word.text)?.[1]).find((text) => text !== undefined);
  const command = behindFlags(words, /^-[nPIdLsE]$|^--(?:max-args|max-procs|replace|delimiter|max-lines)$/);
  if (command.length === 0) return [];
  if (marker === undefined) return [...command, unknown];
  return command.map((word) =>
    word.text.includes(marker) ? { text: word.text.replaceAll(marker, UNKNOWN_VALUE), isLiteral: false } : word,
  );
}

function behindFlags(words: readonly CallWord[], takesValue: RegExp): CallWord[] {
  let index = 0;
  for (let text = words[index]?.text; text?.startsWith('-') === true; text = words[index]?.text) {
    index += takesValue.test(text) ? 2 : 1;
    if (text === '--') break;
  }
  return words.slice(index);
}

/** Text that goes to a file never reaches the thread, and a file of a run is gone after it. */
function readRedirects(call: ShellCall): CallReading[] {
  return call.redirects.flatMap((redirect) => {
    const told = problemOfRedirect(redirect);
    return told === undefined ? [] : [otherCall(call.words, { effect: 'manual', isTyped: true, ...told })];
  });
}

function problemOfRedirect(redirect: Redirection): { reason: string; fix: string } | undefined {
  if (redirect.type !== 'Redirect') return undefined;
  const target = redirect.target?.value ?? '';
  if (redirect.operator === '<&' || redirect.operator === '>&' ? /^(?:\d+|-)$/.test(target) : target === '/dev/null') return undefined;
  if (/^\/dev\/(?:stdout|stderr|fd\/[12])$/.test(target)) return undefined;
  if (target.startsWith('/dev/'))
    return { reason: `${target} is no file that a run may open`, fix: 'Use curl for what is on the network.' };
  if (redirect.operator === '<') return { reason: `the file ${target} is not in the runbook`, fix: 'Write its text into the block.' };
  return {
    reason: `it writes to the file ${target}, which leaves nothing in the thread`,
    fix: `Drop "${redirect.operator} ${target}": the output stays with the incident.`,
  };
}
