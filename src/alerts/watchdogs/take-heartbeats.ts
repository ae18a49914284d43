import { sha256 } from '../../kernel/hash.ts';
import type { Instant } from '../../kernel/instant.ts';
import type { Log } from '../../kernel/log.ts';
import type { Delivery } from '../alert.ts';
import { parseWebhook } from '../parse-webhook.ts';
import type { ParsedWebhook } from '../parse-webhook.ts';
import type { DeliveryStore } from '../ports.ts';
import type { ReadAhead } from '../read-ahead.ts';
import { shortLine } from '../route.ts';
import { heard, noneYet } from './watchdog.ts';
import type { Watchdog, WatchdogPolicy, WatchdogStore } from './watchdog.ts';

export type HeartbeatDeps = {
  watchdogs: WatchdogStore;
  policy: WatchdogPolicy;
  /** Called when a watchdog was heard. */
  changed: () => void;
  log: Log;
};

/** Labels come from outside, and each combination is kept: so many are believed. */
const mostWatchdogs = 100;
const maxRaces = 20;

type Intake = { deliveries: DeliveryStore; ahead: Pick<ReadAhead, 'take'> };

/**
 * What the ingest works with, without the watchdog's alerts: they are heard when their delivery is claimed, and left out when it is read, so
 * they open no incident. What is stored stays as it was sent.
 */
export function takeHeartbeats({ deliveries, ahead }: Intake, deps: HeartbeatDeps): Intake {
  const { alertname } = deps.policy;
  if (alertname === '') return { deliveries, ahead };
  return {
    deliveries: {
      ...deliveries,
      async claim(request) {
        const claimed = await deliveries.claim(request);
        for (const delivery of claimed) if (delivery.body.includes(alertname)) await hearAll(deps, delivery);
        return claimed;
      },
    },
    ahead: { take: (delivery) => withoutHeartbeats(ahead.take(delivery), alertname) },
  };
}

async function hearAll(deps: HeartbeatDeps, { body, receivedAt }: Delivery): Promise<void> {
  const parsed = parseWebhook(body, receivedAt);
  const events = parsed.ok ? parsed.events : [];
  for (const { labels, status } of events) {
    if (labels['alertname'] === deps.policy.alertname && status === 'firing') await hear(deps, labels, receivedAt);
  }
}

function withoutHeartbeats(parsed: ParsedWebhook, alertname: string): ParsedWebhook {
  if (!parsed.ok) return parsed;
  const events = parsed.events.filter(({ labels }) => labels['alertname'] !== alertname);
  const taken = parsed.events.length - events.length;
  if (taken === 0) return parsed;
  const { notification } = parsed;
  return { ok: true, events, notification: { ...notification, notes: [...notification.notes, `${taken} of the watchdog`] } };
}

/** Notes that a watchdog was heard, and with it that there is one. */
async function hear(deps: HeartbeatDeps, all: Readonly<Record<string, string>>, at: Instant): Promise<void> {
  const labels = Object.fromEntries(
    deps.policy.labels.flatMap((name) => (Object.hasOwn(all, name) ? [[name, shortLine(all[name] ?? '', 200)]] : [])),
  );
  const key = keyOf(labels);
  await note(deps, { key, labels, at });
  const expected = await deps.watchdogs.get(noneYet);
  if (expected?.silentSince !== undefined) await note(deps, { key: noneYet, labels: {}, at });
}

/** A race is lost only to somebody who heard it too, or found it silent. */
async function note(
  { watchdogs, policy, changed, log }: HeartbeatDeps,
  beat: Pick<Watchdog, 'key' | 'labels'> & { at: Instant },
): Promise<void> {
  for (let race = 0; race < maxRaces; race += 1) {
    const before = await watchdogs.get(beat.key);
    const next = heard(before, beat, policy);
    if (next === undefined) return;
    if (before === undefined && (await watchdogs.list()).length >= mostWatchdogs) {
      return log.warn({ labels: beat.labels, most: mostWatchdogs }, 'too many watchdogs: one more is not watched');
    }
    if (await watchdogs.put(next, next.version - 1)) return changed();
  }
}

/** Readable, and bounded. The empty text is the watchdog without any of the labels. */
function keyOf(labels: Readonly<Record<string, string>>): string {
  const text = Object.entries(labels)
    .map(([name, value]) => `${name}=${JSON.stringify(value)}`)
    .join(',');
  return text.length <= 200 ? text : `labels:${sha256(text).slice(0, 24)}`;
}
