import type { Clock } from '../../kernel/clock.ts';
import type { AlertToFire, SimulatedAlertmanager } from '../alertmanager/alertmanager.ts';
import type { SimulatedPrometheus } from '../prometheus/server.ts';
import type { PageSample } from '../slack/page-contract.ts';

/** How long the trouble lasts before its alert fires. */
const alertDelayMs = 2 * 60_000;

/** The alerts that can be fired and resolved from the page. */
export type SampleAlerts = {
  samples: readonly PageSample[];
  /** Starts the sample's alerts; false for an unknown id. A sample that fires already goes on. */
  fire(id: string): boolean;
  /** Ends the sample's alerts; false for an unknown id. */
  resolve(id: string): boolean;
};

type SampleAlert = Omit<AlertToFire, 'generatorUrl'> & { promql: string };

type Sample = PageSample & {
  alertname: string;
  alerts: readonly SampleAlert[];
  /** The simulated metrics take part. */
  moves?: 'error rate';
};

type Parties = {
  clock: Pick<Clock, 'now'>;
  /** How much faster than life the simulation goes. */
  speed: number;
  alertmanager: Pick<SimulatedAlertmanager, 'fire' | 'resolve' | 'alerts'>;
  prometheus: Pick<SimulatedPrometheus, 'begin' | 'recover'>;
  /** Where that Prometheus is, so that an alert's query can be followed. */
  prometheusUrl: string;
};

export function createSampleAlerts({ alertmanager, prometheus, prometheusUrl, clock, speed }: Parties): SampleAlerts {
  // An alert comes when the trouble has gone on for a while: the metrics must show it by then.
  const troubleBefore = (alert: Date) => new Date(alert.getTime() - alertDelayMs / speed);
  const find = (id: string) => samples.find((sample) => sample.id === id);
  const firing = (sample: Sample) =>
    alertmanager.alerts().find((alert) => alert.labels['alertname'] === sample.alertname && alert.endsAt === undefined);

  // After a restart the alerts are still there, and the metrics have to agree with them.
  for (const sample of samples.filter(({ moves }) => moves !== undefined)) {
    const since = firing(sample)?.startsAt;
    if (since !== undefined) prometheus.begin(troubleBefore(new Date(since)));
  }
  return {
    samples: samples.map(({ id, title, description }) => ({ id, title, description })),
    fire(id) {
      const sample = find(id);
      if (sample === undefined) return false;
      if (sample.moves !== undefined) prometheus.begin(troubleBefore(clock.now()));
      for (const { promql, ...alert } of sample.alerts)
        alertmanager.fire({ ...alert, generatorUrl: `${prometheusUrl}/graph?g0.expr=${encodeURIComponent(promql)}` });
      return true;
    },
    resolve(id) {
      const sample = find(id);
      if (sample === undefined) return false;
      if (sample.moves !== undefined) prometheus.recover();
      alertmanager.resolve({ alertname: sample.alertname });
      return true;
    },
  };
}

const service = 'video-processing';
const namespace = 'video-processing';

function workerDown(pod: string): SampleAlert {
  return {
    labels: { alertname: 'WorkerHealthCheckFailed', severity: 'warning', service, namespace, deployment: 'gpu-worker', pod },
    annotations: { summary: 'GPU workers fail their health check', description: `${pod} has failed its readiness probe for 3 minutes.` },
    promql: 'kube_pod_status_ready{namespace="video-processing",condition="true"} == 0',
  };
}

const samples: readonly Sample[] = [
  {
    id: 'video-error-budget',
    title: 'Video processing error budget exhausted',
    description: 'Critical, with a runbook: opens a thread, calls on-call, and the error rate climbs to about 7 %.',
    alertname: 'VideoProcessingErrorBudgetExhausted',
    moves: 'error rate',
    alerts: [
      {
        labels: { alertname: 'VideoProcessingErrorBudgetExhausted', severity: 'critical', service, namespace, team: 'video' },
        annotations: {
          summary: 'Video processing error rate is above 1 %',
          description: 'More than 1 % of the videos of the last 24 hours failed. The error budget of the month is spent.',
          runbook_url: 'https://runbooks.example.com/video-processing-error-budget.md',
        },
        promql: 'sum(rate(video_processing_errors_total[24h])) / sum(rate(video_processing_total[24h])) * 100 > 1',
      },
    ],
  },
  {
    id: 'queue-overflow',
    title: 'Queue overflow',
    description: 'A warning without a runbook: opens a thread, calls nobody.',
    alertname: 'QueueOverflow',
    alerts: [
      {
        labels: { alertname: 'QueueOverflow', severity: 'warning', service, namespace, queue: 'video-jobs' },
        annotations: {
          summary: 'The video job queue holds more than 4,000 jobs',
          description: 'Jobs arrive faster than they are done; new videos wait about 25 minutes.',
        },
        promql: 'sum(video_processing_queue_depth) > 4000',
      },
    ],
  },
  {
    id: 'gpu-utilization-low',
    title: 'GPU utilization low',
    description: 'For information: recorded and listed, no thread.',
    alertname: 'GpuUtilizationLow',
    alerts: [
      {
        labels: { alertname: 'GpuUtilizationLow', severity: 'info', service, namespace, deployment: 'gpu-worker' },
        annotations: { summary: 'GPU workers are less than 20 % busy', description: 'Fewer workers would do.' },
        promql: 'avg(nvidia_gpu_utilization) < 20',
      },
    ],
  },
  {
    id: 'three-pods',
    title: 'Three pods at once',
    description: 'A group of three warnings: one incident, and all three have to clear.',
    alertname: 'WorkerHealthCheckFailed',
    alerts: [workerDown('gpu-worker-7c9d5b8f4-2xkqp'), workerDown('gpu-worker-7c9d5b8f4-6m4tz'), workerDown('gpu-worker-7c9d5b8f4-w8hnd')],
  },
];
