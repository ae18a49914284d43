import { z } from 'zod';
import type { JsonObject } from '../../../kernel/json.ts';
import { durationMsOf, flagOf, isOn, numberOf } from '../call.ts';
import { choiceOf } from '../changes/choice.ts';
import {
  allFlag,
  changeEffect,
  dryRunFlag,
  dryRunOf,
  fileFlags,
  printFlags,
  recordFlag,
  resourceVersionFlag,
  selectorFlag,
  warnOfRecord,
  type DryRun,
} from '../changes/flags.ts';
import { needsOf } from '../changes/needs.ts';
import { poll } from '../changes/poll.ts';
import { printChanged } from '../changes/print.ts';
import { readAll, select, type ReadInfo } from '../changes/select.ts';
import { mergePatch, send, type Change } from '../changes/send.ts';
import { withField } from '../changes/with-field.ts';
import { numberAt, textAt } from '../json-fields.ts';
import { KubectlError } from '../kubectl-error.ts';
import type { KubectlCall, Verb, VerbContext } from '../verb.ts';

/** What the current state has to be for a guarded scale. */
type Guard = { replicas: number; resourceVersion: string };

type Scaling = { replicas: number; guard: Guard | undefined; timeoutMs: number; dryRun: DryRun };

const scaleSchema = z.custom<JsonObject>((value) => typeof value === 'object' && value !== null && !Array.isArray(value));

export const scale: Verb = {
  name: 'scale',
  flags: [
    { name: 'replicas', value: 'number' },
    { name: 'current-replicas', value: 'number' },
    { name: 'timeout', value: 'duration' },
    resourceVersionFlag,
    allFlag,
    selectorFlag,
    recordFlag,
    dryRunFlag,
    ...fileFlags,
    ...printFlags,
  ],
  effect: (call) => changeEffect(call, true),
  needs(call) {
    const rights =
      guardOf(call) === undefined
        ? [{ verb: 'patch', subresource: 'scale' }]
        : [
            { verb: 'get', subresource: 'scale' },
            { verb: 'update', subresource: 'scale' },
          ];
    return needsOf(call, call.args, rights);
  },
  run: runScale,
};

function guardOf(call: KubectlCall): Guard | undefined {
  const replicas = numberOf(call, 'current-replicas') ?? -1;
  const resourceVersion = flagOf(call, 'resource-version') ?? '';
  return replicas === -1 && resourceVersion === '' ? undefined : { replicas, resourceVersion };
}

async function runScale(call: KubectlCall, context: VerbContext): Promise<number> {
  warnOfRecord(call, context);
  if (!call.flags.has('replicas')) throw new KubectlError('required flag(s) "replicas" not set');
  const scaling: Scaling = {
    dryRun: dryRunOf(call, context),
    replicas: numberOf(call, 'replicas') ?? 0,
    guard: guardOf(call),
    timeoutMs: durationMsOf(call, 'timeout') ?? 0,
  };
  const print = printChanged(call, context, { dryRun: scaling.dryRun });
  checkNumbers(call);
  const selection = await select({ ...choiceOf(call), isAllWithoutName: isOn(call, 'all') }, context);
  const { infos, error } = await readAll(selection, context);
  if (flagOf(call, 'resource-version') !== undefined && infos.length > 1)
    throw new KubectlError('cannot use --resource-version with multiple resources');
  if (infos.length === 0) throw error ?? new KubectlError('no objects passed to scale');
  for (const info of infos) {
    const actual = scaling.dryRun === 'client' ? scaling.replicas : await scaleOne(info, scaling, context);
    print('scaled', withReplicas(info, actual));
  }
  if (error !== undefined) throw error;
  return 0;
}

function checkNumbers(call: KubectlCall): void {
  if ((numberOf(call, 'replicas') ?? 0) < 0)
    throw new KubectlError('The --replicas=COUNT flag is required, and COUNT must be greater than or equal to 0');
  if ((numberOf(call, 'current-replicas') ?? -1) < -1)
    throw new KubectlError('The --current-replicas must specify an integer of -1 or greater');
}

/** kubectl sets the replicas in what it prints for the built-in kinds only. */
function withReplicas(info: ReadInfo, replicas: number): JsonObject {
  return info.type.group === 'apps' || info.type.group === '' ? withField(info.object, ['spec', 'replicas'], replicas) : info.object;
}

/** A conflict is an error here: kubectl tries again, but what was approved is one request, on the state that was seen. */
async function scaleOne(info: ReadInfo, scaling: Scaling, context: VerbContext): Promise<number> {
  const answer = await send(await scaleChange(info, scaling, context), scaling.dryRun, context);
  await awaitReplicas(info, scaling, context);
  return numberAt(answer, 'spec', 'replicas');
}

async function scaleChange(info: ReadInfo, scaling: Scaling, context: VerbContext): Promise<Change> {
  const common = { verb: 'scale', info, subresource: 'scale' };
  if (scaling.guard === undefined)
    return { ...common, method: 'PATCH', contentType: mergePatch, body: { spec: { replicas: scaling.replicas } } };
  const current = await readScale(info, context);
  checkGuard(scaling.guard, current);
  const { status: _status, metadata: _metadata, ...rest } = current;
  const resourceVersion = textAt(current, 'metadata', 'resourceVersion');
  const namespace = info.namespace === undefined ? {} : { namespace: info.namespace };
  const body = { ...rest, metadata: { name: info.name, ...namespace, resourceVersion }, spec: { replicas: scaling.replicas } };
  return {
    ...common,
    method: 'PUT',
    contentType: 'application/json',
    body,
    volatile: scaling.guard.resourceVersion === '' ? [resourceVersion] : [],
  };
}

function checkGuard(guard: Guard, current: JsonObject): void {
  const replicas = numberAt(current, 'spec', 'replicas');
  const version = textAt(current, 'metadata', 'resourceVersion');
  if (guard.replicas !== -1 && guard.replicas !== replicas)
    throw new KubectlError(`Expected replicas to be ${guard.replicas}, was ${replicas}`);
  if (guard.resourceVersion !== '' && guard.resourceVersion !== version)
    throw new KubectlError(`Expected resource version to be ${guard.resourceVersion}, was ${version}`);
}

async function readScale(info: ReadInfo, context: VerbContext): Promise<JsonObject> {
  const at = { name: info.name, ...(info.namespace === undefined ? {} : { namespace: info.namespace }), subresource: 'scale' };
  const answer = await context.api.read(context.api.pathOf(info.type, at));
  return scaleSchema.parse(JSON.parse(answer.body));
}

/** `--timeout` waits until as many replicas exist as were asked for, or until somebody asked for another number. In a plan nothing was asked for. */
async function awaitReplicas(info: ReadInfo, scaling: Scaling, context: VerbContext): Promise<void> {
  if (scaling.timeoutMs === 0 || scaling.dryRun !== 'none' || context.session.mode === 'plan') return;
  const outcome = await poll({ intervalMs: 1_000, timeoutMs: scaling.timeoutMs }, context, async () => {
    const current = await readScale(info, context);
    if (numberAt(current, 'spec', 'replicas') !== scaling.replicas) return true;
    return numberAt(current, 'status', 'replicas') === scaling.replicas;
  });
  if (outcome === 'timed out') throw new KubectlError(`timed out waiting for "${info.name}" to be synced`);
}
