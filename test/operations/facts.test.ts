import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Tree } from '../../src/simulator/kubernetes/tree.ts';
import { createStepWorld } from './step-world.ts';
import type { StepWorld } from './step-world.ts';

const area = 'video-processing';

let world: StepWorld;
beforeAll(async () => {
  world = await createStepWorld({ account: 'mutator' });
});
beforeEach(() => world.reset());
afterAll(() => world.close());

async function rules(text: string): Promise<readonly string[]> {
  return (await world.planned(text)).facts.map(({ weight, rule }) => `${weight} ${rule}`);
}

/** A Deployment that is as the test says, beside those of the example. */
function deploy(name: string, options: { metadata?: Tree; spec?: Tree } = {}): void {
  const container: Tree = { name: 'web', image: 'web:1' };
  world.cluster.apply({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace: area, ...options.metadata },
    spec: {
      replicas: 2,
      selector: { matchLabels: { app: name } },
      template: { metadata: { labels: { app: name } }, spec: { containers: [container] } },
      ...options.spec,
    },
  });
  world.clock.advance(60_000);
}

describe('what a preview knows', () => {
  const scale = (name: string, replicas: number) => `kubectl scale deployment ${name} --replicas=${replicas} -n ${area}`;
  const restart = (name: string) => `kubectl rollout restart deployment/${name} -n ${area}`;

  it.each([
    ['an autoscaler', scale('asr-worker', 5), ['warning hpa']],
    ['none for the same without one', scale('gpu-worker', 5), []],
    ['no pod at all', scale('gpu-worker', 0), ['warning to-zero']],
    ['pods that are replaced, Argo CD, a budget', restart('api-gateway'), ['warning restarts', 'warning gitops', 'note pdb']],
    ['a label on the Deployment replaces none', `kubectl label deployment gpu-worker team=a -n ${area}`, []],
    [
      'who reads a ConfigMap',
      `kubectl patch configmap api-gateway-config -n ${area} -p '{"data":{"LOG_LEVEL":"debug"}}'`,
      ['warning configmap'],
    ],
    ['a node', 'kubectl cordon general-1', ['note node']],
    ['a command that cannot be previewed', `kubectl exec -n ${area} deployment/nats -- nats-sub test`, ['warning no-preview']],
    ['a right that is missing', `kubectl delete deployment gpu-worker -n ${area}`, ['blocker rights']],
  ])('%s', async (_, text, expected) => {
    expect((await rules(text)).filter((rule) => !rule.endsWith('failed-call'))).toEqual(expected);
  });

  it('a paused rollout, one replica that is recreated, Flux', async () => {
    deploy('paused', { spec: { paused: true } });
    deploy('alone', { spec: { replicas: 1, strategy: { type: 'Recreate' } } });
    deploy('flux', { metadata: { labels: { 'kustomize.toolkit.fluxcd.io/name': 'apps' } } });
    expect(await rules(`kubectl set image deployment/paused web=web:2 -n ${area}`)).toEqual(['warning paused']);
    expect(await rules(restart('alone'))).toEqual(['warning restarts', 'warning single-replica']);
    expect(await rules(scale('flux', 3))).toEqual(['warning gitops']);
  });

  it.each<[string, Tree, boolean]>([
    ['everything', {}, true],
    ['values of a label', { matchExpressions: [{ key: 'app', operator: 'In', values: ['guarded', 'other'] }] }, true],
    ['pods without a label', { matchExpressions: [{ key: 'canary', operator: 'DoesNotExist' }] }, true],
    [
      'other values',
      { matchLabels: { app: 'guarded' }, matchExpressions: [{ key: 'app', operator: 'NotIn', values: ['guarded'] }] },
      false,
    ],
    ['pods with a label', { matchLabels: { app: 'guarded' }, matchExpressions: [{ key: 'canary', operator: 'Exists' }] }, false],
  ])('a disruption budget whose selector says %s', async (_, selector, isMeant) => {
    deploy('guarded');
    const name = 'budget';
    world.cluster.apply({
      apiVersion: 'policy/v1',
      kind: 'PodDisruptionBudget',
      metadata: { name, namespace: area },
      spec: { maxUnavailable: 1, selector },
    });
    const { facts } = await world.planned(restart('guarded'));
    expect(facts.some(({ rule, text }) => rule === 'pdb' && text.startsWith(`Disruption budget ${name} `))).toBe(isMeant);
    world.cluster.apply({
      apiVersion: 'policy/v1',
      kind: 'PodDisruptionBudget',
      metadata: { name, namespace: area },
      spec: { maxUnavailable: 1, selector: { matchLabels: { app: 'none' } } },
    });
  });

  it('how each Deployment uses a ConfigMap, by the reference and not by whatever else has its name', async () => {
    const uses = (name: string, pod: Tree) =>
      deploy(name, { spec: { template: { metadata: { labels: { app: name } }, spec: { ...pod } } } });
    const mounting = (map: string): Tree => ({
      containers: [{ name: 'settings', image: 'a:1' }],
      volumes: [{ name: 'settings', configMap: { name: map } }],
    });
    world.cluster.apply({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'settings', namespace: area }, data: { a: '1' } });
    uses('mounts-another', mounting('other'));
    uses('mounts', mounting('settings'));
    uses('reads', { containers: [{ name: 'a', image: 'a:1', envFrom: [{ configMapRef: { name: 'settings' } }] }] });
    uses('reads-a-secret', { containers: [{ name: 'a', image: 'a:1', envFrom: [{ secretRef: { name: 'settings' } }] }] });
    const { facts } = await world.planned(`kubectl patch configmap settings -n ${area} -p '{"data":{"a":"2"}}'`);
    const start = 'ConfigMap settings: nothing changes in running pods by itself.';
    expect(facts.map(({ text }) => text)).toEqual([
      `${start} Pods of reads see it after a restart only.`,
      `${start} mounts mount it: files follow within a minute or two, if the program reads them again.`,
    ]);
  });

  it('a pod without a controller, and none for one that comes back', async () => {
    world.cluster.apply({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'bare', namespace: area },
      spec: { containers: [{ name: 'a', image: 'a:1' }] },
    });
    const [pod] = world.cluster.objects('Pod', area).filter(({ metadata }) => JSON.stringify(metadata).includes('gpu-worker'));
    expect(await rules(`kubectl delete pod bare -n ${area}`)).toEqual(['warning bare-pod']);
    expect(pod).toBeDefined();
  });

  it('a DaemonSet does not scale', async () => {
    world.cluster.apply({
      apiVersion: 'apps/v1',
      kind: 'DaemonSet',
      metadata: { name: 'agent', namespace: area },
      spec: {
        selector: { matchLabels: { app: 'agent' } },
        template: { metadata: { labels: { app: 'agent' } }, spec: { containers: [{ name: 'a', image: 'a:1' }] } },
      },
    });
    expect(await rules(`kubectl scale daemonset agent --replicas=2 -n ${area}`)).toContain('blocker daemonset');
  });

  it('a webhook that knows no dry run', async () => {
    world.cluster.faults.set({ type: 'dryRunRefused', webhook: 'audit.example.com' });
    const plan = await world.planned(scale('gpu-worker', 5));
    expect(plan.facts).toEqual([{ weight: 'warning', rule: 'dry-run', text: expect.stringContaining('No preview') }]);
    world.cluster.faults.clear();
    expect((await world.apply(plan)).report.state).toBe('applied');
  });

  it('what cannot be found out', async () => {
    world.cluster.faults.set({ type: 'serverError', on: { method: 'GET', path: 'horizontalpodautoscalers' } });
    expect(await rules(scale('gpu-worker', 5))).toEqual(['warning hpa']);
  });
});

describe('a namespace', () => {
  it('is never deleted as a whole, and a right to run commands is asked for before the approval', async () => {
    const other = await createStepWorld();
    const plan = await other.planned(`kubectl delete namespace ${area}`);
    expect(plan.facts).toContainEqual({ weight: 'blocker', rule: 'namespace', text: `This deletes everything in namespace ${area}.` });
    await other.close();
    const role = world.cluster.object('ClusterRole', { name: 'tocsin-mutator' });
    const kept = (Array.isArray(role?.['rules']) ? role['rules'] : []).filter((rule) => !JSON.stringify(rule).includes('pods/exec'));
    world.cluster.apply({
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'ClusterRole',
      metadata: { name: 'tocsin-mutator' },
      rules: kept,
    });
    expect(await rules(`kubectl exec -n ${area} deployment/nats -- nats-sub test`)).toEqual([
      'warning no-preview',
      'blocker rights',
      'blocker rights',
    ]);
  });
});
