import { flagOf, isOn } from '../call.ts';
import { dryRunOf, warnOfRecord } from '../changes/flags.ts';
import {
  checkMetadataCall,
  metadataMap,
  metadataPatch,
  metadataVerb,
  printList,
  selectForMetadata,
  type MetadataCall,
} from '../changes/metadata-patch.ts';
import { parsePairs, splitPairs, withKeys, type KeyChanges } from '../changes/pairs.ts';
import { printChanged } from '../changes/print.ts';
import { readInfo, visitEach, type ReadInfo } from '../changes/select.ts';
import { mergePatch, send } from '../changes/send.ts';
import { withField } from '../changes/with-field.ts';
import { KubectlError } from '../kubectl-error.ts';
import type { KubectlCall, Verb, VerbContext } from '../verb.ts';

/** kubectl lets this one be overwritten always. */
const changeCause = 'kubernetes.io/change-cause';

export const annotate: Verb = {
  name: 'annotate',
  ...metadataVerb,
  run: runAnnotate,
};

async function runAnnotate(call: KubectlCall, context: VerbContext): Promise<number> {
  warnOfRecord(call, context);
  const dryRun = dryRunOf(call, context);
  const print = printChanged(call, context, { dryRun });
  const { resources, pairs } = splitPairs(call.args, 'annotation');
  const changes = parsePairs(pairs, 'annotation', true);
  checkMetadataCall(call, { resources, changes, what: 'annotation' });
  const both = changes.remove.filter((key) => changes.set.has(key));
  if (both.length > 0)
    throw new KubectlError(`can not both modify and remove the following annotation(s) in the same command: ${both.join(', ')}`);
  const selection = await selectForMetadata(call, resources, context);
  const annotating: MetadataCall = { call, context, changes, dryRun, print, selection };
  await visitEach(selection, async (info) => annotateOne(await readInfo(info, context), annotating));
  return 0;
}

async function annotateOne(info: ReadInfo, annotating: MetadataCall): Promise<void> {
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
