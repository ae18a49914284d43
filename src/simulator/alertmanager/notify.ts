import type { Group, SimulatedAlert } from './state.ts';

/** The words of `notification_reason` that the simulation uses. */
export type NotificationReason =
  | 'first notification'
  | 'new alerts added'
  | 'some alerts resolved'
  | 'all alerts resolved'
  | 'repeat interval elapsed';

/** Whether a flush of this group sends anything, and why. Pure, and the rules of Alertmanager with `send_resolved`. */
export function reasonToNotify(group: Group, how: { now: number; repeatMs: number }): NotificationReason | undefined {
  const firing = group.alerts.filter((alert) => !isResolved(alert)).map((alert) => alert.fingerprint);
  const resolved = group.alerts.filter(isResolved).map((alert) => alert.fingerprint);
  const { told } = group;
  if (told === undefined) return firing.length > 0 ? 'first notification' : undefined;
  if (firing.some((fingerprint) => !told.firing.includes(fingerprint))) return 'new alerts added';
  if (firing.length === 0) return told.firing.length > 0 ? 'all alerts resolved' : undefined;
  if (resolved.some((fingerprint) => !told.resolved.includes(fingerprint))) return 'some alerts resolved';
  return how.now - told.at >= how.repeatMs ? 'repeat interval elapsed' : undefined;
}

export function isResolved(alert: SimulatedAlert): boolean {
  return alert.endsAt !== undefined;
}

/** Alertmanager: 500 ms, half as much again each time, at most a minute. The real one adds jitter. */
export function backoffMs(tries: number): number {
  return Math.min(500 * 1.5 ** Math.max(0, tries - 1), 60_000);
}
