/** Into how many incidents the alerts go: each its own, twelve in all, or some 1,200 as on a bad day of a large company. */
export const groupings = ['own', 'twelve', 'mixed'] as const;
export type Grouping = (typeof groupings)[number];

const startedAt = '2026-03-14T09:26:53.589Z';
const names = ['HighErrorRate', 'LatencyBudgetBurn', 'QueueBacklogGrowing', 'DiskWillFill', 'ReplicaLagging', 'CertificateExpires'];
const regions = ['eu-central-1', 'eu-west-1', 'us-east-2', 'ap-south-1'];

export type BenchAlert = {
  /** Different for each run, so that no two runs send the same alert. */
  run: string;
  index: number;
  grouping: Grouping;
  severity?: string;
};

/** One alert of a notification, of Alertmanager's form and size. The same alert has the same text. */
export function alertOf({ run, index, grouping, severity = severityOf(index) }: BenchAlert) {
  const service = serviceOf(run, index, grouping);
  const alertname = names[grouping === 'mixed' ? index % names.length : 0] ?? 'HighErrorRate';
  const pod = `${service}-${((index * 2_654_435_761) >>> 0).toString(36)}-${index}`;
  return {
    status: 'firing',
    labels: {
      alertname,
      service,
      severity,
      namespace: 'production',
      cluster: `prod-${regions[index % regions.length]}`,
      pod,
      instance: `10.${(index >> 16) & 255}.${(index >> 8) & 255}.${index & 255}:8080`,
      prometheus: 'monitoring/k8s',
      team: 'platform',
    },
    annotations: {
      summary: `${alertname} on ${service}: ${run}-${index}`,
      description: `The share of failed requests of pod ${pod} has been above 5 % for more than 10 minutes. Customers see errors when they upload.`,
      dashboard: `https://grafana.example.com/d/service/overview?var-service=${service}&var-pod=${pod}`,
    },
    startsAt: startedAt,
    endsAt: '0001-01-01T00:00:00Z',
    generatorURL: `https://prometheus.example.com/graph?g0.expr=rate%28http_requests_failed_total%7Bpod%3D%22${pod}%22%7D%5B5m%5D%29+%3E+0.05&g0.tab=1`,
    fingerprint: fingerprintOf(run, index),
  };
}

/** A webhook body with these alerts, as Alertmanager sends a group. */
export function notificationOf(alerts: readonly ReturnType<typeof alertOf>[]): string {
  const [first] = alerts;
  const group = { alertname: first?.labels.alertname ?? '', service: first?.labels.service ?? '' };
  return JSON.stringify({
    receiver: 'tocsin',
    status: 'firing',
    alerts,
    groupLabels: group,
    commonLabels: alerts.length === 1 ? (first?.labels ?? {}) : { ...group, namespace: 'production', team: 'platform' },
    commonAnnotations: {},
    externalURL: 'https://alertmanager.example.com',
    version: '4',
    groupKey: `{}/{team="platform"}:{alertname="${group.alertname}", service="${group.service}"}`,
    truncatedAlerts: 0,
  });
}

function serviceOf(run: string, index: number, grouping: Grouping): string {
  if (grouping === 'own') return `svc-${run}-${index}`;
  return `svc-${index % (grouping === 'twelve' ? 12 : 200)}`;
}

/** Of ten alerts one pages, eight open a thread, and one is only noted. */
function severityOf(index: number): string {
  if (index % 10 === 0) return 'critical';
  return index % 10 === 9 ? 'info' : 'warning';
}

function fingerprintOf(run: string, index: number): string {
  const seed = Number.parseInt(run, 36) >>> 0;
  return seed.toString(16).padStart(8, '0') + index.toString(16).padStart(8, '0');
}
