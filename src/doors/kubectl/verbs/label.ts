import { flagOf, isOn } from '../call.ts';
import { combined } from '../changes/failures.ts';
import { dryRunOf, warnOfRecord } from '../changes/flags.ts';
import { labelValueFaults } from '../changes/label-rules.ts';
import {
  checkMetadataCall,
  metadataMap,
  metadataPatch,
  metadataVerb,
  printList,
  selectForMetadata,
  type MetadataCall,
} from '../changes/metadata-patch.ts';
import { splitPairs, withKeys, type KeyChanges } from '../changes/pairs.ts';
import { printChanged } from '../changes/print.ts';
import { readInfo, visitEach, type ReadInfo } from '../changes/select.ts';
import { mergePatch, send } from '../changes/send.ts';
import { withField } from '../changes/with-field.ts';
import { quoted } from '../go-format.ts';
import { KubectlError } from '../kubectl-error.ts';
import type { KubectlCall, Verb, VerbContext } from '../verb.ts';

export const label: Verb = {
  name: 'label',
  ...metadataVerb,
  run: runLabel,
};

async function runLabel(call: KubectlCall, context: VerbContext): Promise<number> {
  warnOfRecord(call, context);
  const dryRun = dryRunOf(call, context);
  const { resources, pairs } = splitPairs(call.args, 'label');
  const changes = parseLabels(pairs);
  checkMetadataCall(call, { resources, changes, what: 'label' });
  const selection = await selectForMetadata(call, resources, context);
  const labelling: MetadataCall = { call, context, changes, dryRun, print: printChanged(call, context, { dryRun }), selection };
  await visitEach(selection, async (info) => labelOne(await readInfo(info, context), labelling));
  return 0;
}

function parseLabels(pairs: readonly string[]): KeyChanges {
  const set = new Map<string, string>();
  const remove: string[] = [];
  for (const pair of pairs) {
    const [key = '', value, ...more] = pair.split('=');
    if (value === undefined) {
      remove.push(pair.slice(0, -1));
      continue;
    }
    if (more.length > 0) throw new KubectlError(`invalid label spec: ${pair}`);
    const faults = labelValueFaults(value);
    if (faults.length > 0) throw new KubectlError(`invalid label value: ${quoted(pair)}: ${faults.join(';')}`);
    set.set(key, value);
  }
  if (remove.some((key) => set.has(key))) throw new KubectlError('can not both modify and remove a label in the same command');
  return { set, remove };
}

async function labelOne(info: ReadInfo, labelling: MetadataCall): Promise<void> {
  const { call, context, changes, dryRun, print, selection } = labelling;
  const before = metadataMap(info.object, 'labels');
  const isLocal = dryRun === 'client' || isOn(call, 'list');
  for (const key of isLocal ? [] : changes.remove) {
    if (before[key] === undefined) context.out(`label ${quoted(key)} not found.\n`);
  }
  if (!isOn(call, 'overwrite')) refuseOverwriting(before, changes);
  const after = withKeys(before, changes);
  if (isOn(call, 'list')) return printList('labels', { info, entries: after, isSingle: selection.isSingle, context });
  const done = doneWords(before, changes);
  if (!isLocal && done !== 'not labeled') {
    const body = metadataPatch('labels', { before, after, call });
    const fieldManager = flagOf(call, 'field-manager') ?? 'kubectl-label';
    await send({ verb: 'label', info, method: 'PATCH', contentType: mergePatch, fieldManager, body }, dryRun, context);
  }
  print(done, withField(info.object, ['metadata', 'labels'], after));
}

function doneWords(before: Readonly<Record<string, string>>, changes: KeyChanges): string {
  const added = [...changes.set].some(([key, value]) => before[key] !== value);
  const removed = changes.remove.some((key) => before[key] !== undefined);
  if (added && removed) return 'modified';
  if (added) return 'labeled';
  return removed ? 'unlabeled' : 'not labeled';
}

function refuseOverwriting(before: Readonly<Record<string, string>>, changes: KeyChanges): void {
  const declared = [...changes.set].filter(([key, value]) => before[key] !== undefined && before[key] !== value);
  const errors = declared.map(([key]) => new KubectlError(`'${key}' already has a value (${before[key] ?? ''}), and --overwrite is false`));
  if (errors.length > 0) throw combined(errors);
}
