import { numberOf } from '../call.ts';
import { choiceOf } from '../changes/choice.ts';
import { wordsOf } from '../changes/failures.ts';
import { changeEffect, dryRunFlag, dryRunOf, fileFlags, printFlags, selectorFlag, type DryRun } from '../changes/flags.ts';
import { needsOf } from '../changes/needs.ts';
import { printChanged } from '../changes/print.ts';
import { rollbackTo, wasApplied } from '../changes/revisions.ts';
import { readInfo, select, visitEach, type ReadInfo } from '../changes/select.ts';
import { send } from '../changes/send.ts';
import { findKnownTypes } from '../known-types.ts';
import { KubectlError } from '../kubectl-error.ts';
import type { KubectlCall, Need, Verb, VerbContext } from '../verb.ts';

const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration';

export const rolloutUndo: Verb = {
  name: 'rollout undo',
  flags: [{ name: 'to-revision', value: 'number' }, selectorFlag, dryRunFlag, ...fileFlags, ...printFlags],
  effect: (call) => changeEffect(call, true),
  needs,
  run: runUndo,
};

function needs(call: KubectlCall): readonly Need[] {
  const kinds = call.args.flatMap((word) => findKnownTypes(word.split('/')[0] ?? '') ?? []).map((type) => type.kind);
  const histories = new Set(kinds.map((kind) => (kind === 'Deployment' ? 'replicasets' : 'controllerrevisions')));
  return [
    ...needsOf(call, call.args, [{ verb: 'patch' }]),
    ...[...histories].map((resource): Need => ({ apiGroup: 'apps', resource, verb: 'list', namespace: call.namespace, for: 'read' })),
  ];
}

async function runUndo(call: KubectlCall, context: VerbContext): Promise<number> {
  const dryRun = dryRunOf(call, context);
  if (call.args.length === 0) throw new KubectlError('required resource not specified');
  const print = printChanged(call, context, { dryRun });
  const revision = numberOf(call, 'to-revision') ?? 0;
  const selection = await select({ ...choiceOf(call), isAllWithoutName: true }, context);
  await visitEach(selection, async (named) => {
    const info = await readInfo(named, context);
    if (wasApplied(info.object)) context.err(appliedWarning(info, call.program));
    print(await undoOne(info, { revision, dryRun }, context), info.object);
  });
  return 0;
}

function appliedWarning(info: ReadInfo, program: string): string {
  return (
    `Warning: resource ${info.type.resource}/${info.name} was previously managed with '${program} apply'. ` +
    `Rolling back will not update the ${lastApplied} annotation, which may cause unexpected behavior on future '${program} apply' operations. ` +
    `Consider using '${program} apply' with your previous configuration file instead.\n`
  );
}

async function undoOne(info: ReadInfo, { revision, dryRun }: { revision: number; dryRun: DryRun }, context: VerbContext): Promise<string> {
  const rollback = await rollbackTo(info, revision, context);
  if (rollback.type === 'same') return `skipped rollback (current template already matches revision ${revision})`;
  const change = { verb: 'rollout undo', info, method: 'PATCH' as const, contentType: rollback.contentType, body: rollback.body };
  await send(change, dryRun === 'none' ? 'none' : 'server', context).catch((error: unknown) => {
    throw new KubectlError(`failed restoring revision ${revision}: ${wordsOf(error)}`);
  });
  return 'rolled back';
}
