import { table } from '../../../kernel/table.ts';
import { flagOf, isOn, numberOf } from '../call.ts';
import { choiceOf } from '../changes/choice.ts';
import { awaitDeletions } from '../changes/deletion.ts';
import { isRefusal } from '../changes/failures.ts';
import {
  allFlag,
  allNamespacesFlag,
  boolWords,
  changeEffect,
  dryRunFlag,
  dryRunOf,
  fieldSelectorFlag,
  fileFlags,
  selectorFlag,
  type DryRun,
} from '../changes/flags.ts';
import { needsOf } from '../changes/needs.ts';
import { dryRunSuffix } from '../changes/print.ts';
import { readForDeletion, select, visitEach, type Info, type ReadInfo } from '../changes/select.ts';
import { send } from '../changes/send.ts';
import { KubectlError } from '../kubectl-error.ts';
import type { KubectlCall, Verb, VerbContext } from '../verb.ts';

type Deleting = { dryRun: DryRun; gracePeriod: number; propagationPolicy: string; ignoresMissing: boolean; onlyName: boolean };

export const deleteVerb: Verb = {
  name: 'delete',
  flags: [
    { name: 'force', value: 'none' },
    { name: 'grace-period', value: 'number' },
    { name: 'now', value: 'none' },
    { name: 'ignore-not-found', value: 'none' },
    { name: 'wait', value: 'none' },
    { name: 'timeout', value: 'duration' },
    { name: 'cascade', value: 'optional' },
    { name: 'output', short: 'o', value: 'text' },
    { name: 'raw', value: 'text' },
    { name: 'interactive', short: 'i', value: 'none' },
    allFlag,
    allNamespacesFlag,
    selectorFlag,
    fieldSelectorFlag,
    dryRunFlag,
    ...fileFlags,
  ],
  effect(call) {
    if (isOn(call, 'interactive'))
      return {
        type: 'manual',
        reason: '--interactive asks before it deletes',
        fix: 'Leave it out: whoever approves sees what is deleted.',
      };
    if (call.flags.has('raw'))
      return { type: 'manual', reason: '--raw deletes whatever stands at a path', fix: 'Name the object: TYPE/NAME.' };
    return changeEffect(call, false);
  },
  needs: (call) => needsOf(call, call.args, [{ verb: 'delete' }]),
  run: runDelete,
};

async function runDelete(call: KubectlCall, context: VerbContext): Promise<number> {
  const propagationPolicy = propagationOf(call, context);
  const gracePeriod = gracePeriodOf(call);
  const dryRun = dryRunOf(call, context);
  const selection = await select({ ...choiceOf(call), all: isOn(call, 'all') }, context);
  checkDeletion(call, gracePeriod, context);
  const isBySelector = isOn(call, 'all') || call.flags.has('selector') || call.flags.has('field-selector');
  const ignoresMissing = call.flags.has('ignore-not-found') ? isOn(call, 'ignore-not-found') : isBySelector;
  const deleting: Deleting = { dryRun, gracePeriod, propagationPolicy, ignoresMissing, onlyName: flagOf(call, 'output') === 'name' };
  const deleted: ReadInfo[] = [];
  let found = 0;
  let warns = call.namespace !== undefined && !call.allNamespaces;
  await visitEach(selection, async (info) => {
    found += 1;
    if (warns && !info.type.namespaced) {
      context.err('Warning: deleting cluster-scoped resources, not scoped to the provided namespace\n');
      warns = false;
    }
    const done = await deleteOne(info, deleting, context);
    if (done !== undefined) deleted.push(done);
  });
  if (found === 0) context.out('No resources found\n');
  if (flagOf(call, 'wait') !== 'false' && dryRun === 'none') await awaitDeletions(call, deleted, context);
  return 0;
}

/** Undefined when the object is missing and that is no error. */
async function deleteOne(named: Info, deleting: Deleting, context: VerbContext): Promise<ReadInfo | undefined> {
  try {
    if (deleting.dryRun === 'client') {
      context.out(deletedLine(named, deleting, context));
      return undefined;
    }
    const info = await readForDeletion(named, context);
    const body = {
      ...(deleting.gracePeriod >= 0 ? { gracePeriodSeconds: deleting.gracePeriod } : {}),
      propagationPolicy: deleting.propagationPolicy,
    };
    await send({ verb: 'delete', info, method: 'DELETE', contentType: 'application/json', body }, deleting.dryRun, context);
    context.out(deletedLine(info, deleting, context));
    return info;
  } catch (error) {
    if (deleting.ignoresMissing && isRefusal(error, 'NotFound')) return undefined;
    throw error;
  }
}

function deletedLine(info: Info, { dryRun, gracePeriod, onlyName }: Deleting, context: VerbContext): string {
  const { kind, group } = info.type;
  const type = group === '' ? kind.toLowerCase() : `${kind.toLowerCase()}.${group}`;
  if (onlyName) return `${type}/${info.name}\n`;
  const place = info.namespace === undefined ? '' : ` from ${info.namespace} namespace`;
  return `${type} "${info.name}" ${gracePeriod === 0 ? 'force deleted' : 'deleted'}${place}${dryRunSuffix(dryRun, context)}\n`;
}

const cascades = table<string>({
  '': 'Background',
  background: 'Background',
  orphan: 'Orphan',
  foreground: 'Foreground',
});

function propagationOf(call: KubectlCall, context: VerbContext): string {
  const text = flagOf(call, 'cascade') ?? 'background';
  const bool = boolWords.get(text);
  if (bool !== undefined) {
    const word = bool ? 'background' : 'orphan';
    context.err(`warning: --cascade=${text} is deprecated (boolean value) and can be replaced with --cascade=${word}.\n`);
    return cascades.get(word) ?? 'Background';
  }
  const policy = cascades.get(text);
  if (policy === undefined) throw new KubectlError(`invalid cascade value (${text}). Must be "background", "foreground", or "orphan"`);
  return policy;
}

/** Seconds until a pod is ended by force; below zero its own setting counts. Zero without `--force` becomes one. */
function gracePeriodOf(call: KubectlCall): number {
  const given = numberOf(call, 'grace-period') ?? -1;
  const force = isOn(call, 'force');
  if (isOn(call, 'now')) {
    if (given !== -1) throw new KubectlError('--now and --grace-period cannot be specified together');
    return 1;
  }
  if (given === 0 && !force) return 1;
  return force && given < 0 ? 0 : given;
}

function checkDeletion(call: KubectlCall, gracePeriod: number, context: VerbContext): void {
  const output = flagOf(call, 'output') ?? '';
  if (output !== '' && output !== 'name') throw new KubectlError(`unexpected -o output mode: ${output}. We only support '-o name'`);
  if (!isOn(call, 'force')) return;
  if (gracePeriod > 0) throw new KubectlError('--force and --grace-period greater than 0 cannot be specified together');
  context.err(
    'Warning: Immediate deletion does not wait for confirmation that the running resource has been terminated. The resource may continue to run on the cluster indefinitely.\n',
  );
}
