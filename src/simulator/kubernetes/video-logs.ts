import type { LogMoment, LogScript } from './logs.ts';
import { labelsOf } from './tree.ts';

type Teller = (moment: LogMoment & { job: string; stamp: string }) => string;

/** The lines of each workload; the dice says how bad a line is. */
function tellers(trouble: (at: Date) => number): Readonly<Record<string, Teller>> {
  return {
    'gpu-worker': ({ at, dice, index, job, stamp }) => {
      if (dice < 0.09 * trouble(at))
        return `${stamp} ERROR transcode job=${job} failed: CUDA out of memory: tried to allocate 2.50 GiB (gpu memory 15.8/16.0 GiB used)`;
      if (dice < 0.14 * trouble(at)) return `${stamp} ERROR job=${job} timeout after 300s in step encode`;
      if (dice < 0.2 * trouble(at)) return `${stamp} WARN queue wait for job=${job} is ${30 + (index % 60)}s`;
      return `${stamp} INFO transcode job=${job} done in ${12 + Math.floor(dice * 40)}s`;
    },
    'asr-worker': ({ at, dice, job, stamp }) => {
      if (dice < 0.05 * trouble(at)) return `${stamp} ERROR job=${job} Timeout waiting for audio track from gpu-worker`;
      if (dice < 0.08 * trouble(at)) return `${stamp} WARN memory 1.7 GiB of 2.0 GiB used`;
      return `${stamp} INFO transcript job=${job} done`;
    },
    'api-gateway': ({ at, dice, job, stamp }) => {
      if (dice < 0.07 * trouble(at)) return `${stamp} ERROR 5xx upstream=gpu-worker status=503 path=/api/jobs/${job} duration_ms=30001`;
      return `${stamp} INFO status=200 path=/api/jobs/${job} duration_ms=${20 + Math.floor(dice * 90)}`;
    },
    'job-orchestrator': ({ at, dice, job, index, stamp }) =>
      dice < 0.1 * trouble(at)
        ? `${stamp} WARN job=${job} is stuck since 15m`
        : `${stamp} INFO scheduled job=${job} position=${index % 40}`,
    nats: ({ index, stamp }) => `[1] ${stamp} [INF] client connections: ${10 + (index % 4)}, slow consumers: 0`,
  };
}

/** The logs of the example's workloads; `trouble` is how likely a bad line is at a time, from 0 to 1. */
export function videoLogs(trouble: (at: Date) => number): readonly LogScript[] {
  return Object.entries(tellers(trouble)).map(([name, tell]) => ({
    knows: (pod) => pod['metadata'] !== undefined && labelsOf(pod)['app.kubernetes.io/name'] === name,
    everyMs: 3000,
    line: (moment) =>
      tell({
        ...moment,
        job: `v-${(48_000 + moment.index * 7 + Math.floor(moment.dice * 7)).toString(36)}`,
        stamp: moment.at.toISOString(),
      }),
  }));
}
