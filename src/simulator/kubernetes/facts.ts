/** One container of a running pod, as the metrics of a cluster name it. */
export type PodFact = {
  namespace: string;
  name: string;
  container: string;
  node: string;
  /** "gpu-worker", "nats": the Deployment, StatefulSet, DaemonSet or Job above it. */
  workload: string;
  ready: boolean;
  restarts: number;
  startedAt: Date;
};

/** How many pods of a workload are wanted, and how many serve. */
export type Strength = { desired: number; ready: number; restartedAt?: Date };

/** What the measured figures of the example cluster depend on, at one moment. Plain data, so that a simulated Prometheus can react to it. */
export type ClusterFacts = {
  gpuWorkers: Strength;
  asrWorkers: Strength;
  apiGateways: Strength;
  nats: Strength;
  /** The api-gateway's present pods carry `pause-uploads: "true"`. */
  uploadsPaused: boolean;
  /** How often stuck jobs were cleared, and when last. */
  clearedJobs: { times: number; lastAt?: Date };
  /** How often the queue was worked off with priority, and when last. */
  prioritized: { times: number; lastAt?: Date };
  /** What the running api-gateway uses: a changed ConfigMap counts after a restart of its pods. */
  dbMaxConnections: number;
  pods: readonly PodFact[];
};

/** What was so from when on, oldest first; there is always a first entry. Queries about the past read it. */
export type FactsHistory = readonly { at: Date; facts: ClusterFacts }[];

/** The facts of a moment: the last entry that is not later, else the first. */
export function factsAt(history: FactsHistory, at: Date): ClusterFacts | undefined {
  return (history.findLast((entry) => entry.at.getTime() <= at.getTime()) ?? history[0])?.facts;
}
