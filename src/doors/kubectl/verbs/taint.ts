import type { JsonObject } from '../../../kernel/json.ts';
import { flagOf, isOn } from '../call.ts';
import { choiceOf } from '../changes/choice.ts';
import {
  allFlag,
  changeEffect,
  dryRunFlag,
  dryRunOf,
  fieldManagerFlag,
  overwriteFlag,
  printFlags,
  selectorFlag,
} from '../changes/flags.ts';
import { needsOf } from '../changes/needs.ts';
import { printChanged } from '../changes/print.ts';
import { readInfo, select, visitEach, type ReadInfo } from '../changes/select.ts';
import { send, strategicPatch } from '../changes/send.ts';
import { strategicDiff } from '../changes/strategic-diff.ts';
import { isTaintWord, parseTaints, retaint, type TaintChanges } from '../changes/taints.ts';
import { withField } from '../changes/with-field.ts';
import { objectsAt } from '../json-fields.ts';
import { KubectlError } from '../kubectl-error.ts';
import type { KubectlCall, Verb, VerbContext } from '../verb.ts';

export const taint: Verb = {
  name: 'taint',
  flags: [{ name: 'validate', value: 'optional' }, overwriteFlag, allFlag, selectorFlag, fieldManagerFlag, dryRunFlag, ...printFlags],
  effect: (call) => changeEffect(call, true),
  needs: (call) => needsOf(call, resourcesOf(call), [{ verb: 'patch' }]),
  run: runTaint,
};

function resourcesOf(call: KubectlCall): readonly string[] {
  const first = call.args.findIndex((word) => isTaintWord(word));
  return first < 0 ? call.args : call.args.slice(0, first);
}

async function runTaint(call: KubectlCall, context: VerbContext): Promise<number> {
  const dryRun = dryRunOf(call, context);
  const resources = resourcesOf(call);
  const words = call.args.slice(resources.length);
  const late = words.find((word) => !isTaintWord(word));
  if (late !== undefined) throw new KubectlError(`all resources must be specified before taint changes: ${late}`);
  if (resources.length === 0) throw new KubectlError('one or more resources must be specified as <resource> <name>');
  if (words.length === 0) throw new KubectlError('at least one taint update is required');
  const changes = parseTaints(words, call.program);
  await checkTaint(call, { resources, changes }, context);
  const print = printChanged(call, context, { dryRun: 'none' });
  const isMany = isOn(call, 'all') || call.flags.has('selector');
  const args = isMany ? ['node'] : resources.slice(1).map((name) => (name.includes('/') ? name : `node/${name}`));
  await visitEach(await select({ ...choiceOf(call, args), all: isOn(call, 'all') }, context), async (named) => {
    const info = await readInfo(named, context);
    const { done, after } = tainted(info, changes, call);
    if (dryRun === 'client') return print(done, after);
    const body = strategicDiff(info.object, after);
    const fieldManager = flagOf(call, 'field-manager') ?? 'kubectl-taint';
    print(done, await send({ verb: 'taint', info, method: 'PATCH', contentType: strategicPatch, fieldManager, body }, dryRun, context));
  });
  return 0;
}

function tainted(info: ReadInfo, changes: TaintChanges, call: KubectlCall): { done: string; after: JsonObject } {
  const { done, taints } = retaint({ name: info.name, taints: objectsAt(info.object, 'spec', 'taints') }, changes, isOn(call, 'overwrite'));
  return { done, after: withField(info.object, ['spec', 'taints'], taints.length === 0 ? undefined : taints) };
}

async function checkTaint(
  call: KubectlCall,
  { resources, changes }: { resources: readonly string[]; changes: TaintChanges },
  context: VerbContext,
): Promise<void> {
  const word = (resources[0] ?? '').toLowerCase();
  const type = await context.api.typeOf(word);
  if (type.kind !== 'Node') throw new KubectlError(`invalid resource type ${word}, only node types are supported`);
  const conflicts = changes.add.flatMap((added) =>
    changes.remove.filter((gone) => gone.key === added.key && (gone.effect === '' || gone.effect === added.effect)),
  );
  if (conflicts.length > 0) {
    throw new KubectlError(
      `can not both modify and remove the following taint(s) in the same command: ${conflicts.map((gone) => `${gone.key}=${gone.effect}`).join(', ')}`,
    );
  }
  const selector = flagOf(call, 'selector') ?? '';
  if (isOn(call, 'all') && selector !== '') throw new KubectlError("setting 'all' parameter with a non empty selector is prohibited");
  if (!isOn(call, 'all') && selector === '' && resources.length < 2)
    throw new KubectlError("at least one resource name must be specified since 'all' parameter is not set");
}
