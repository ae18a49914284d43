import { appendFileSync, chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { stringify } from 'yaml';
import type { Cluster } from '../../../src/doors/cluster.ts';
import { systemClock } from '../../../src/kernel/clock.ts';
import type { Tree } from '../../../src/simulator/kubernetes/tree.ts';
import { videoObjects } from '../../../src/simulator/kubernetes/video-objects.ts';
import { startControlPlane } from '../support/control-plane.ts';
import type { ControlPlane } from '../support/control-plane.ts';

export const seedNamespaces = ['video-processing', 'monitoring'];

/** A real API server with the workloads of the video-processing runbook, and harmless programs for its containers. */
export type SeedCluster = ControlPlane & {
  /** Resolves when all pods of all Deployments are there and no rollout is under way. */
  settle(): Promise<void>;
  /** The command lines that were run in containers so far. */
  execs(): readonly string[];
};

/** What `curl` and the others say in a container. Each call is written down in the folder that exec runs in. */
const programs: Readonly<Record<string, string>> = {
  curl: `case "$*" in *api/v1/query*) echo '{"status":"success","data":{"resultType":"vector","result":[]}}' ;; *) echo '{"status":"ok"}' ;; esac`,
  'nats-sub': `echo "Listening on [$1]"`,
  'nats-server': 'echo "nats-server: v2.11.8"',
  'nvidia-smi': 'echo "NVIDIA-SMI 570.172.08  Driver Version: 570.172.08"',
};

export async function startSeedCluster(): Promise<SeedCluster> {
  const plane = await startControlPlane();
  const folder = dirname(plane.kubeconfig);
  const log = join(folder, 'exec.log');
  mkdirSync(join(folder, 'bin'));
  for (const [name, body] of Object.entries(programs)) {
    const path = join(folder, 'bin', name);
    writeFileSync(path, `#!/bin/sh\necho "\${0##*/} $*" >>exec.log\n${body}\n`);
    chmodSync(path, 0o755);
  }
  for (const words of ['ERROR CUDA out of memory', 'upstream said 5xx', 'timeout while transcribing'])
    appendFileSync(join(folder, 'app.log'), `${new Date().toISOString().replace('Z', '000000Z')} stdout F ${words}\n`);
  await plane.apply(videoObjects.map((object) => stringify(fitting(object))).join('---\n'));

  const settle = async (): Promise<void> => {
    while (!(await isSettled(plane.admin))) await systemClock.sleep(100);
  };
  await settle();
  return {
    ...plane,
    settle,
    execs: () => (existsSync(log) ? readFileSync(log, 'utf8').trim().split('\n') : []),
  };
}

type Deployment = {
  metadata: { generation: number };
  spec: { replicas: number };
  status: { observedGeneration?: number; replicas?: number; updatedReplicas?: number; availableReplicas?: number };
};

/** As `kubectl rollout status` has it, for all Deployments. */
async function isSettled(cluster: Cluster): Promise<boolean> {
  const answer = await cluster.request({ method: 'GET', path: '/apis/apps/v1/deployments', signal: AbortSignal.timeout(30_000) });
  return (JSON.parse(answer.body) as { items: readonly Deployment[] }).items.every(({ metadata, spec: { replicas }, status }) => {
    const counts = [status.replicas, status.updatedReplicas, status.availableReplicas];
    return status.observedGeneration === metadata.generation && counts.every((count = 0) => count === replicas);
  });
}

/**
 * The example, fit for this place: its autoscaler would take back what the runbook sets within seconds, and its nodes say that they are
 * ready by themselves, so that no fake kubelet would take them up.
 */
function fitting(object: Tree): Tree {
  const { kind, spec, status } = object;
  if (kind === 'HorizontalPodAutoscaler') return { ...object, spec: { ...treeOf(spec), maxReplicas: 10 } };
  const { capacity = {}, allocatable = {} } = treeOf(status);
  return kind === 'Node' ? { ...object, status: { capacity, allocatable } } : object;
}

function treeOf(value: Tree[string] | undefined): Tree {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {};
}
