import { table } from '../../../kernel/table.ts';
import { flagOf } from '../call.ts';
import { KubectlError } from '../kubectl-error.ts';
import type { Flag, KubectlCall, VerbContext, VerbEffect } from '../verb.ts';

/** `-o` and what goes with it. */
export const printFlags: readonly Flag[] = [
  { name: 'output', short: 'o', value: 'text' },
  { name: 'template', value: 'text' },
  { name: 'allow-missing-template-keys', value: 'none' },
  { name: 'show-managed-fields', value: 'none' },
];

/** Where objects come from when the command line does not name them. */
export const fileFlags: readonly Flag[] = [
  { name: 'filename', short: 'f', value: 'list' },
  { name: 'kustomize', short: 'k', value: 'text' },
  { name: 'recursive', short: 'R', value: 'none' },
];

export const dryRunFlag: Flag = { name: 'dry-run', value: 'optional' };
export const selectorFlag: Flag = { name: 'selector', short: 'l', value: 'text' };
export const fieldSelectorFlag: Flag = { name: 'field-selector', value: 'text' };
export const allFlag: Flag = { name: 'all', value: 'none' };
export const allNamespacesFlag: Flag = { name: 'all-namespaces', short: 'A', value: 'none' };
export const fieldManagerFlag: Flag = { name: 'field-manager', value: 'text' };
export const recordFlag: Flag = { name: 'record', value: 'none' };
export const localFlag: Flag = { name: 'local', value: 'none' };
export const overwriteFlag: Flag = { name: 'overwrite', value: 'none' };
export const listFlag: Flag = { name: 'list', value: 'none' };
export const resourceVersionFlag: Flag = { name: 'resource-version', value: 'text' };

/** The flags of verbs that patch an object. */
export const patchFlags: readonly Flag[] = [localFlag, fieldManagerFlag, recordFlag, dryRunFlag, ...fileFlags, ...printFlags];

export type DryRun = 'none' | 'client' | 'server';

/** What kubectl takes for yes and no. */
export const boolWords = table<boolean>({
  '1': true,
  t: true,
  T: true,
  true: true,
  TRUE: true,
  True: true,
  '0': false,
  f: false,
  F: false,
  false: false,
  FALSE: false,
  False: false,
});

/** What `--dry-run` asks for. Its deprecated spellings are warned about as kubectl's logger does. */
export function dryRunOf(call: KubectlCall, context: VerbContext): DryRun {
  const dryRun = dryRunWord(call);
  const text = flagOf(call, 'dry-run');
  if (text === '') context.err(`${logStart(context)} helpers.go:719] --dry-run is deprecated and can be replaced with --dry-run=client.\n`);
  const bool = text === undefined ? undefined : boolWords.get(text);
  if (bool !== undefined) {
    const line = bool ? 728 : 731;
    context.err(
      `${logStart(context)} helpers.go:${line}] --dry-run=${text} is deprecated (boolean value) and can be replaced with --dry-run=${dryRun}.\n`,
    );
  }
  return dryRun;
}

function dryRunWord(call: KubectlCall): DryRun {
  const text = flagOf(call, 'dry-run') ?? 'none';
  if (text === '') return 'client';
  if (text === 'client' || text === 'server' || text === 'none') return text;
  const bool = boolWords.get(text);
  if (bool === undefined) throw new KubectlError(`Invalid dry-run value (${text}). Must be "none", "server", or "client".`);
  return bool ? 'client' : 'none';
}

/** The head of a line of the Go logger: "W0102 15:04:05.000000       1". */
function logStart(context: VerbContext): string {
  const time = context.session.clock.now().toISOString();
  return `W${time.slice(5, 7)}${time.slice(8, 10)} ${time.slice(11, 23)}000       1`;
}

/** `--record` is only warned about: nobody reads the annotation that it writes. */
export function warnOfRecord(call: KubectlCall, context: VerbContext): void {
  if (call.flags.has('record')) context.err('Flag --record has been deprecated, --record will be removed in the future\n');
}

/** Whether the command line asks for a dry run, which changes nothing. */
function isDryRun(call: KubectlCall): boolean {
  const text = flagOf(call, 'dry-run');
  return text !== undefined && text !== 'none' && boolWords.get(text) !== false;
}

/** The effect of a verb that changes objects: files and `--local` stay with whoever has them, dry runs only read. */
export function changeEffect(call: KubectlCall, undoable: boolean): VerbEffect {
  const files = call.flags.get('filename') ?? call.flags.get('kustomize');
  if (files !== undefined) {
    return { type: 'manual', reason: `${files.join(', ')} is a file outside the runbook`, fix: 'name the object instead: TYPE/NAME' };
  }
  if (flagOf(call, 'local') === 'true') return { type: 'manual', reason: '--local works on a file outside the runbook' };
  return isDryRun(call) || flagOf(call, 'list') === 'true' ? { type: 'read' } : { type: 'change', undoable };
}
