import { createSimulatedKubernetes } from './cluster.ts';
import type { SimulatedKubernetes, SimulatedKubernetesOptions } from './cluster.ts';
import { restartsOf } from './controllers/pod-status.ts';
import { wantedReplicas } from './controllers/replica-set.ts';
import { isGoing, isReady } from './controllers/world.ts';
import { factsAt } from './facts.ts';
import type { ClusterFacts, FactsHistory, PodFact, Strength } from './facts.ts';
import { annotationsOf, labelsOf, nameOf, namespaceOf, same, textAt, treesAt, uidOf } from './tree.ts';
import type { KubeObject, Tree } from './tree.ts';
import { videoLogs } from './video-logs.ts';
import { namespace, videoObjects } from './video-objects.ts';
import { videoPrograms } from './video-programs.ts';

export type VideoWorldOptions = SimulatedKubernetesOptions & {
  /** What the cluster's own Prometheus answers in its container, by path and query. */
  prometheusAnswer?: (url: string) => Promise<string> | string;
};

/** The example cluster: the workloads of the video-processing runbook, with too few GPU workers. */
export type VideoWorld = SimulatedKubernetes & {
  /** What the metrics depend on now. */
  state(): ClusterFacts;
  /** What it depended on at which time; queries about the past need it. */
  history(): FactsHistory;
};

type Done = { times: number; lastAt?: Date };

/** The example cluster, with all its pods ready before it is given back. */
export function createVideoWorld(options: VideoWorldOptions): VideoWorld {
  const cluster = createSimulatedKubernetes({ ageMs: 26 * 3_600_000, contents: videoObjects, ...options });
  const { world } = cluster;
  let [cleared, prioritized]: [Done, Done] = [{ times: 0 }, { times: 0 }];
  /** The pool size with which each api-gateway pod was started. */
  const poolSizes = new Map<string, number>();
  const history: { at: Date; facts: ClusterFacts }[] = [];
  const kinds = {
    pods: world.store.kind('', 'pods'),
    maps: world.store.kind('', 'configmaps'),
    deployments: world.store.kind('apps', 'deployments'),
  };
  const list = (kind: 'pods' | 'deployments'): readonly KubeObject[] => (kinds[kind] === undefined ? [] : world.store.list(kinds[kind]));

  const configured = (): number => {
    const map = kinds.maps === undefined ? undefined : world.store.get(kinds.maps, namespace, 'api-gateway-config');
    const size = Number(textAt(map, 'data', 'DB_MAX_CONNECTIONS'));
    return Number.isInteger(size) && size > 0 ? size : 10;
  };
  const serving = (name: string): readonly KubeObject[] =>
    list('pods').filter((pod) => workloadOf(pod) === name && isReady(pod) && !isGoing(pod));

  function strength(name: string): Strength {
    const deployment = list('deployments').find((each) => nameOf(each) === name && namespaceOf(each) === namespace);
    const restarted = Date.parse(textAt(deployment, 'spec', 'template', 'metadata', 'annotations', 'kubectl.kubernetes.io/restartedAt'));
    return {
      desired: deployment === undefined ? 0 : wantedReplicas(deployment),
      ready: serving(name).length,
      ...(Number.isNaN(restarted) ? {} : { restartedAt: new Date(restarted) }),
    };
  }
  function look(): ClusterFacts {
    for (const pod of list('pods'))
      if (workloadOf(pod) === 'api-gateway' && !poolSizes.has(uidOf(pod))) poolSizes.set(uidOf(pod), configured());
    const gateways = serving('api-gateway');
    return {
      gpuWorkers: strength('gpu-worker'),
      asrWorkers: strength('asr-worker'),
      apiGateways: strength('api-gateway'),
      nats: strength('nats'),
      uploadsPaused: gateways.length > 0 && gateways.every((pod) => annotationsOf(pod)['pause-uploads'] === 'true'),
      clearedJobs: cleared,
      prioritized,
      dbMaxConnections: Math.min(
        ...(gateways.length === 0 ? [configured()] : gateways.map((pod) => poolSizes.get(uidOf(pod)) ?? configured())),
      ),
      pods: list('pods').flatMap(podFacts),
    };
  }
  function note(at: Date): void {
    const facts = look();
    const last = history.at(-1);
    if (last !== undefined && sameFacts(last.facts, facts)) return;
    if (last?.at.getTime() === at.getTime()) history.pop();
    history.push({ at, facts });
  }
  const once = (done: Done): Done => ({ times: done.times + 1, lastAt: world.now() });

  cluster.behave((container, pod) =>
    namespaceOf(pod) === namespace || namespaceOf(pod) === 'monitoring' ? startOf(container) : undefined,
  );
  cluster.logs(...videoLogs((at) => ((factsAt(history, at)?.gpuWorkers.ready ?? 0) >= 6 ? 0.1 : 1)));
  cluster.programs(
    ...videoPrograms({
      clearStuck() {
        cleared = once(cleared);
        note(world.now());
        return cleared.times === 1 ? 17 : 0;
      },
      prioritize() {
        prioritized = once(prioritized);
        note(world.now());
        return 214;
      },
      dbMaxConnections: () => look().dbMaxConnections,
      prometheusAnswer: options.prometheusAnswer ?? (() => '{"status":"success","data":{"resultType":"vector","result":[]}}'),
    }),
  );
  note(world.now());
  cluster.onInstant(note);
  return {
    ...cluster,
    state() {
      cluster.catchUp();
      return look();
    },
    history() {
      cluster.catchUp();
      return history;
    },
  };
}

/** GPU workers load a model before they are ready. Bad images keep the behaviour that their name promises. */
function startOf(container: Tree): { startMs: number; readyMs: number } | undefined {
  const image = textAt(container, 'image');
  if (!image.startsWith('registry.invalid/') || /(crash|broken|oom|missing|unready|no-such|does-not-exist|notfound)/.test(image))
    return undefined;
  return image.includes('gpu-worker') ? { startMs: 3000, readyMs: 9000 } : { startMs: 1500, readyMs: 3000 };
}

const workloadOf = (pod: KubeObject): string =>
  labelsOf(pod)['app.kubernetes.io/name'] ?? textAt(treesAt(pod, 'metadata', 'ownerReferences')[0], 'name');

function podFacts(pod: KubeObject): readonly PodFact[] {
  const started = Date.parse(textAt(pod, 'status', 'startTime'));
  if (textAt(pod, 'status', 'phase') !== 'Running' || Number.isNaN(started)) return [];
  return treesAt(pod, 'spec', 'containers').map((container) => ({
    namespace: namespaceOf(pod),
    name: nameOf(pod),
    container: textAt(container, 'name'),
    node: textAt(pod, 'spec', 'nodeName'),
    workload: workloadOf(pod),
    ready: isReady(pod) && !isGoing(pod),
    restarts: restartsOf(pod),
    startedAt: new Date(started),
  }));
}

function sameFacts(a: ClusterFacts, b: ClusterFacts): boolean {
  // Facts are plain data; as JSON they are trees.
  const tree = (facts: ClusterFacts): Tree => JSON.parse(JSON.stringify(facts)) as Tree;
  return same(tree(a), tree(b));
}
