import type { JsonObject } from '../../../kernel/json.ts';
import type { Named } from '../api.ts';
import { allArgs, durationMsOf, flagOf, isOn, numberOf } from '../call.ts';
import { quoted } from '../go-format.ts';
import { fieldAt, numberAt, objectsAt, textAt } from '../json-fields.ts';
import { joinErrors, KubectlError } from '../kubectl-error.ts';
import type { KubectlCall, Verb, VerbContext } from '../verb.ts';
import { namespaceFor, refuseFiles } from './call-place.ts';
import { lookNeeds } from './read-needs.ts';

export const rolloutStatus: Verb = {
  name: 'rollout status',
  flags: [
    { name: 'watch', short: 'w', value: 'none' },
    { name: 'revision', value: 'number' },
    { name: 'timeout', value: 'duration' },
    { name: 'selector', short: 'l', value: 'text' },
    { name: 'filename', short: 'f', value: 'list' },
    { name: 'kustomize', short: 'k', value: 'text' },
    { name: 'recursive', short: 'R', value: 'none' },
  ],
  effect: refuseFiles,
  needs: (call) => lookNeeds(call, allArgs(call)),
  async run(call, context) {
    const revision = numberOf(call, 'revision') ?? 0;
    const args = allArgs(call);
    if (args.length === 0) throw new KubectlError('required resource not specified');
    if (revision < 0) throw new KubectlError(`revision must be a positive integer: ${revision}`);
    const objects = await rolloutObjects(call, context);
    if (objects.length === 0) context.err(`No resources found in ${namespaceFor(call, context)} namespace.\n`);
    const errors: KubectlError[] = [];
    for (const object of objects) {
      try {
        await watchRollout(object, { call, context, revision });
      } catch (error) {
        if (!(error instanceof KubectlError)) throw error;
        errors.push(error);
      }
    }
    if (errors.length > 0) throw joinErrors(errors);
    return 0;
  },
};

/** The objects that a rollout command names, by name or by selector. */
export async function rolloutObjects(call: KubectlCall, context: VerbContext): Promise<readonly Required<Named>[]> {
  const labelSelector = flagOf(call, 'selector') ?? '';
  const namespace = namespaceFor(call, context);
  const found: Required<Named>[] = [];
  for (const { type, name } of await context.api.named(allArgs(call))) {
    if (name !== undefined && labelSelector !== '') throw new KubectlError('name cannot be provided when a selector is specified');
    if (name !== undefined) {
      await context.api.get(type, { namespace, name });
      found.push({ type, name });
    } else {
      const objects = await context.api.list(type, { namespace, labelSelector });
      found.push(...objects.map((object) => ({ type, name: textAt(object, 'metadata', 'name') })));
    }
  }
  return found;
}

type Watch = { call: KubectlCall; context: VerbContext; revision: number };
type Progress = { text: string; isDone: boolean };
type StatusReader = (object: JsonObject, revision: number) => Progress;

const everyMs = 1000;

/** Prints the state each time it changes, until the rollout is done, has failed, or the time is over. There is always an end to the time. */
async function watchRollout({ type, name }: Required<Named>, { call, context, revision }: Watch): Promise<void> {
  const reader = readers[`${type.kind}.${type.group}`];
  if (reader === undefined) {
    const shown = type.group === '' ? type.kind : `${type.kind}.${type.group}`;
    throw new KubectlError(`no status viewer has been implemented for ${shown}`);
  }
  const { clock, followMs } = context.session;
  const end = clock.now().getTime() + (durationMsOf(call, 'timeout') || followMs);
  // In a plan nothing was done yet, so there is nothing to wait for.
  const isWatched = context.session.mode !== 'plan' && (!call.flags.has('watch') || isOn(call, 'watch'));
  let shown: string | undefined;
  for (;;) {
    const object = await presentState({ type, name }, call, context);
    const version = textAt(object, 'metadata', 'resourceVersion');
    const { text, isDone } = reader(object, revision);
    if (version !== shown) context.out(text);
    shown = version;
    if (isDone || !isWatched) return;
    const leftMs = end - clock.now().getTime();
    if (leftMs <= 0 || context.signal.aborted) throw new KubectlError('timed out waiting for the condition');
    await clock.sleep(Math.min(everyMs, leftMs), context.signal);
  }
}

async function presentState({ type, name }: Required<Named>, call: KubectlCall, context: VerbContext): Promise<JsonObject> {
  try {
    return await context.api.get(type, { namespace: namespaceFor(call, context), name });
  } catch (error) {
    if (error instanceof KubectlError && error.status?.reason === 'NotFound') throw new KubectlError('object has been deleted');
    throw error;
  }
}

const isObserved = (object: JsonObject): boolean =>
  numberAt(object, 'metadata', 'generation') <= numberAt(object, 'status', 'observedGeneration');
const nameText = (object: JsonObject): string => quoted(textAt(object, 'metadata', 'name'));
const waiting = (text: string): Progress => ({ text: `${text}...\n`, isDone: false });
const done = (text: string): Progress => ({ text: `${text}\n`, isDone: true });

function deployment(object: JsonObject, revision: number): Progress {
  const running = Number(textAt(object, 'metadata', 'annotations', 'deployment.kubernetes.io/revision') || '0');
  if (revision > 0 && revision !== running) {
    throw new KubectlError(`desired revision (${revision}) is different from the running revision (${running})`);
  }
  if (!isObserved(object)) return waiting('Waiting for deployment spec update to be observed');
  const progressing = objectsAt(object, 'status', 'conditions').find((condition) => textAt(condition, 'type') === 'Progressing');
  if (textAt(progressing, 'reason') === 'ProgressDeadlineExceeded') {
    throw new KubectlError(`deployment ${nameText(object)} exceeded its progress deadline`);
  }
  const of = (field: string) => numberAt(object, 'status', field);
  const [updated, wanted] = [of('updatedReplicas'), numberAt(object, 'spec', 'replicas')];
  const start = `Waiting for deployment ${nameText(object)} rollout to finish:`;
  if (updated < wanted) return waiting(`${start} ${updated} out of ${wanted} new replicas have been updated`);
  if (of('replicas') > updated) return waiting(`${start} ${of('replicas') - updated} old replicas are pending termination`);
  if (of('availableReplicas') < updated) return waiting(`${start} ${of('availableReplicas')} of ${updated} updated replicas are available`);
  return done(`deployment ${nameText(object)} successfully rolled out`);
}

function daemonSet(object: JsonObject): Progress {
  if (textAt(object, 'spec', 'updateStrategy', 'type') !== 'RollingUpdate') {
    throw new KubectlError('rollout status is only available for RollingUpdate strategy type');
  }
  if (!isObserved(object)) return waiting('Waiting for daemon set spec update to be observed');
  const of = (field: string) => numberAt(object, 'status', field);
  const [updated, available, wanted] = [of('updatedNumberScheduled'), of('numberAvailable'), of('desiredNumberScheduled')];
  const start = `Waiting for daemon set ${nameText(object)} rollout to finish:`;
  if (updated < wanted) return waiting(`${start} ${updated} out of ${wanted} new pods have been updated`);
  if (available < wanted) return waiting(`${start} ${available} of ${wanted} updated pods are available`);
  return done(`daemon set ${nameText(object)} successfully rolled out`);
}

function statefulSet(object: JsonObject): Progress {
  if (textAt(object, 'spec', 'updateStrategy', 'type') !== 'RollingUpdate') {
    throw new KubectlError('rollout status is only available for RollingUpdate strategy type');
  }
  const of = (field: string) => numberAt(object, 'status', field);
  const wanted = numberAt(object, 'spec', 'replicas');
  if (of('observedGeneration') === 0 || !isObserved(object)) return waiting('Waiting for statefulset spec update to be observed');
  if (of('readyReplicas') < wanted) return waiting(`Waiting for ${wanted - of('readyReplicas')} pods to be ready`);
  const rolling = fieldAt(object, 'spec', 'updateStrategy', 'rollingUpdate');
  if (rolling !== undefined) return partitioned(object, { wanted, updated: of('updatedReplicas') });
  const [updateRevision, currentRevision] = [textAt(object, 'status', 'updateRevision'), textAt(object, 'status', 'currentRevision')];
  if (updateRevision !== currentRevision) {
    return waiting(`waiting for statefulset rolling update to complete ${of('updatedReplicas')} pods at revision ${updateRevision}`);
  }
  return done(`statefulset rolling update complete ${of('currentReplicas')} pods at revision ${currentRevision}...`);
}

function partitioned(object: JsonObject, { wanted, updated }: { wanted: number; updated: number }): Progress {
  const partition = fieldAt(object, 'spec', 'updateStrategy', 'rollingUpdate', 'partition');
  const due = wanted - (typeof partition === 'number' ? partition : 0);
  if (partition !== undefined && updated < due) {
    return waiting(`Waiting for partitioned roll out to finish: ${updated} out of ${due} new pods have been updated`);
  }
  return done(`partitioned roll out complete: ${updated} new pods have been updated...`);
}

const readers: Readonly<Record<string, StatusReader>> = {
  'Deployment.apps': deployment,
  'DaemonSet.apps': daemonSet,
  'StatefulSet.apps': statefulSet,
};
