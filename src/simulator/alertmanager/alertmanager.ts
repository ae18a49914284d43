import type { Clock } from '../../kernel/clock.ts';
import { describeError } from '../../kernel/errors.ts';
import type { Log } from '../../kernel/log.ts';
import { startLoop } from '../../kernel/loop.ts';
import type { Loop } from '../../kernel/loop.ts';
import { fingerprintOf } from './fingerprint.ts';
import { backoffMs, isResolved, reasonToNotify } from './notify.ts';
import { payloadOf } from './payload.ts';
import { createStateFile } from './state.ts';
import type { Flush, Group, SimulatedAlert } from './state.ts';

export type SimulatedAlertmanagerOptions = {
  /** Where notifications go, and the bearer token they carry. */
  webhook: { url: string; token: string };
  clock: Clock;
  log: Log;
  /** Keeps the alerts over a restart. */
  file?: string;
  receiver?: string;
  groupBy?: readonly string[];
  /** All intervals are divided by it. */
  speed?: number;
  groupWaitMs?: number;
  groupIntervalMs?: number;
  repeatIntervalMs?: number;
};

export type AlertToFire = {
  labels: Readonly<Record<string, string>>;
  annotations: Readonly<Record<string, string>>;
  generatorUrl?: string;
};

/**
 * An Alertmanager small enough to embed: groups, waits, intervals, repeats, and the real one's retries (5xx and network errors within the
 * flush, 4xx not before the next interval). Silences and inhibition are not simulated;
 * the reading side of its API is in api.ts.
 */
export type SimulatedAlertmanager = {
  /** Fires an alert from now on; one that fires already goes on as it is. */
  fire(alert: AlertToFire): void;
  /** Ends every firing alert whose labels hold all of these. */
  resolve(labels: Readonly<Record<string, string>>): void;
  /** Alerts that it holds, resolved ones until their end was told. */
  alerts(): readonly SimulatedAlert[];
  /** Does what is due now; returns the ms until something is due again. */
  work(): Promise<number | undefined>;
  /** Works by itself from now on. */
  start(): void;
  stop(): Promise<void>;
};

type Timing = { waitMs: number; intervalMs: number; repeatMs: number; speed: number };

const requestTimeoutMs = 10_000;

export function createSimulatedAlertmanager(options: SimulatedAlertmanagerOptions): SimulatedAlertmanager {
  const { clock, log } = options;
  const speed = options.speed ?? 1;
  const timing: Timing = {
    speed,
    waitMs: (options.groupWaitMs ?? 30_000) / speed,
    intervalMs: (options.groupIntervalMs ?? 300_000) / speed,
    repeatMs: (options.repeatIntervalMs ?? 14_400_000) / speed,
  };
  const file = createStateFile(options.file);
  let groups: readonly Group[] = file.load().groups;
  let loop: Loop | undefined;

  const now = () => clock.now().getTime();
  const change = (next: readonly Group[]) => {
    groups = next;
    file.save({ groups: [...next] });
  };
  const replace = (next: Group) => change(groups.map((group) => (group.key === next.key ? next : group)).filter(isNeeded));
  const find = (key: string) => groups.find((group) => group.key === key);

  /** One step of one group: starts a flush that is due, or tries the one on its way again. */
  async function step(key: string): Promise<void> {
    const group = find(key);
    const flushed = group === undefined ? undefined : beginFlush(group, { now: now(), timing });
    if (flushed === undefined) return;
    replace(flushed);
    if (flushed.flush === undefined || flushed.flush.nextTryAt > now()) return;
    const outcome = await post(flushed, flushed.flush);
    const current = find(key);
    if (current !== undefined) replace(endTry(current, flushed.flush, { outcome, now: now(), timing }));
  }

  async function post(group: Group, flush: Flush): Promise<Outcome> {
    const receiver = options.receiver ?? 'tocsin';
    try {
      const response = await fetch(options.webhook.url, {
        method: 'POST',
        headers: {
          'Content-Type': 'application/json',
          'User-Agent': 'Alertmanager/0.34.0 (simulated)',
          Authorization: `Bearer ${options.webhook.token}`,
        },
        body: payloadOf(group, flush, { receiver, externalUrl: 'http://simulated-alertmanager:9093' }),
        redirect: 'manual',
        signal: AbortSignal.timeout(requestTimeoutMs),
      });
      await response.text();
      if (response.ok) return 'told';
      log.warn({ group: group.key, status: response.status }, 'the simulated Alertmanager was refused');
      return response.status >= 500 ? 'retry' : 'give_up';
    } catch (error) {
      log.warn({ group: group.key, error: describeError(error) }, 'the simulated Alertmanager could not deliver');
      return 'retry';
    }
  }

  const manager: SimulatedAlertmanager = {
    fire(alert) {
      const fired: SimulatedAlert = {
        fingerprint: fingerprintOf(alert.labels),
        labels: alert.labels,
        annotations: alert.annotations,
        generatorUrl: alert.generatorUrl ?? 'http://simulated-prometheus:9090/graph',
        startsAt: now(),
      };
      const labels = groupLabelsOf(alert.labels, options.groupBy ?? ['alertname']);
      const key = groupKeyOf(labels);
      const group = find(key);
      if (group === undefined) change([...groups, { key, labels, alerts: [fired], nextFlushAt: now() + timing.waitMs }]);
      else replace({ ...group, alerts: withAlert(group.alerts, fired) });
      loop?.nudge();
    },
    resolve(labels) {
      const matches = (alert: SimulatedAlert) => Object.entries(labels).every(([name, value]) => alert.labels[name] === value);
      const end = (alert: SimulatedAlert) => (isResolved(alert) || !matches(alert) ? alert : { ...alert, endsAt: now() });
      change(groups.map((group) => ({ ...group, alerts: group.alerts.map(end) })));
      loop?.nudge();
    },
    alerts: () => groups.flatMap((group) => group.alerts),
    async work() {
      await Promise.all(groups.map((group) => step(group.key)));
      const due = groups.map((group) => group.flush?.nextTryAt ?? group.nextFlushAt);
      return due.length === 0 ? undefined : Math.max(0, Math.min(...due) - now());
    },
    start() {
      loop ??= startLoop({ name: 'simulated alertmanager', clock, log, idleMs: 60_000, work: () => manager.work() });
    },
    async stop() {
      await loop?.stop();
      loop = undefined;
    },
  };
  return manager;
}

type Outcome = 'told' | 'retry' | 'give_up';

/** The group with a flush on its way, if one is due and has something to say. */
function beginFlush(group: Group, how: { now: number; timing: Timing }): Group | undefined {
  if (group.flush !== undefined) return group;
  if (group.nextFlushAt > how.now) return undefined;
  const next = { ...group, nextFlushAt: how.now + how.timing.intervalMs };
  const reason = reasonToNotify(group, { now: how.now, repeatMs: how.timing.repeatMs });
  if (reason === undefined) return next;
  return { ...next, flush: { alerts: group.alerts, reason, startedAt: how.now, tries: 0, nextTryAt: how.now } };
}

/** The group after one try of its flush: told, to be tried again, or given up until the next interval. */
function endTry(group: Group, flush: Flush, how: { outcome: Outcome; now: number; timing: Timing }): Group {
  const { flush: _ended, ...idle } = group;
  const { outcome, now, timing } = how;
  if (outcome === 'told') return remember(idle, flush, now);
  const tries = flush.tries + 1;
  const nextTryAt = now + backoffMs(tries) / timing.speed;
  const endsAt = flush.startedAt + Math.max(timing.intervalMs, 10_000 / timing.speed);
  return outcome === 'give_up' || nextTryAt > endsAt ? idle : { ...idle, flush: { ...flush, tries, nextTryAt } };
}

/** What was told is logged; alerts whose end was told are forgotten, unless they have fired again meanwhile. */
function remember(group: Omit<Group, 'flush'>, flush: Flush, now: number): Group {
  const ended = flush.alerts.filter(isResolved);
  const names = (alerts: readonly SimulatedAlert[]) => alerts.map((alert) => alert.fingerprint);
  const isForgotten = (alert: SimulatedAlert) =>
    ended.some(({ fingerprint, startsAt }) => fingerprint === alert.fingerprint && startsAt === alert.startsAt);
  return {
    ...group,
    alerts: group.alerts.filter((alert) => !isForgotten(alert)),
    told: { at: now, firing: names(flush.alerts.filter((alert) => !isResolved(alert))), resolved: names(ended) },
  };
}

/** An empty group is forgotten with its log, as soon as nothing of it is on its way. */
function isNeeded(group: Group): boolean {
  return group.alerts.length > 0 || group.flush !== undefined;
}

function withAlert(alerts: readonly SimulatedAlert[], fired: SimulatedAlert): SimulatedAlert[] {
  const others = alerts.filter((alert) => alert.fingerprint !== fired.fingerprint);
  const known = alerts.find((alert) => alert.fingerprint === fired.fingerprint);
  return known === undefined || isResolved(known) ? [...others, fired] : [...alerts];
}

function groupLabelsOf(labels: Readonly<Record<string, string>>, groupBy: readonly string[]): Record<string, string> {
  return Object.fromEntries(groupBy.flatMap((name) => (labels[name] === undefined ? [] : [[name, labels[name]]])));
}

function groupKeyOf(labels: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
  return `{}:{${pairs.join(', ')}}`;
}
