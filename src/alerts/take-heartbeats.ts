import { sha256 } from '../kernel/hash.ts';
import type { Instant } from '../kernel/instant.ts';
import type { Log } from '../kernel/log.ts';
import type { Delivery } from './alert.ts';
import { parseWebhook } from './parse-webhook.ts';
import type { DeliveryStore } from './ports.ts';
import { isTextMap } from './read-text.ts';
import { shortLine } from './route.ts';
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

/**
 * The deliveries as the ingest sees them: without the watchdog's alerts, which are heard when the delivery is claimed. They open no incident;
 * what is stored stays as it was sent.
 */
export function takeHeartbeats(deliveries: DeliveryStore, deps: HeartbeatDeps): DeliveryStore {
  if (deps.policy.alertname === '') return deliveries;
  return {
    ...deliveries,
    async claim(request) {
      const claimed = await deliveries.claim(request);
      return Promise.all(claimed.map((delivery) => withoutHeartbeats(deps, delivery)));
    },
  };
}

async function withoutHeartbeats(deps: HeartbeatDeps, delivery: Delivery): Promise<Delivery> {
  const { policy } = deps;
  if (delivery.source !== 'alertmanager' || !delivery.body.includes(policy.alertname)) return delivery;
  const parsed = parseWebhook(delivery.body, delivery.receivedAt);
  if (!parsed.ok) return delivery;
  const beats = parsed.events.filter(({ labels }) => labels['alertname'] === policy.alertname);
  if (beats.length === 0) return delivery;
  for (const { labels, status } of beats) if (status === 'firing') await hear(deps, labels, delivery.receivedAt);
  return { ...delivery, body: bodyWithout(delivery.body, { alertname: policy.alertname, heartbeats: beats.length }) };
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

/** The parser has read it before, so it has the form of a webhook's body. */
function bodyWithout(body: string, { alertname, heartbeats }: { alertname: string; heartbeats: number }): string {
  const whole: unknown = JSON.parse(body);
  if (!isTextMap(whole) || !Array.isArray(whole['alerts'])) return body;
  const alerts = whole['alerts'].filter(
    (alert) => !isTextMap(alert) || !isTextMap(alert['labels']) || alert['labels']['alertname'] !== alertname,
  );
  return JSON.stringify({ ...whole, alerts, heartbeats });
}
