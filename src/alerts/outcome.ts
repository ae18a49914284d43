import { nameOf } from '../incidents/incident.ts';
import type { Log } from '../kernel/log.ts';
import type { AppliedEvent } from './apply-events.ts';
import type { Notification } from './parse-webhook.ts';
import { shortLine } from './route.ts';

/** One line for people: "2 new, 1 stale; opened INC-4; 3 alerts were cut off by max_alerts". */
export function outcomeOf(notification: Notification, applied: readonly AppliedEvent[]): string {
  const types = Map.groupBy(applied, ({ type }) => type);
  const touched = (opened: boolean) =>
    [
      ...new Set(applied.flatMap((event) => (event.incident !== undefined && event.opened === opened ? [nameOf(event.incident)] : []))),
    ].slice(0, 10);
  const [opened, changed] = [touched(true), touched(false)];
  return shortLine(
    [
      [...types].map(([type, { length }]) => `${length} ${type.replace('_', ' ')}`).join(', '),
      ...(opened.length === 0 ? [] : [`opened ${opened.join(', ')}`]),
      ...(changed.length === 0 ? [] : [`changed ${changed.join(', ')}`]),
      ...(notification.truncatedAlerts === 0 ? [] : [`${notification.truncatedAlerts} alerts were cut off by max_alerts`]),
      ...notification.notes,
    ].join('; '),
    1000,
  );
}

/** Says in the log what an operator may want to know of a notification: what its sender cut off, and what was repaired. */
export function logNotification(log: Log, delivery: { id: string }, notification: Notification): void {
  const { receiver, groupKey, truncatedAlerts, notes } = notification;
  if (truncatedAlerts === 0 && notes.length === 0) return;
  const about = { delivery: delivery.id, receiver, groupKey: shortLine(groupKey, 300) };
  if (truncatedAlerts > 0) log.warn({ ...about, truncatedAlerts }, 'alertmanager cut alerts off a notification (max_alerts)');
  if (notes.length > 0) log.info({ ...about, notes: notes.slice(0, 20) }, 'a notification was repaired while it was read');
}
