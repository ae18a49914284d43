import { canonicalJson, type Json, type JsonObject } from '../../../kernel/json.ts';
import { controllerOf, fieldAt, numberAt, objectAt, textAt, textsAt } from '../json-fields.ts';
import { KubectlError } from '../kubectl-error.ts';
import { replicaSetsOf } from '../replica-sets.ts';
import { selectorQuery } from '../selectors.ts';
import type { VerbContext } from '../verb.ts';
import type { ReadInfo } from './select.ts';
import { jsonPatch, strategicPatch, type PatchType } from './send.ts';
import { withField } from './with-field.ts';

/** What leads back to a revision: the patch, or that the template is that of the revision already. */
export type Rollback = { type: 'same' } | { type: 'patch'; contentType: PatchType; body: Json };

const hashLabel = 'pod-template-hash';
const revisionAnnotation = 'deployment.kubernetes.io/revision';

/** Annotations that stay as they are in the deployment; all others come from the replica set of the revision. */
const keptAnnotations = new Set([
  'kubectl.kubernetes.io/last-applied-configuration',
  revisionAnnotation,
  'deployment.kubernetes.io/revision-history',
  'deployment.kubernetes.io/desired-replicas',
  'deployment.kubernetes.io/max-replicas',
  'deprecated.deployment.rollback.to',
]);

const withoutRollback = new Set(['Job', 'Pod', 'ReplicaSet', 'ReplicationController', 'CronJob']);

/** How to get to a revision of a Deployment, DaemonSet or StatefulSet; revision 0 is the one before the present. */
export async function rollbackTo(info: ReadInfo, revision: number, context: VerbContext): Promise<Rollback> {
  const { kind, group } = info.type;
  const name = JSON.stringify(group === '' ? kind : `${kind}.${group}`);
  if (withoutRollback.has(kind)) throw new KubectlError(`no rollbacker has been implemented for ${name}`);
  if (group !== 'apps') throw new KubectlError(`error retrieving rollbacker for ${name}, no visitor method exists for {${group} ${kind}}`);
  if (revision < 0) throw missing(revision);
  return kind === 'Deployment' ? deploymentRollback(info, revision, context) : historyRollback(info, revision, context);
}

function missing(revision: number): KubectlError {
  return new KubectlError(`unable to find specified revision ${revision} in history`);
}

async function deploymentRollback(info: ReadInfo, revision: number, context: VerbContext): Promise<Rollback> {
  const { old, current } = await replicaSetsOf(info.object, context.api);
  const sets = [...old, ...(current === undefined ? [] : [current])];
  const chosen = chosenSet(sets, revision, info.name);
  if (fieldAt(info.object, 'spec', 'paused') === true) {
    throw new KubectlError("you cannot rollback a paused deployment; resume it first with 'kubectl rollout resume' and try again");
  }
  const template = withoutHash(objectAt(chosen, 'spec', 'template') ?? {});
  if (canonicalJson(template) === canonicalJson(withoutHash(objectAt(info.object, 'spec', 'template') ?? {}))) return { type: 'same' };
  const kept = textsAt(info.object, 'metadata', 'annotations').filter(([key]) => keptAnnotations.has(key));
  const earlier = textsAt(chosen, 'metadata', 'annotations').filter(([key]) => !keptAnnotations.has(key));
  return {
    type: 'patch',
    contentType: jsonPatch,
    body: [
      { op: 'replace', path: '/spec/template', value: template },
      { op: 'replace', path: '/metadata/annotations', value: Object.fromEntries([...kept, ...earlier]) },
    ],
  };
}

function withoutHash(template: JsonObject): JsonObject {
  return withField(template, ['metadata', 'labels', hashLabel], undefined);
}

function chosenSet(sets: readonly JsonObject[], revision: number, name: string): JsonObject {
  const numbered = sets
    .map((set) => ({ set, revision: Number(textAt(set, 'metadata', 'annotations', revisionAnnotation)) }))
    .filter((each) => Number.isInteger(each.revision))
    .sort((a, b) => b.revision - a.revision);
  const chosen = revision === 0 ? numbered[1] : numbered.find((each) => each.revision === revision);
  if (chosen !== undefined) return chosen.set;
  throw revision === 0 ? new KubectlError(`no rollout history found for deployment ${JSON.stringify(name)}`) : missing(revision);
}

/** DaemonSets and StatefulSets: the controller keeps the patch of each revision. */
async function historyRollback(info: ReadInfo, revision: number, context: VerbContext): Promise<Rollback> {
  const type = await context.api.typeOf('controllerrevisions.apps');
  const labelSelector = selectorQuery(objectAt(info.object, 'spec', 'selector')) ?? '';
  const listed = await context.api.list(type, { namespace: info.namespace, labelSelector });
  const uid = textAt(info.object, 'metadata', 'uid');
  const history = listed
    .filter((each) => textAt(controllerOf(each), 'uid') === uid)
    .sort((a, b) => numberAt(b, 'revision') - numberAt(a, 'revision'));
  if (revision === 0 && history.length <= 1) throw new KubectlError('no last revision to roll back to');
  const chosen = revision === 0 ? history[1] : history.find((each) => numberAt(each, 'revision') === revision);
  const data = objectAt(chosen, 'data');
  if (data === undefined) throw missing(revision);
  const template = withField(objectAt(data, 'spec', 'template') ?? {}, ['$patch'], undefined);
  const isSame = canonicalJson(template) === canonicalJson(objectAt(info.object, 'spec', 'template') ?? {});
  return isSame ? { type: 'same' } : { type: 'patch', contentType: strategicPatch, body: data };
}

/** The annotation that `kubectl apply` leaves, when the object has it. */
export function wasApplied(object: JsonObject): boolean {
  return textsAt(object, 'metadata', 'annotations').some(([key]) => key === 'kubectl.kubernetes.io/last-applied-configuration');
}
