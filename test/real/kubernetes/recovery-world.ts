import { readFileSync, writeFileSync } from 'node:fs';
import { parse, stringify } from 'yaml';
import type { Runner } from '../../../src/executions/runner.ts';
import { systemClock } from '../../../src/kernel/clock.ts';
import { loadClusters } from '../../../src/kubernetes/load-clusters.ts';
import type { Store } from '../../../src/store/store.ts';
import { createHttpTargets } from '../../../src/web-targets/http-targets.ts';
import { createStepTools } from '../../../src/wiring/step-tools.ts';
import { createExecutionWorld } from '../../executions/world.ts';
import type { ExecutionWorld } from '../../executions/world.ts';
import { startChangeProxy } from '../support/change-proxy.ts';
import type { ChangeProxy } from '../support/change-proxy.ts';
import { startControlPlane } from '../support/control-plane.ts';
import type { ControlPlane } from '../support/control-plane.ts';

export const area = 'recovery';

/** One process of the bot: its own threads, its own connections, the store that all share. */
export type BotProcess = {
  runner: Runner;
  /** Its store does not answer until it wakes up. */
  freeze(): void;
  wake(): void;
  /** Gone in the middle of everything: nothing is written any more, and its connections break. */
  die(): Promise<void>;
  stop(): Promise<void>;
};

/** A real API server that the bot's processes reach over a line which can be cut, each with the rights that its account needs. */
export type RecoveryWorld = {
  plane: ControlPlane;
  proxy: ChangeProxy;
  world: ExecutionWorld;
  process(): BotProcess;
  /** How many Deployment patches the server itself says that it carried out, dry runs apart. */
  patches(): Promise<number>;
  /** What a Deployment has, read with the administrator's rights and past the proxy. */
  replicas(name: string): Promise<number>;
  stop(): Promise<void>;
};

export async function startRecoveryWorld(deployments: readonly string[]): Promise<RecoveryWorld> {
  const plane = await startControlPlane();
  await plane.apply(`apiVersion: v1\nkind: Namespace\nmetadata: {name: ${area}}\n`);
  const reader = await plane.account(area, 'reader');
  const mutator = await plane.account(area, 'mutator');
  await plane.apply(
    [binding('reader', 'view'), binding('mutator', 'edit'), ...deployments.map(deployment)].map((one) => stringify(one)).join('---\n'),
  );
  // The controllers fill "edit" from other roles a while after the server has started.
  const mayScale = ['auth', 'can-i', 'patch', 'deployments/scale', '-n', area];
  while ((await plane.kubectl(mayScale, { kubeconfig: mutator.kubeconfig })).exitCode !== 0) await systemClock.sleep(100);
  const proxy = await startChangeProxy(new URL(plane.admin.server));
  for (const { kubeconfig } of [reader, mutator]) redirect(kubeconfig, proxy.url);
  const world = await createExecutionWorld();
  const get = async (path: string) => (await plane.admin.request({ method: 'GET', path, signal: AbortSignal.timeout(30_000) })).body;

  return {
    plane,
    proxy,
    world,
    process() {
      const clusters = {
        reader: loadClusters({ type: 'kubeconfig', path: reader.kubeconfig }).reader,
        mutator: loadClusters({ type: 'kubeconfig', path: mutator.kubeconfig }).mutator,
      };
      const tools = createStepTools({
        clusters,
        http: createHttpTargets({ allowedHosts: [] }),
        reading: [],
        timeoutMs: 60_000,
        followMs: 500,
        parallel: 1,
        clock: systemClock,
      });
      const { store, freeze, wake } = freezable(world.desk.store);
      const runner = world.process({ operations: tools.operations, store });
      const close = async () => {
        await Promise.all([clusters.reader.close(), clusters.mutator.close()]);
        await tools.close();
      };
      return {
        runner,
        freeze,
        wake,
        async die() {
          freeze();
          await close();
        },
        async stop() {
          await runner.stop();
          await close();
        },
      };
    },
    async patches() {
      const lines = (await get('/metrics')).split('\n').filter((line) => line.startsWith('apiserver_request_total{'));
      const ours = lines.filter((line) => ['verb="PATCH"', 'resource="deployments"', 'dry_run=""'].every((label) => line.includes(label)));
      return ours.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
    },
    async replicas(name) {
      const text = await get(`/apis/apps/v1/namespaces/${area}/deployments/${name}`);
      return (JSON.parse(text) as { spec: { replicas: number } }).spec.replicas;
    },
    async stop() {
      await world.desk.store.close();
      await proxy.close();
      await plane.stop();
    },
  };
}

type PartOfStore = Pick<Store, 'incidents' | 'executions' | 'locks'>;

/** While it is frozen no call goes through and none comes back. */
function freezable({ incidents, executions, locks }: PartOfStore): { store: PartOfStore; freeze: () => void; wake: () => void } {
  let gate = Promise.resolve();
  let wake = () => {};
  const guarded = <T extends object>(port: T): T =>
    new Proxy(port, {
      get(target, name) {
        const method: unknown = Reflect.get(target, name);
        if (typeof method !== 'function') return method;
        return async (...args: unknown[]) => {
          await gate;
          const answer: unknown = await Reflect.apply(method, target, args);
          await gate;
          return answer;
        };
      },
    });
  return {
    store: { incidents: guarded(incidents), executions: guarded(executions), locks: guarded(locks) },
    freeze() {
      gate = new Promise((resolve) => {
        wake = resolve;
      });
    },
    wake: () => wake(),
  };
}

function binding(account: string, role: string): object {
  return {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'RoleBinding',
    metadata: { name: account, namespace: area },
    subjects: [{ kind: 'ServiceAccount', name: account, namespace: area }],
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: role },
  };
}

function deployment(name: string): object {
  const labels = { app: name };
  const pod = { metadata: { labels }, spec: { containers: [{ name: 'main', image: 'example/main:1' }] } };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace: area },
    spec: { replicas: 1, selector: { matchLabels: labels }, template: pod },
  };
}

/** The account's kubeconfig leads to another address from now on. */
function redirect(path: string, server: string): void {
  const config = parse(readFileSync(path, 'utf8')) as { clusters: { name: string }[] };
  writeFileSync(path, stringify({ ...config, clusters: config.clusters.map(({ name }) => ({ name, cluster: { server } })) }));
}
