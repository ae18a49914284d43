import { flagOf, isOn } from '../call.ts';
import { changeEffect, dryRunOf, warnOfRecord, type DryRun } from '../changes/flags.ts';
import {
  metadataFlags,
  metadataMap,
  metadataPatch,
  printList,
  refuseAllWithSelector,
  selectForMetadata,
} from '../changes/metadata-patch.ts';
import { needsOf } from '../changes/needs.ts';
import { parsePairs, resourceWords, splitPairs, withKeys, type KeyChanges } from '../changes/pairs.ts';
import { printChanged, type Print } from '../changes/print.ts';
import { readInfo, visitEach, type ReadInfo, type Selection } from '../changes/select.ts';
import { mergePatch, send } from '../changes/send.ts';
import { withField } from '../changes/with-field.ts';
import { KubectlError } from '../kubectl-error.ts';
import type { KubectlCall, Verb, VerbContext } from '../verb.ts';

type Annotating = { call: KubectlCall; context: VerbContext; changes: KeyChanges; dryRun: DryRun; print: Print; selection: Selection };

/** kubectl lets this one be overwritten always. */
const changeCause = 'kubernetes.io/change-cause';

export const annotate: Verb = {
  name: 'annotate',
  flags: metadataFlags,
  effect: (call) => changeEffect(call, true),
  needs: (call) => needsOf(call, resourceWords(call.args), isOn(call, 'list') ? [] : [{ verb: 'patch' }]),
  run: runAnnotate,
};

async function runAnnotate(call: KubectlCall, context: VerbContext): Promise<number> {
  warnOfRecord(call, context);
  const dryRun = dryRunOf(call, context);
  const print = printChanged(call, context, { dryRun });
  const { resources, pairs } = splitPairs(call.args, 'annotation');
  const changes = parsePairs(pairs, 'annotation', true);
  if (isOn(call, 'list') && (flagOf(call, 'output') ?? '') !== '')
    throw new KubectlError('--list and --output may not be specified together');
  refuseAllWithSelector(call);
  if (resources.length === 0) throw new KubectlError('one or more resources must be specified as <resource> <name> or <resource>/<name>');
  if (changes.set.size === 0 && changes.remove.length === 0 && !isOn(call, 'list'))
    throw new KubectlError('at least one annotation update is required');
  const both = changes.remove.filter((key) => changes.set.has(key));
  if (both.length > 0)
    throw new KubectlError(`can not both modify and remove the following annotation(s) in the same command: ${both.join(', ')}`);
  const selection = await selectForMetadata(call, resources, context);
  const annotating: Annotating = { call, context, changes, dryRun, print, selection };
  await visitEach(selection, async (info) => annotateOne(await readInfo(info, context), annotating));
  return 0;
}

async function annotateOne(info: ReadInfo, annotating: Annotating): Promise<void> {
  const { call, context, changes, dryRun, print, selection } = annotating;
  const before = metadataMap(info.object, 'annotations');
  if (!isOn(call, 'overwrite')) refuseOverwriting(before, changes);
  const after = withKeys(before, changes);
  if (isOn(call, 'list')) return printList('annotations', { info, entries: after, isSingle: selection.isSingle, context });
  if (dryRun === 'client') return print('annotated', withField(info.object, ['metadata', 'annotations'], after));
  const body = metadataPatch('annotations', { before, after, call });
  const fieldManager = flagOf(call, 'field-manager') ?? 'kubectl-annotate';
  const answer = await send({ verb: 'annotate', info, method: 'PATCH', contentType: mergePatch, fieldManager, body }, dryRun, context);
  print('annotated', answer);
}

function refuseOverwriting(before: Readonly<Record<string, string>>, changes: KeyChanges): void {
  const declared = [...changes.set].filter(([key, value]) => key !== changeCause && before[key] !== undefined && before[key] !== value);
  if (declared.length === 0) return;
  const list = declared.map(([key]) => `'${key}' already has a value (${before[key] ?? ''})`).join('; ');
  throw new KubectlError(`--overwrite is false but found the following declared annotation(s): ${list}`);
}
