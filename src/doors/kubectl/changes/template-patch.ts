import type { JsonObject } from '../../../kernel/json.ts';
import { flagOf } from '../call.ts';
import { KubectlError } from '../kubectl-error.ts';
import type { KubectlCall, VerbContext } from '../verb.ts';
import { choiceOf } from './choice.ts';
import { combined, prefixed, wordsOf } from './failures.ts';
import { printChanged } from './print.ts';
import { defaultNamespace, readAll, select, type ReadInfo } from './select.ts';
import { send, strategicPatch } from './send.ts';
import { strategicDiff } from './strategic-diff.ts';

/** One of the `rollout` verbs that change a field: how the object shall be, and what is printed. Throws for what cannot be done to it. */
export type Rollout = {
  verb: string;
  done: string;
  changed: (object: JsonObject, info: ReadInfo) => JsonObject;
  /** What is said of an object that is as it shall be. */
  unchanged: (info: ReadInfo) => string;
  volatile?: readonly string[];
};

/** Reads all objects, then patches one after the other; what fails is told at the end. */
export async function runRollout(call: KubectlCall, context: VerbContext, rollout: Rollout): Promise<number> {
  const print = printChanged(call, context, { dryRun: 'none' });
  if (call.args.length === 0) throw new KubectlError('required resource not specified');
  const selection = await select({ ...choiceOf(call), isAllWithoutName: true }, context);
  const { infos, error } = await readAll(selection, context);
  if (infos.length === 0 && error === undefined) {
    context.err(`No resources found in ${call.namespace ?? defaultNamespace(context)} namespace.\n`);
    return 0;
  }
  const errors: unknown[] = error === undefined ? [] : [error];
  for (const info of infos) {
    try {
      print(rollout.done, await patchOne(info, rollout, { call, context }));
    } catch (failure) {
      errors.push(failure);
    }
  }
  if (errors.length > 0) throw combined(errors);
  return 0;
}

async function patchOne(
  info: ReadInfo,
  rollout: Rollout,
  { call, context }: { call: KubectlCall; context: VerbContext },
): Promise<JsonObject> {
  const body = strategicDiff(info.object, rollout.changed(info.object, info));
  if (Object.keys(body).length === 0) throw new KubectlError(rollout.unchanged(info));
  const fieldManager = flagOf(call, 'field-manager') ?? 'kubectl-rollout';
  const change = {
    verb: rollout.verb,
    info,
    method: 'PATCH' as const,
    contentType: strategicPatch,
    fieldManager,
    body,
    volatile: rollout.volatile ?? [],
  };
  return send(change, 'none', context).catch((error: unknown) => {
    wordsOf(error);
    throw prefixed('failed to patch: ', error);
  });
}

/** "error: deployments.apps "web" …": how the rollout verbs name what cannot be done. */
export function rolloutFault(info: ReadInfo, fault: string): KubectlError {
  const { resource, group } = info.type;
  return new KubectlError(`error: ${group === '' ? resource : `${resource}.${group}`} ${JSON.stringify(info.name)} ${fault}`);
}
