import { labelsOf } from '../promql/labels.ts';
import type { Point, Series } from '../promql/storage.ts';
import { keyOf } from './facts-in-time.ts';
import type { FactsInTime, PodLife } from './facts-in-time.ts';
import { unrest } from './plant.ts';
import type { PlantState } from './plant.ts';
import { scrapeMs } from './record.ts';
import type { PlantRecord } from './record.ts';

type Scene = { plant: PlantRecord; facts: FactsInTime };

const namespace = 'video-processing';
const errorTypes = { gpu_out_of_memory: 0.71, decode_timeout: 0.18, storage_upload: 0.11 } as const;
const gib = 2 ** 30;

/** All series of the story: what video processing counts, and what the cluster's exporters say. */
export function storySeries(scene: Scene): readonly Series[] {
  return [...plantSeries(scene), ...targetSeries(scene), ...deploymentSeries(scene), ...podSeries(scene)];
}

function series({ plant }: Scene, labels: Readonly<Record<string, string>>, value: (atMs: number) => number): Series {
  const between = (fromMs: number, toMs: number): Point[] => plant.scrapes(fromMs, toMs).map((t) => ({ t, v: value(t) }));
  return { labels: labelsOf(Object.entries(labels)), between };
}

function plantSeries(scene: Scene): Series[] {
  const job = { job: 'gpu-worker', namespace };
  const counter = (name: string, count: (state: PlantState) => number) =>
    series(scene, { __name__: name, ...job }, (at) => Math.round(count(scene.plant.at(at))));
  return [
    ...Object.entries(errorTypes).map(([type, share]) =>
      series(scene, { __name__: 'video_processing_errors_total', ...job, error_type: type }, (at) =>
        Math.round(share * scene.plant.at(at).errors),
      ),
    ),
    counter('video_processing_total', ({ total }) => total),
    counter('video_processing_success_total', ({ total, errors }) => total - errors),
    series(scene, { __name__: 'video_processing_queue_depth', job: 'job-orchestrator', namespace, queue: 'video-jobs' }, (at) =>
      Math.round(180 + scene.plant.at(at).backlog + unrest(at, 15)),
    ),
  ];
}

const strengths = {
  'api-gateway': (facts: ReturnType<FactsInTime['at']>) => facts.apiGateways,
  'asr-worker': (facts: ReturnType<FactsInTime['at']>) => facts.asrWorkers,
  'gpu-worker': (facts: ReturnType<FactsInTime['at']>) => facts.gpuWorkers,
  nats: (facts: ReturnType<FactsInTime['at']>) => facts.nats,
} as const;

function targetSeries(scene: Scene): Series[] {
  return Object.entries(strengths).map(([job, strength]) =>
    series(scene, { __name__: 'up', job, namespace }, (at) => Number(strength(scene.facts.at(at)).ready > 0)),
  );
}

function deploymentSeries(scene: Scene): Series[] {
  return Object.entries(strengths).flatMap(([deployment, strength]) => {
    const gauge = (name: string, value: (count: { desired: number; ready: number }) => number) =>
      series(scene, { __name__: name, namespace, deployment }, (at) => value(strength(scene.facts.at(at))));
    return [
      gauge('kube_deployment_spec_replicas', ({ desired }) => desired),
      gauge('kube_deployment_status_replicas', ({ desired }) => desired),
      gauge('kube_deployment_status_replicas_available', ({ ready }) => ready),
      gauge('kube_deployment_status_replicas_unavailable', ({ desired, ready }) => Math.max(0, desired - ready)),
    ];
  });
}

function podSeries(scene: Scene): Series[] {
  const { facts, plant } = scene;
  const isGpu = ({ pod }: PodLife) => pod.workload === 'gpu-worker';
  const cards = facts.pods.filter(isGpu);
  return [
    ...cards.map((life, index) =>
      ofPod({ scene, life }, { __name__: 'nvidia_gpu_utilization', gpu: String(index) }, (at) =>
        Math.round(100 * plant.at(at).utilization),
      ),
    ),
    ...facts.pods.flatMap((life) => {
      const { pod } = life;
      const memory = (at: number) => (isGpu(life) ? 9 + 6 * plant.at(at).pressure : 1.5);
      const cores = (at: number) => (isGpu(life) ? 1.6 : 0.4) * Math.max(0, (at - life.startMs) / 1000);
      const present = (at: number) => facts.at(at).pods.find((other) => keyOf(other) === keyOf(pod)) ?? pod;
      return [
        ofPod({ scene, life }, { __name__: 'container_memory_usage_bytes' }, (at) => Math.round(memory(at) * gib)),
        ofPod({ scene, life }, { __name__: 'container_cpu_usage_seconds_total' }, cores),
        ofPod({ scene, life }, { __name__: 'kube_pod_container_status_restarts_total' }, (at) => present(at).restarts),
        ofPod({ scene, life }, { __name__: 'kube_pod_status_ready', condition: 'true' }, (at) => Number(present(at).ready)),
      ];
    }),
  ];
}

/** A series that begins and ends with its pod. */
function ofPod(
  { scene, life }: { scene: Scene; life: PodLife },
  own: Readonly<Record<string, string>>,
  value: (atMs: number) => number,
): Series {
  const { pod, startMs, endMs = Number.POSITIVE_INFINITY } = life;
  const labels = { ...own, namespace: pod.namespace, pod: pod.name, container: pod.container, node: pod.node };
  const whole = series(scene, labels, value);
  return {
    labels: whole.labels,
    between(fromMs, toMs) {
      const points = whole.between(Math.max(fromMs, startMs), Math.min(toMs, endMs + scrapeMs));
      // The first scrape without the pod marks its series as ended.
      return points.map((point) => (point.t >= endMs ? { t: point.t, v: Number.NaN, isStale: true as const } : point));
    },
  };
}
