import { describe, expect, it } from 'vitest';
import { createManualClock } from '../../../src/kernel/clock.ts';
import { createSimulatedKubernetes } from '../../../src/simulator/kubernetes/cluster.ts';
import { annotationsOf, at, nameOf, numberAt, put, textAt, treesAt } from '../../../src/simulator/kubernetes/tree.ts';
import type { Tree } from '../../../src/simulator/kubernetes/tree.ts';
import { deployment, node } from './support.ts';

function start(contents: readonly Tree[] = []) {
  const clock = createManualClock(new Date('2026-05-04T10:00:00Z'));
  const cluster = createSimulatedKubernetes({ clock, contents: [node, ...contents] });
  const web = () => cluster.object('Deployment', { namespace: 'default', name: 'web' });
  const status = (key: string) => numberAt(web(), 'status', key);
  const pods = () => cluster.objects('Pod', 'default');
  const reasons = () => cluster.objects('Event', 'default').map((event) => textAt(event, 'reason'));
  return { clock, cluster, web, status, pods, reasons };
}

describe('deployments', () => {
  it('make a ReplicaSet with a revision and pods that become ready after their start', () => {
    const { clock, cluster, status, pods, web, reasons } = start([deployment('web')]);
    expect(pods()).toHaveLength(2);
    expect(status('readyReplicas')).toBe(0);
    clock.advance(10_000);
    expect(status('availableReplicas')).toBe(2);
    const [set] = cluster.objects('ReplicaSet');
    expect(nameOf(pods()[0])).toMatch(new RegExp(`^${nameOf(set)}-[a-z0-9]{5}$`));
    expect(annotationsOf(web())['deployment.kubernetes.io/revision']).toBe('1');
    expect(reasons()).toEqual(
      expect.arrayContaining(['ScalingReplicaSet', 'SuccessfulCreate', 'Scheduled', 'Pulled', 'Created', 'Started']),
    );
  });

  it('roll without ever having fewer available pods, or more pods, than the strategy allows', () => {
    const spec = { strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } } };
    const { clock, cluster, status } = start([deployment('web', { replicas: 4, spec })]);
    clock.advance(10_000);
    cluster.catchUp();
    const seen: { available: number; replicas: number }[] = [];
    const stop = cluster.onInstant(() => {
      const now = cluster.world.store.list(kindOf('deployments'))[0];
      seen.push({ available: numberAt(now, 'status', 'availableReplicas'), replicas: numberAt(now, 'status', 'replicas') });
    });
    cluster.apply(deployment('web', { replicas: 4, image: 'web:2', spec }));
    clock.advance(120_000);
    expect(status('updatedReplicas')).toBe(4);
    stop();
    expect(status('replicas')).toBe(4);
    expect(Math.min(...seen.map(({ available }) => available))).toBeGreaterThanOrEqual(4);
    expect(Math.max(...seen.map(({ replicas }) => replicas))).toBeLessThanOrEqual(5);
    expect(
      cluster
        .objects('ReplicaSet')
        .map((set) => numberAt(set, 'spec', 'replicas'))
        .toSorted((a, b) => a - b),
    ).toEqual([0, 4]);
    function kindOf(resource: string) {
      const kind = cluster.world.store.kind('apps', resource);
      if (kind === undefined) throw new Error(resource);
      return kind;
    }
  });

  it('stop at a bad image, say so after the deadline, and come back to an old template as a new revision', () => {
    const { clock, cluster, web, pods, reasons } = start([deployment('web', { spec: { progressDeadlineSeconds: 60 } })]);
    clock.advance(10_000);
    cluster.apply(deployment('web', { image: 'does-not-exist:1', spec: { progressDeadlineSeconds: 60 } }));
    clock.advance(200_000);
    const waiting = pods().flatMap((pod) =>
      treesAt(pod, 'status', 'containerStatuses').map((each) => textAt(each, 'state', 'waiting', 'reason')),
    );
    expect(waiting).toContain('ImagePullBackOff');
    expect(numberAt(web(), 'status', 'availableReplicas')).toBe(2);
    const progressing = treesAt(web(), 'status', 'conditions').find((each) => each['type'] === 'Progressing');
    expect(progressing).toMatchObject({ status: 'False', reason: 'ProgressDeadlineExceeded' });
    expect(reasons()).toContain('Failed');
    cluster.apply(deployment('web', { spec: { progressDeadlineSeconds: 60 } }));
    clock.advance(60_000);
    expect(annotationsOf(web())['deployment.kubernetes.io/revision']).toBe('3');
    expect(numberAt(web(), 'status', 'readyReplicas')).toBe(2);
  });

  it('do nothing about their template while paused', () => {
    const { clock, cluster, pods } = start([deployment('web')]);
    clock.advance(10_000);
    const before = pods().map(nameOf);
    cluster.apply(deployment('web', { image: 'web:2', spec: { paused: true } }));
    clock.advance(60_000);
    expect(pods().map(nameOf)).toEqual(before);
  });

  it('make up for deleted pods', () => {
    const { clock, cluster, pods, status } = start([deployment('web')]);
    clock.advance(10_000);
    const gone = nameOf(pods()[0]);
    cluster.remove('Pod', { namespace: 'default', name: gone });
    clock.advance(20_000);
    expect(pods().map(nameOf)).not.toContain(gone);
    expect(status('readyReplicas')).toBe(2);
  });
});

describe('pods that fail', () => {
  it.each([
    ['crash:1', 'Error', 1],
    ['oom:1', 'OOMKilled', 137],
  ])('%s restarts with a growing wait', (image, reason, exitCode) => {
    const { clock, pods, reasons } = start([deployment('web', { replicas: 1, image })]);
    clock.advance(120_000);
    const [status] = treesAt(pods()[0], 'status', 'containerStatuses');
    expect(numberAt(status, 'restartCount')).toBeGreaterThanOrEqual(2);
    expect(at(status, 'lastState', 'terminated')).toMatchObject({ reason, exitCode });
    expect(reasons()).toContain('BackOff');
  });

  it('wait for a node that can take them', () => {
    const { clock, cluster, pods } = start();
    cluster.apply({ ...node, spec: { unschedulable: true } });
    cluster.apply(deployment('web', { replicas: 1 }));
    clock.advance(5000);
    expect(textAt(pods()[0], 'spec', 'nodeName')).toBe('');
    expect(cluster.objects('Event').map((event) => textAt(event, 'message'))).toContain(
      '0/1 nodes are available: 1 node(s) were unschedulable.',
    );
    cluster.apply({ ...node, spec: { unschedulable: false } });
    clock.advance(10_000);
    expect(textAt(pods()[0], 'status', 'phase')).toBe('Running');
  });
});

describe('other controllers', () => {
  it('an autoscaler puts replicas back within its bounds', () => {
    const scaler: Tree = {
      apiVersion: 'autoscaling/v2',
      kind: 'HorizontalPodAutoscaler',
      metadata: { name: 'web', namespace: 'default' },
      spec: { scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' }, minReplicas: 1, maxReplicas: 3 },
    };
    const { clock, web, reasons } = start([deployment('web', { replicas: 5 }), scaler]);
    clock.advance(16_000);
    expect(numberAt(web(), 'spec', 'replicas')).toBe(3);
    expect(reasons()).toContain('SuccessfulRescale');
  });

  it('StatefulSets go up in order, DaemonSets run on each node, Jobs complete', () => {
    const template = (name: string): Tree => ({ metadata: { labels: { app: name } }, spec: { containers: [{ name: 'a', image: 'a:1' }] } });
    const set = (kind: string, name: string): Tree => ({
      apiVersion: 'apps/v1',
      kind,
      metadata: { name, namespace: 'default' },
      spec: { ...(kind === 'StatefulSet' ? { replicas: 2 } : {}), selector: { matchLabels: { app: name } }, template: template(name) },
    });
    const job = {
      ...set('Job', 'once'),
      apiVersion: 'batch/v1',
      spec: { template: { spec: { restartPolicy: 'Never', containers: [{ name: 'a', image: 'task:1' }] } } },
    };
    const { clock, cluster, pods } = start([set('StatefulSet', 'db'), set('DaemonSet', 'agent'), job]);
    expect(pods().map(nameOf)).toContain('db-0');
    expect(pods().map(nameOf)).not.toContain('db-1');
    clock.advance(60_000);
    expect(pods().map(nameOf)).toContain('db-1');
    expect(numberAt(cluster.objects('StatefulSet')[0], 'status', 'readyReplicas')).toBe(2);
    expect(numberAt(cluster.objects('DaemonSet')[0], 'status', 'numberReady')).toBe(1);
    expect(numberAt(cluster.objects('Job')[0], 'status', 'succeeded')).toBe(1);
  });

  it('the same seed gives the same names', () => {
    const names = () => {
      const { clock, pods } = start([deployment('web')]);
      clock.advance(1000);
      return pods().map(nameOf);
    };
    expect(names()).toEqual(names());
  });
});

it('put keeps a key called __proto__ as data', () => {
  const tree: Tree = {};
  put(tree, ['__proto__', 'polluted'], 'yes');
  expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
});
