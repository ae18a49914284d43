import type { Registry } from 'prom-client';
import type { Settings } from '../config/settings.ts';
import type { ChangeDeps } from '../incidents/change.ts';
import { escalateIncident } from '../incidents/escalate.ts';
import type { DueKind, Incident } from '../incidents/incident.ts';
import { resolveIncident } from '../incidents/resolve.ts';
import type { Log } from '../kernel/log.ts';
import { startLoop } from '../kernel/loop.ts';
import { measureIncident } from '../measures/measure-incident.ts';
import type { MetricsSource } from '../measures/ports.ts';
import type { RunbookLibrary } from '../runbooks/library.ts';
import { createAside } from '../schedule/aside.ts';
import { runDueWork } from '../schedule/due-work.ts';
import type { DueTask } from '../schedule/due-work.ts';
import { createDueWorkMetrics } from '../schedule/metrics.ts';
import { startTick } from '../schedule/tick.ts';

export type DueWorkParts = {
  settings: Settings;
  change: ChangeDeps;
  runbooks: RunbookLibrary;
  /** Absent when no Prometheus is configured. */
  prometheus?: MetricsSource;
  /** Looks after an incident's executions. */
  attend: (incident: Incident) => Promise<void>;
  registry: Registry;
  idleMs: number;
  log: Log;
};

const secondMs = 1000;
/** How long a claim keeps others away: what fails, or dies with its process, is tried again then. */
const claimMs = 5 * secondMs;
const resolveClaimMs = 60 * secondMs;
const measuresAtOnce = 16;

/** Starts the clock's work: looks every second at what is due. Resolving and escalating never wait for a measure. */
export function startDueWork(parts: DueWorkParts): { stop(): Promise<void> } {
  const { settings, change, attend, log } = parts;
  const loop = { clock: change.clock, log, idleMs: parts.idleMs };
  const measures = createAside({
    incidents: change.incidents,
    parallel: measuresAtOnce,
    run: (incident) => measureIncident(measureDeps(parts), incident),
    taken: () => measuring.nudge(),
    log,
  });
  const measuring = startLoop({
    ...loop,
    name: 'measuring',
    async work(signal) {
      await measures.work(signal);
      return undefined;
    },
  });
  const tasks: Readonly<Record<DueKind, DueTask>> = {
    measure: { nextInMs: settings.measureEverySeconds * secondMs, run: (incident) => Promise.resolve(measures.take(incident)) },
    executions: { nextInMs: claimMs, run: attend },
    escalate: { nextInMs: claimMs, run: async ({ id }) => void (await escalateIncident(change, { id })) },
    resolve: {
      nextInMs: resolveClaimMs,
      run: async ({ id, version }) =>
        void (await resolveIncident(change, { id, cause: `due:resolve:${version}`, by: { type: 'schedule', rule: 'all alerts cleared' } })),
    },
  };
  const { late } = createDueWorkMetrics(parts.registry);
  const due = startLoop({
    ...loop,
    name: 'due work',
    work: async () => ((await runDueWork({ change, tasks, late, log })) > 0 ? 0 : undefined),
  });
  const tick = startTick(() => due.nudge(), log);
  return {
    async stop() {
      await tick.stop();
      await Promise.all([due.stop(), measuring.stop()]);
    },
  };
}

function measureDeps({ change, runbooks, prometheus }: DueWorkParts): Parameters<typeof measureIncident>[0] {
  return {
    change,
    runbooks: { find: ({ path }) => runbooks.get(path) },
    ...(prometheus === undefined ? {} : { metrics: prometheus }),
  };
}
