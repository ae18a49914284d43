import type { Json, JsonObject } from '../../../kernel/json.ts';
import { flagOf, isOn } from '../call.ts';
import { textsAt } from '../json-fields.ts';
import { KubectlError } from '../kubectl-error.ts';
import type { KubectlCall, Verb, VerbContext } from '../verb.ts';
import { choiceOf } from './choice.ts';
import {
  allFlag,
  allNamespacesFlag,
  changeEffect,
  fieldSelectorFlag,
  listFlag,
  overwriteFlag,
  patchFlags,
  resourceVersionFlag,
  selectorFlag,
} from './flags.ts';
import type { DryRun } from './flags.ts';
import { needsOf } from './needs.ts';
import { resourceWords } from './pairs.ts';
import type { KeyChanges } from './pairs.ts';
import type { Print } from './print.ts';
import { select, type ReadInfo, type Selection } from './select.ts';

/** What `label` and `annotate` share. */
export const metadataVerb = {
  flags: [overwriteFlag, listFlag, allFlag, allNamespacesFlag, selectorFlag, fieldSelectorFlag, resourceVersionFlag, ...patchFlags],
  effect: (call) => changeEffect(call, true),
  needs: (call) => needsOf(call, resourceWords(call.args), isOn(call, 'list') ? [] : [{ verb: 'patch' }]),
} satisfies Omit<Verb, 'name' | 'run'>;

/** One command line of theirs, and what it wants of each object. */
export type MetadataCall = {
  call: KubectlCall;
  context: VerbContext;
  changes: KeyChanges;
  dryRun: DryRun;
  print: Print;
  selection: Selection;
};

export type MetadataMap = 'labels' | 'annotations';

/** Labels or annotations of an object. */
export function metadataMap(object: JsonObject, map: MetadataMap): Readonly<Record<string, string>> {
  return Object.fromEntries(textsAt(object, 'metadata', map));
}

/** The merge patch that leads from one map to another; a resource version that it must rest on is always sent along. */
export function metadataPatch(
  map: MetadataMap,
  { before, after, call }: { before: Readonly<Record<string, string>>; after: Readonly<Record<string, string>>; call: KubectlCall },
): JsonObject {
  const changed: Record<string, Json> = {};
  for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
    if (before[key] !== after[key]) changed[key] = after[key] ?? null;
  }
  const resourceVersion = flagOf(call, 'resource-version') ?? '';
  const metadata = {
    ...(Object.keys(changed).length === 0 ? {} : { [map]: changed }),
    ...(resourceVersion === '' ? {} : { resourceVersion }),
  };
  return Object.keys(metadata).length === 0 ? {} : { metadata };
}

/** The objects of the command line; a resource version fits a single one only. */
export async function selectForMetadata(call: KubectlCall, resources: readonly string[], context: VerbContext): Promise<Selection> {
  const selection = await select({ ...choiceOf(call, resources), isAllWithoutName: isOn(call, 'all') }, context);
  if (!selection.isSingle && (flagOf(call, 'resource-version') ?? '') !== '')
    throw new KubectlError('--resource-version may only be used with a single resource');
  return selection;
}

/** Refuses a command line that says too little, or what does not go together; `what` is "label" or "annotation". */
export function checkMetadataCall(call: KubectlCall, asked: { resources: readonly string[]; changes: KeyChanges; what: string }): void {
  const { resources, changes, what } = asked;
  if (isOn(call, 'list') && (flagOf(call, 'output') ?? '') !== '')
    throw new KubectlError('--list and --output may not be specified together');
  refuseAllWithSelector(call);
  if (resources.length === 0) throw new KubectlError('one or more resources must be specified as <resource> <name> or <resource>/<name>');
  if (changes.set.size === 0 && changes.remove.length === 0 && !isOn(call, 'list'))
    throw new KubectlError(`at least one ${what} update is required`);
}

/** What makes no sense with `--all`. */
function refuseAllWithSelector(call: KubectlCall): void {
  if (!isOn(call, 'all')) return;
  if ((flagOf(call, 'selector') ?? '') !== '') throw new KubectlError('cannot set --all and --selector at the same time');
  if ((flagOf(call, 'field-selector') ?? '') !== '') throw new KubectlError('cannot set --all and --field-selector at the same time');
}

/** `--list`: the entries of the map, under a heading when there are several objects. Go lists maps in any order; here it is that of the keys. */
export function printList(
  map: MetadataMap,
  {
    info,
    entries,
    isSingle,
    context,
  }: { info: ReadInfo; entries: Readonly<Record<string, string>>; isSingle: boolean; context: VerbContext },
): void {
  if (!isSingle) context.out(`Listing ${map} for ${info.type.kind}.${info.type.group}/${info.name}:\n`);
  for (const key of Object.keys(entries).sort()) context.out(`${isSingle ? '' : ' '}${key}=${entries[key] ?? ''}\n`);
}
