import { at, nameOf, numberAt, put, textAt, timeText, treesAt } from '../tree.ts';
import type { KubeObject, Tree } from '../tree.ts';
import { some, wantedReplicas } from './replica-set.ts';
import { surgeOf } from './rolling.ts';
import { change, isGoing, isReady, ownedBy, withCondition } from './world.ts';
import type { World } from './world.ts';

type Counts = { total: number; updated: number; ready: number; going: number };

/** Reports a deployment's figures and conditions; gives when its progress deadline passes, if it waits for that. */
export function deploymentStatus(world: World, given: KubeObject, current: string | undefined): number | undefined {
  const sets = ownedBy(world, given, 'replicasets');
  const podsOf = (set: KubeObject): readonly KubeObject[] => ownedBy(world, set, 'pods').filter((pod) => !isGoing(pod));
  const all = sets.flatMap(podsOf);
  const updated = sets.filter((set) => nameOf(set) === current).flatMap(podsOf);
  const going = sets.flatMap((set) => ownedBy(world, set, 'pods').filter(isGoing)).length;
  const counts: Counts = { total: all.length, updated: updated.length, ready: all.filter(isReady).length, going };
  const progress = progressing(world, given, { counts, current });
  change(world, given, (copy) => {
    const wanted = wantedReplicas(copy);
    const enough = counts.ready >= wanted - surgeOf(copy).unavailable;
    const available: Tree = enough
      ? { type: 'Available', status: 'True', reason: 'MinimumReplicasAvailable', message: 'Deployment has minimum availability.' }
      : {
          type: 'Available',
          status: 'False',
          reason: 'MinimumReplicasUnavailable',
          message: 'Deployment does not have minimum availability.',
        };
    const before = treesAt(copy, 'status', 'conditions');
    put(copy, ['status'], {
      observedGeneration: numberAt(copy, 'metadata', 'generation'),
      ...some({
        replicas: counts.total,
        updatedReplicas: counts.updated,
        readyReplicas: counts.ready,
        availableReplicas: counts.ready,
        unavailableReplicas: Math.max(0, Math.max(wanted, counts.total) - counts.ready),
      }),
      terminatingReplicas: counts.going,
      conditions: (isPaused(copy) ? [progress.condition, available] : [available, progress.condition]).reduce<Tree[]>(
        (list, next) => withTimes(list, next, world.now()),
        [...before],
      ),
    });
  });
  return progress.dueAt;
}

function withTimes(conditions: readonly Tree[], next: Tree, now: Date): Tree[] {
  const before = conditions.find((condition) => condition['type'] === next['type']);
  const changed = before?.['status'] !== next['status'] || before?.['reason'] !== next['reason'] || before?.['message'] !== next['message'];
  if (before !== undefined && !changed) return [...conditions];
  // Kubernetes: a condition that changed stands behind the others.
  const renewed = withCondition(conditions, { ...next, lastUpdateTime: timeText(now) }, now);
  return renewed.toSorted((a, b) => Number(a['type'] === next['type']) - Number(b['type'] === next['type']));
}

const isPaused = (deployment: KubeObject): boolean => at(deployment, 'spec', 'paused') === true;

/** Complete, under way, or stuck since longer than its deadline. */
function progressing(world: World, deployment: KubeObject, state: { counts: Counts; current: string | undefined }): Progress {
  const { counts, current } = state;
  const wanted = wantedReplicas(deployment);
  const before = treesAt(deployment, 'status', 'conditions').find((condition) => condition['type'] === 'Progressing');
  if (isPaused(deployment)) return { condition: paused(before) };
  if (current === undefined && before !== undefined) return { condition: before };
  const complete = counts.updated === wanted && counts.total === wanted && counts.ready === wanted;
  if (complete) return { condition: condition('True', 'NewReplicaSetAvailable', `ReplicaSet "${current}" has successfully progressed.`) };
  const observed = numberAt(deployment, 'status', 'observedGeneration') === numberAt(deployment, 'metadata', 'generation');
  const moved =
    !observed ||
    counts.updated !== numberAt(deployment, 'status', 'updatedReplicas') ||
    counts.ready > numberAt(deployment, 'status', 'readyReplicas');
  return moved || before === undefined ? started(world, deployment, current) : continued(world, { deployment, before }, current);
}

/** One that had already failed stays failed while it is paused. */
function paused(before: Tree | undefined): Tree {
  return before?.['reason'] === 'ProgressDeadlineExceeded' ? before : condition('Unknown', 'DeploymentPaused', 'Deployment is paused');
}

type Progress = { condition: Tree; dueAt?: number };

const deadlineOf = (world: World, deployment: KubeObject): number =>
  world.duration(1000 * (numberAt(deployment, 'spec', 'progressDeadlineSeconds') || 600));

function started(world: World, deployment: KubeObject, current: string | undefined): Progress {
  const renewed = condition('True', 'ReplicaSetUpdated', `ReplicaSet "${current}" is progressing.`);
  const dueAt = world.now().getTime() + deadlineOf(world, deployment);
  return { condition: { ...renewed, lastUpdateTime: timeText(world.now()) }, dueAt };
}

/** Nothing moved since: it goes on waiting, or its time is up. A complete one whose pods fail later is not rolling out again. */
function continued(world: World, { deployment, before }: { deployment: KubeObject; before: Tree }, current: string | undefined): Progress {
  if (before['reason'] === 'ProgressDeadlineExceeded' || before['reason'] === 'NewReplicaSetAvailable') return { condition: before };
  const dueAt = Date.parse(textAt(before, 'lastUpdateTime')) + deadlineOf(world, deployment);
  if (dueAt > world.now().getTime()) return { condition: before, dueAt };
  return { condition: condition('False', 'ProgressDeadlineExceeded', `ReplicaSet "${current}" has timed out progressing.`) };
}

function condition(status: string, reason: string, message: string): Tree {
  return { type: 'Progressing', status, reason, message };
}
