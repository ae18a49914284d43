import type { Registry } from 'prom-client';
import { createIngestMetrics } from '../alerts/metrics.ts';
import { createChatMetrics } from '../chat/metrics.ts';
import type { ChatMetrics } from '../chat/metrics.ts';
import { createExecutionMetrics } from '../executions/metrics.ts';
import { createExportMetrics } from '../export/metrics.ts';
import type { ExportMetrics } from '../export/metrics.ts';
import type { ChangeDeps } from '../incidents/change.ts';
import { createIncidentMetrics } from '../incidents/metrics.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Log } from '../kernel/log.ts';
import { createSlackMetrics } from '../slack/metrics.ts';
import type { SlackMetrics } from '../slack/metrics.ts';
import { createStoreMetrics } from '../store/metrics.ts';
import type { Store } from '../store/store.ts';

export type Meters = {
  /** The same store, with its operations and what becomes of deliveries counted. */
  watch(store: Store): Store;
  /** To be told of each commit. */
  changed: ChangeDeps['changed'];
  chat: ChatMetrics;
  slack: SlackMetrics;
  exports: ExportMetrics;
};

export type MetersOptions = {
  registry: Registry;
  /** What scrapes read; it must not keep them waiting. */
  scraped: Store;
  clock: Clock;
  log: Log;
};

/** Registers the metrics of the parts that are told what happens, and says where each is to be told. */
export function createMeters({ registry, scraped, clock, log }: MetersOptions): Meters {
  const operations = createStoreMetrics(registry, { monotonicMs: () => performance.now() });
  const ingest = createIngestMetrics(registry, { deliveries: scraped.deliveries, clock, log });
  const incidents = createIncidentMetrics(registry, { incidents: scraped.incidents, log });
  const executions = createExecutionMetrics(registry);
  return {
    watch(store) {
      const watched = operations.watch(store);
      return { ...watched, deliveries: ingest.count(watched.deliveries) };
    },
    changed(after, before) {
      incidents.changed(after, before);
      executions.changed(after, before);
    },
    chat: createChatMetrics(registry),
    slack: createSlackMetrics(registry),
    exports: createExportMetrics(registry, { clock }),
  };
}
