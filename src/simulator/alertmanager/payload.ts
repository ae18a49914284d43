import { isResolved } from './notify.ts';
import type { Flush, Group, SimulatedAlert } from './state.ts';

/** The webhook body of a notification, version 4. */
export function payloadOf(group: Group, flush: Flush, about: { receiver: string; externalUrl: string }): string {
  return JSON.stringify({
    receiver: about.receiver.replaceAll(/[\\.+*?()|[\]{}^$]/g, String.raw`\$&`),
    status: flush.alerts.every(isResolved) ? 'resolved' : 'firing',
    alerts: flush.alerts.map(alertOf),
    groupLabels: group.labels,
    commonLabels: common(flush.alerts.map((alert) => alert.labels)),
    commonAnnotations: common(flush.alerts.map((alert) => alert.annotations)),
    externalURL: about.externalUrl,
    version: '4',
    groupKey: group.key,
    truncatedAlerts: 0,
    notification_reason: flush.reason,
  });
}

function alertOf(alert: SimulatedAlert): object {
  return {
    status: isResolved(alert) ? 'resolved' : 'firing',
    labels: alert.labels,
    annotations: alert.annotations,
    startsAt: new Date(alert.startsAt).toISOString(),
    endsAt: alert.endsAt === undefined ? '0001-01-01T00:00:00Z' : new Date(alert.endsAt).toISOString(),
    generatorURL: alert.generatorUrl,
    fingerprint: alert.fingerprint,
  };
}

function common(maps: readonly Readonly<Record<string, string>>[]): Readonly<Record<string, string>> {
  const [first = {}, ...others] = maps;
  return Object.fromEntries(Object.entries(first).filter(([name, value]) => others.every((other) => other[name] === value)));
}
