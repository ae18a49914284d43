import { factsAt } from '../../kubernetes/facts.ts';
import type { ClusterFacts, FactsHistory, PodFact, Strength } from '../../kubernetes/facts.ts';
import type { StoryTime } from './story-time.ts';

/** A pod as long as it was there, in story time; `endMs` is absent while it is. */
export type PodLife = { pod: PodFact; startMs: number; endMs?: number };

/** What was so in the cluster, in story time. */
export type FactsInTime = {
  at(storyMs: number): ClusterFacts;
  /** At the beginning, against which everything is measured. */
  first: ClusterFacts;
  pods: readonly PodLife[];
};

const minuteMs = 60_000;

/** `history` has an entry at least. */
export function factsInTime(history: FactsHistory, time: StoryTime): FactsInTime {
  const entries = history.map(({ at, facts }) => ({ at: new Date(time.toStory(at.getTime())), facts: inStoryTime(facts, time) }));
  const first = entries[0]?.facts ?? quietCluster(new Date(0));
  return { at: (storyMs) => factsAt(entries, new Date(storyMs)) ?? first, first, pods: livesOf(entries) };
}

function inStoryTime(facts: ClusterFacts, time: StoryTime): ClusterFacts {
  const moved = (at: Date) => new Date(time.toStory(at.getTime()));
  const restarted = (strength: Strength) =>
    strength.restartedAt === undefined ? strength : { ...strength, restartedAt: moved(strength.restartedAt) };
  const last = <Events extends { lastAt?: Date }>(events: Events) =>
    events.lastAt === undefined ? events : { ...events, lastAt: moved(events.lastAt) };
  return {
    ...facts,
    gpuWorkers: restarted(facts.gpuWorkers),
    clearedJobs: last(facts.clearedJobs),
    prioritized: last(facts.prioritized),
    pods: facts.pods.map((pod) => ({ ...pod, startedAt: moved(pod.startedAt) })),
  };
}

function livesOf(entries: FactsHistory): PodLife[] {
  const lives = new Map<string, PodLife>();
  for (const { at, facts } of entries) {
    const present = new Set(facts.pods.map(keyOf));
    for (const [key, life] of lives) if (!present.has(key) && life.endMs === undefined) lives.set(key, { ...life, endMs: at.getTime() });
    for (const pod of facts.pods) {
      const known = lives.get(keyOf(pod));
      if (known === undefined) lives.set(keyOf(pod), { pod, startMs: pod.startedAt.getTime() });
    }
  }
  return [...lives.values()];
}

export function keyOf({ namespace, name, container }: PodFact): string {
  return `${namespace}/${name}/${container}`;
}

const pods = [
  ['gpu-worker-7c9d5b8f4-2xkqp', 'gpu-worker'],
  ['gpu-worker-7c9d5b8f4-6m4tz', 'gpu-worker'],
  ['gpu-worker-7c9d5b8f4-w8hnd', 'gpu-worker'],
  ['asr-worker-5f6b7c9d8-k2vlm', 'asr-worker'],
  ['api-gateway-6d8c9b7f5-q9zrt', 'api-gateway'],
] as const;

/** The cluster that nobody simulates: everything runs, and nothing is done to it. */
export function quietCluster(startedAt: Date): ClusterFacts {
  const common = { namespace: 'video-processing', node: 'node-1', ready: true, restarts: 0, startedAt };
  return {
    gpuWorkers: { desired: 3, ready: 3 },
    asrWorkers: { desired: 1, ready: 1 },
    apiGateways: { desired: 1, ready: 1 },
    nats: { desired: 1, ready: 1 },
    uploadsPaused: false,
    clearedJobs: { times: 0 },
    prioritized: { times: 0 },
    dbMaxConnections: 20,
    pods: pods.map(([name, workload]) => ({ ...common, name, workload, container: workload })),
  };
}

/** How much of the relief of a restart is left: all for some minutes, then less and less. */
export function reliefOf({ restartedAt }: Strength, storyMs: number): number {
  if (restartedAt === undefined) return 0;
  const minutes = (storyMs - restartedAt.getTime()) / minuteMs;
  if (minutes < 0) return 0;
  return minutes < 4 ? 1 : Math.max(0, 1 - (minutes - 4) / 4);
}
