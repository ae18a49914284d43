import type { Severity } from '../incidents/incident.ts';

/** How alerts become incidents: which labels mean what, and how long what belongs together. */
export type RoutingPolicy = {
  severityLabel: string;
  /** The values of that label, in lower case. */
  severities: Readonly<Record<Severity, readonly string[]>>;
  /** The first of these that an alert has names its service. */
  serviceLabels: readonly string[];
  /** The first of these that an alert has says what it is about, the most specific first. */
  targetLabels: readonly string[];
  /** An alert joins an open incident without firing alerts within this time of its last one. */
  groupWindowMs: number;
  /** An alert reopens a resolved incident within this time of its resolution. */
  reopenWindowMs: number;
  /** Resolve by itself this long after the last alert has cleared; absent: only people resolve. */
  resolveAfterMs?: number;
};

/** The `alerts` part of the settings, as far as routing reads it. */
export type AlertSettings = {
  severityLabel: string;
  severities: Readonly<Record<Severity, readonly string[]>>;
  serviceLabels: readonly string[];
  groupWindowMinutes: number;
  reopenWindowMinutes: number;
  resolveAfterMinutes?: number | undefined;
};

const minuteMs = 60_000;

/** A pod before its instance: where a proxy is scraped, many pods share one instance label. */
const targetLabels = [
  'pod',
  'pod_name',
  'instance',
  'statefulset',
  'deployment',
  'daemonset',
  'job_name',
  'container',
  'node',
  'host',
  'hostname',
  'queue',
  'database',
  'cluster',
] as const;

/** The policy that the settings describe. */
export function routingPolicy(settings: AlertSettings): RoutingPolicy {
  const lowerCase = (words: readonly string[]) => words.map((word) => word.toLowerCase());
  return {
    severityLabel: settings.severityLabel,
    severities: {
      critical: lowerCase(settings.severities.critical),
      warning: lowerCase(settings.severities.warning),
      info: lowerCase(settings.severities.info),
    },
    serviceLabels: settings.serviceLabels,
    targetLabels,
    groupWindowMs: settings.groupWindowMinutes * minuteMs,
    reopenWindowMs: settings.reopenWindowMinutes * minuteMs,
    ...(settings.resolveAfterMinutes === undefined ? {} : { resolveAfterMs: settings.resolveAfterMinutes * minuteMs }),
  };
}
