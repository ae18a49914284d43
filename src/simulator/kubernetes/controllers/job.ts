import { builtInKind } from '../resources.ts';
import { at, nameOf, put, textAt, timeText, treeAt, treesAt } from '../tree.ts';
import type { KubeObject, Tree } from '../tree.ts';
import { tell } from './events.ts';
import { podFrom, some } from './replica-set.ts';
import { change, endPod, isEnded, isGoing, isReady, ownedBy, pods, suffix, withCondition } from './world.ts';
import type { World } from './world.ts';

const jobs = builtInKind('jobs');

/** Runs pods for each Job until enough of them succeeded or too many failed. */
export function runJobs(world: World): undefined {
  for (const job of world.store.list(jobs)) {
    if (isGoing(job) || verdictOf(job) !== undefined) continue;
    if (at(job, 'spec', 'suspend') === true) rest(world, job);
    else run(world, job);
  }
  return undefined;
}

function verdictOf(job: KubeObject): Tree | undefined {
  return treesAt(job, 'status', 'conditions').find(({ type, status }) => (type === 'Complete' || type === 'Failed') && status === 'True');
}

const atLeastOne = (job: KubeObject, key: string): number => {
  const value = at(job, 'spec', key);
  return typeof value === 'number' ? value : 1;
};

const noneEnded: Tree = { ready: 0, terminating: 0, uncountedTerminatedPods: {} };

/** A suspended job gives its pods up and waits. */
function rest(world: World, job: KubeObject): void {
  for (const pod of ownedBy(world, job, 'pods')) if (!isEnded(pod) && !isGoing(pod)) endPod(world, pod);
  const condition: Tree = { type: 'Suspended', status: 'True', reason: 'JobSuspended', message: 'Job suspended' };
  if (treesAt(job, 'status', 'conditions').some(({ type, status }) => type === 'Suspended' && status === 'True')) return;
  const changed = change(world, job, (copy) => {
    const conditions = withCondition(
      treesAt(copy, 'status', 'conditions'),
      { ...condition, lastProbeTime: timeText(world.now()) },
      world.now(),
    );
    put(copy, ['status'], { ...treeAt(copy, 'status'), ...noneEnded, active: undefined, startTime: undefined, conditions });
  });
  tell(world, changed, { type: 'Normal', reason: 'Suspended', message: 'Job suspended', component: 'job-controller' });
}

function run(world: World, job: KubeObject): void {
  const all = ownedBy(world, job, 'pods');
  const phase = (name: string): number => all.filter((pod) => textAt(pod, 'status', 'phase') === name).length;
  const active = all.filter((pod) => !isEnded(pod) && !isGoing(pod));
  const [succeeded, failed] = [phase('Succeeded'), phase('Failed')];
  const limit = at(job, 'spec', 'backoffLimit');
  const lost = failed > (typeof limit === 'number' ? limit : 6);
  const done = succeeded >= atLeastOne(job, 'completions');
  const missing = Math.min(atLeastOne(job, 'parallelism'), atLeastOne(job, 'completions') - succeeded) - active.length;
  for (let count = 0; count < (lost || done ? 0 : missing); count += 1) create(world, job);
  report(world, job, {
    active: active.length,
    ready: active.filter(isReady).length,
    succeeded,
    failed,
    verdict: done ? 'Complete' : lost ? 'Failed' : undefined,
  });
}

function create(world: World, job: KubeObject): void {
  const pod = podFrom(job, `${nameOf(job)}-${suffix(world, 5)}`);
  for (const key of ['job-name', 'batch.kubernetes.io/job-name']) put(pod, ['metadata', 'labels', key], nameOf(job));
  world.store.insert(pods, pod);
  tell(world, job, { type: 'Normal', reason: 'SuccessfulCreate', message: `Created pod: ${nameOf(pod)}`, component: 'job-controller' });
}

type Figures = { active: number; ready: number; succeeded: number; failed: number; verdict: 'Complete' | 'Failed' | undefined };

function report(world: World, job: KubeObject, { verdict, ...counts }: Figures): void {
  const now = timeText(world.now());
  const changed = change(world, job, (copy) => {
    const before = treesAt(copy, 'status', 'conditions');
    const why =
      verdict === 'Failed'
        ? { reason: 'BackoffLimitExceeded', message: 'Job has reached the specified backoff limit' }
        : { reason: 'CompletionsReached', message: 'Reached expected number of succeeded pods' };
    const resumed = before
      .filter(({ type, status }) => type === 'Suspended' && status === 'True')
      .map(() => ['Suspended', 'False'] as const);
    // Kubernetes: the verdict is announced before the job counts as ended.
    const ended =
      verdict === undefined
        ? []
        : ([
            [verdict === 'Failed' ? 'FailureTarget' : 'SuccessCriteriaMet', 'True'],
            [verdict, 'True'],
          ] as const);
    const conditions = [...resumed, ...ended].reduce<Tree[]>(
      (list, [type, status]) => {
        const words = type === 'Suspended' ? { reason: 'JobResumed', message: 'Job resumed' } : why;
        return withCondition(list, { type, status, lastProbeTime: now, ...words }, world.now());
      },
      [...before],
    );
    put(copy, ['status'], {
      startTime: at(copy, 'status', 'startTime') ?? now,
      ...some(counts),
      ...noneEnded,
      ready: counts.ready,
      ...(verdict === 'Complete' ? { completionTime: now } : {}),
      ...(conditions.length === 0 ? {} : { conditions }),
    });
  });
  if (verdict === 'Complete')
    tell(world, changed, { type: 'Normal', reason: 'Completed', message: 'Job completed', component: 'job-controller' });
  if (verdict === 'Failed')
    tell(world, changed, {
      type: 'Warning',
      reason: 'BackoffLimitExceeded',
      message: 'Job has reached the specified backoff limit',
      component: 'job-controller',
    });
}
