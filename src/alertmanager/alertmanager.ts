import { z } from 'zod';
import type { AlertmanagerSource, AlertmanagerView, KnownAlert, Silence } from '../alerts/reconciliation/ports.ts';
import type { Clock } from '../kernel/clock.ts';
import { TocsinError } from '../kernel/errors.ts';
import { toInstant } from '../kernel/instant.ts';
import type { Instant } from '../kernel/instant.ts';
import { createClient } from './client.ts';
import type { AlertmanagerClient } from './client.ts';
import { readKnownAlert, readRouted, readSilences, readStatus } from './read-answers.ts';

export type AlertmanagerOptions = {
  /** Where its API is, with a path prefix and credentials if it has them: `http://user:password@alertmanager:9093`. */
  url: string;
  clock: Clock;
  timeoutMs?: number;
  maxAnswerBytes?: number;
  /** How long after its start it may not have heard of everything that fires. */
  settleMs?: number;
};

const inBatches = 100;
const everything = new URLSearchParams({ active: 'true', silenced: 'true', inhibited: 'true', unprocessed: 'true' });

/** An Alertmanager, version 0.22 or later, as the source of what fires. */
export function createAlertmanager(options: AlertmanagerOptions): AlertmanagerSource {
  const { url, clock, timeoutMs = 10_000, maxAnswerBytes = 64 * 1024 * 1024, settleMs = 5 * 60_000 } = options;
  const ask = createClient({ url, timeoutMs, maxAnswerBytes });

  async function isSettled(signal: AbortSignal): Promise<boolean> {
    const { json, at } = await ask('status', new URLSearchParams(), signal);
    const status = readStatus(json);
    if (status === undefined || status.isJoining) return false;
    // By its own clock, so that ours may differ.
    return (at ?? clock.now()).getTime() - status.startedAt.getTime() >= settleMs;
  }

  return {
    name: URL.parse(url)?.host ?? 'alertmanager',
    async look(signal): Promise<AlertmanagerView> {
      try {
        const alerts = await readAll((await ask('alerts', everything, signal)).json, toInstant(clock.now()));
        const silences = await silencesOf(ask, alerts, signal);
        // Asked last: a restart in between then shows.
        return { type: 'seen', alerts, silences, isSettled: await isSettled(signal) };
      } catch (error) {
        if (!(error instanceof TocsinError)) throw error;
        return { type: 'failed', reason: error.message };
      }
    },
    async routed(receivers, signal) {
      const query = new URLSearchParams({ silenced: 'false', inhibited: 'false', receiver: [...receivers].map(quoted).join('|') });
      try {
        return readRouted((await ask('alerts/groups', query, signal)).json, receivers);
      } catch (error) {
        if (!(error instanceof TocsinError)) throw error;
        return undefined;
      }
    },
  };
}

async function silencesOf(
  ask: AlertmanagerClient,
  alerts: readonly KnownAlert[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, Silence>> {
  if (alerts.every(({ silencedBy }) => silencedBy.length === 0)) return new Map();
  return readSilences((await ask('silences', new URLSearchParams(), signal)).json);
}

/** With time for others in between: there may be tens of thousands. */
async function readAll(json: unknown, now: Instant): Promise<readonly KnownAlert[]> {
  const list = z.array(z.unknown()).safeParse(json);
  if (!list.success) throw new TocsinError('unavailable', 'answered something other than a list of alerts: is it an Alertmanager?');
  const alerts: KnownAlert[] = [];
  for (let start = 0; start < list.data.length; start += inBatches) {
    for (const value of list.data.slice(start, start + inBatches)) {
      const alert = readKnownAlert(value, now);
      if (alert === undefined) throw new TocsinError('unavailable', 'answered with an alert that cannot be read: is it an Alertmanager?');
      alerts.push(alert);
    }
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
  }
  return alerts;
}

function quoted(name: string): string {
  return name.replaceAll(/[\\.+*?()|[\]{}^$]/g, String.raw`\$&`);
}
