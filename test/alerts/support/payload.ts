/** An alert as Alertmanager sends it. Times are minutes after the start of the example day. */
export type SentAlert = {
  fingerprint: string;
  labels: Record<string, string>;
  annotations: Record<string, string>;
  startsAt: string;
  endsAt: string;
  status: 'firing' | 'resolved';
  generatorURL: string;
};

const dayStart = Date.UTC(2026, 2, 14, 10, 0, 0);

/** RFC 3339 text of a moment so many minutes after the start of the example day. */
export function minute(minutes: number): string {
  return new Date(dayStart + minutes * 60_000).toISOString();
}

export type Wish = {
  name?: string;
  pod?: string;
  service?: string;
  severity?: string;
  at?: number;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  fingerprint?: string;
};

export function firing(wish: Wish = {}): SentAlert {
  const labels = {
    alertname: wish.name ?? 'VideoErrors',
    severity: wish.severity ?? 'critical',
    service: wish.service ?? 'video-processing',
    ...(wish.pod === undefined ? {} : { pod: wish.pod }),
    ...wish.labels,
  };
  return {
    fingerprint: wish.fingerprint ?? fingerprint(JSON.stringify(Object.entries(labels).toSorted(([a], [b]) => (a < b ? -1 : 1)))),
    labels,
    annotations: { summary: `${labels.alertname} on ${labels.service}`, ...wish.annotations },
    startsAt: minute(wish.at ?? 0),
    endsAt: '0001-01-01T00:00:00Z',
    status: 'firing',
    generatorURL: 'http://prometheus:9090/graph?g0.expr=up',
  };
}

/** The same alert after it ended. */
export function resolved(alert: SentAlert, endMinute: number): SentAlert {
  return { ...alert, status: 'resolved', endsAt: minute(endMinute) };
}

/** A version 4 notification. */
export function webhookBody(alerts: readonly unknown[], extra: Record<string, unknown> = {}): string {
  return JSON.stringify({
    version: '4',
    groupKey: '{}:{alertname="VideoErrors"}',
    truncatedAlerts: 0,
    receiver: 'tocsin',
    groupLabels: { alertname: 'VideoErrors' },
    commonLabels: {},
    commonAnnotations: {},
    externalURL: 'http://alertmanager:9093',
    alerts,
    ...extra,
  });
}

/** 16 hex digits that depend on the text. */
function fingerprint(text: string): string {
  let hash = 0xcbf29ce484222325n;
  for (const byte of new TextEncoder().encode(text)) hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n);
  return hash.toString(16).padStart(16, '0');
}
