import type { JsonObject } from '../../../kernel/json.ts';
import type { Named } from '../api.ts';
import { allArgs, numberOf } from '../call.ts';
import { controllerOf, numberAt, objectAt, textAt } from '../json-fields.ts';
import { KubectlError } from '../kubectl-error.ts';
import { replicaSetsOf } from '../replica-sets.ts';
import { selectorQuery } from '../selectors.ts';
import { alignTabs, describeStyle } from '../tab-writer.ts';
import type { KubectlCall, Need, Verb, VerbContext } from '../verb.ts';
import { namespaceFor, refuseFiles } from './call-place.ts';
import { writePodTemplate } from './describe/pod-template.ts';
import { unaligned } from './describe/sheet.ts';
import { knownObjects, lookNeeds, readNeed } from './read-needs.ts';
import { rolloutObjects } from './rollout-status.ts';

export const rolloutHistory: Verb = {
  name: 'rollout history',
  flags: [
    { name: 'revision', value: 'number' },
    { name: 'selector', short: 'l', value: 'text' },
    { name: 'output', short: 'o', value: 'text' },
    { name: 'filename', short: 'f', value: 'list' },
    { name: 'kustomize', short: 'k', value: 'text' },
    { name: 'recursive', short: 'R', value: 'none' },
  ],
  effect(call) {
    if (!call.flags.has('output')) return refuseFiles(call);
    return { type: 'manual', reason: 'the history is shown as a list only', fix: 'Use get replicasets with -o.' };
  },
  needs: (call) => [...lookNeeds(call, allArgs(call)), ...historyNeeds(call)],
  async run(call, context) {
    const revision = numberOf(call, 'revision') ?? 0;
    if (allArgs(call).length === 0) throw new KubectlError('required resource not specified');
    if (revision < 0) throw new KubectlError(`revision must be a positive integer: ${revision}`);
    for (const { type, name } of await rolloutObjects(call, context)) {
      const object = await context.api.get(type, { namespace: namespaceFor(call, context), name });
      const history = await historyOf(object, type, context);
      const shown = type.group === '' ? type.kind.toLowerCase() : `${type.kind.toLowerCase()}.${type.group}`;
      const mark = revision > 0 ? `with revision #${revision}` : '';
      context.out(`${shown}/${name} ${mark}\n${historyText(history, revision)}\n`);
    }
    return 0;
  },
};

function historyNeeds(call: KubectlCall): readonly Need[] {
  const kinds = knownObjects(call, allArgs(call)).map(({ type }) => type.kind);
  const histories = new Set(kinds.map((kind) => (kind === 'Deployment' ? 'replicasets' : 'controllerrevisions')));
  return [...histories].map((resource) => readNeed(call, { apiGroup: 'apps', resource, verb: 'list' }));
}

/** A revision: its number, why it came to be, and its pods. */
type Revision = { number: number; cause: string; template: JsonObject | undefined };

const changeCause = 'kubernetes.io/change-cause';

async function historyOf(object: JsonObject, type: Named['type'], context: VerbContext): Promise<readonly Revision[]> {
  const kind = `${type.kind}.${type.group}`;
  if (kind === 'Deployment.apps') return deploymentHistory(object, context);
  if (kind === 'DaemonSet.apps' || kind === 'StatefulSet.apps') return controllerHistory(object, context);
  const known = ['Job.batch', 'Pod.', 'ReplicaSet.apps', 'ReplicationController.', 'CronJob.batch'].includes(kind);
  const shown = JSON.stringify(type.group === '' ? type.kind : kind);
  if (known) throw new KubectlError(`no history viewer has been implemented for ${shown}`);
  throw new KubectlError(`error retrieving history for ${shown}, no visitor method exists for {${type.group} ${type.kind}}`);
}

async function deploymentHistory(deployment: JsonObject, { api }: VerbContext): Promise<readonly Revision[]> {
  const { old, current } = await replicaSetsOf(deployment, api);
  return [...old, ...(current === undefined ? [] : [current])].map((set) => {
    const annotations = objectAt(set, 'metadata', 'annotations');
    const template = objectAt(set, 'spec', 'template') ?? {};
    const cause = textAt(annotations, changeCause) || textAt(template, 'metadata', 'annotations', changeCause);
    const marked = cause === '' ? template : withCause(template, cause);
    return { number: Number(textAt(annotations, 'deployment.kubernetes.io/revision') || '0'), cause, template: marked };
  });
}

function withCause(template: JsonObject, cause: string): JsonObject {
  const metadata = objectAt(template, 'metadata') ?? {};
  return { ...template, metadata: { ...metadata, annotations: { ...objectAt(metadata, 'annotations'), [changeCause]: cause } } };
}

async function controllerHistory(object: JsonObject, { api }: VerbContext): Promise<readonly Revision[]> {
  const labelSelector = selectorQuery(objectAt(object, 'spec', 'selector')) ?? '';
  const namespace = textAt(object, 'metadata', 'namespace');
  const revisions = await api.list(await api.typeOf('controllerrevisions.apps'), { namespace, labelSelector });
  return revisions
    .filter((revision) => textAt(controllerOf(revision), 'uid') === textAt(object, 'metadata', 'uid'))
    .map((revision) => ({
      number: numberAt(revision, 'revision'),
      cause: textAt(revision, 'metadata', 'annotations', changeCause),
      template: objectAt(revision, 'data', 'spec', 'template'),
    }));
}

function historyText(history: readonly Revision[], revision: number): string {
  if (history.length === 0) return 'No rollout history found.';
  const byNumber = new Map(history.map((entry) => [entry.number, entry]));
  if (revision > 0) {
    const found = byNumber.get(revision);
    if (found === undefined) throw new KubectlError('unable to find the specified revision');
    return unaligned((sheet) => writePodTemplate(sheet, found.template));
  }
  const rows = [...byNumber.values()].sort((a, b) => a.number - b.number).map(({ number, cause }) => `${number}\t${cause || '<none>'}\n`);
  return alignTabs(`REVISION\tCHANGE-CAUSE\n${rows.join('')}`, describeStyle);
}
