import { existsSync } from 'node:fs';
import type { Desk } from '../chat/desk.ts';
import type { Config } from '../config/config.ts';
import type { Cluster } from '../doors/cluster.ts';
import type { PrometheusDoor } from '../doors/prometheus-door.ts';
import { createRunner } from '../executions/runner.ts';
import type { Runner } from '../executions/runner.ts';
import type { ChangeDeps } from '../incidents/change.ts';
import { speakingAlerts } from '../incidents/incident.ts';
import type { Clock } from '../kernel/clock.ts';
import { TocsinError } from '../kernel/errors.ts';
import type { Log } from '../kernel/log.ts';
import type { ClusterSource } from '../kubernetes/load-clusters.ts';
import { liveNames } from '../operations/live-names.ts';
import { createAccess } from '../people/access.ts';
import type { Directory } from '../people/directory.ts';
import { offersFor } from '../reading/offers.ts';
import type { RunbookLibrary } from '../runbooks/library.ts';
import type { Store } from '../store/store.ts';
import { createHttpTargets } from '../web-targets/http-targets.ts';
import { createStepTools } from './step-tools.ts';

export type StepServiceOptions = {
  config: Config;
  store: Store;
  change: ChangeDeps;
  runbooks: RunbookLibrary;
  directory: Directory;
  prometheus?: PrometheusDoor;
  clock: Clock;
  log: Log;
  owner: string;
};

/** Running the runbook's steps: the runner for the incident's verbs, and what the desk shows of steps. */
export type StepService = { runner: Runner; steps: Desk['steps']; stop(): Promise<void> };

const minuteMs = 60_000;
const offerWithinMs = 1200;

export async function createStepService(options: StepServiceOptions): Promise<StepService> {
  const { config, store, change, runbooks, directory, prometheus, clock, log, owner } = options;
  const { settings } = config;
  const clusters = await clustersOf(config);
  const tools = createStepTools({
    ...(clusters === undefined ? {} : { clusters }),
    ...(prometheus === undefined ? {} : { prometheus }),
    http: createHttpTargets({ allowedHosts: settings.http.allowedHosts }),
    reading: settings.exec.reading,
    timeoutMs: settings.runs.timeoutSeconds * 1000,
    followMs: settings.runs.followSeconds * 1000,
    parallel: settings.runs.parallel,
    clock,
  });
  const { quorum, expiryMinutes, breakGlassMinutes } = settings.approvals;
  const runner = createRunner({
    change,
    executions: store.executions,
    locks: store.locks,
    operations: tools.operations,
    access: createAccess({ rules: settings.access.rules, identities: settings.people.identities, directory, log }),
    runbooks: { digestOf: (path) => runbooks.get(path)?.digest },
    settings: {
      quorum,
      expiryMs: expiryMinutes * minuteMs,
      breakGlassAfterMs: breakGlassMinutes * minuteMs,
      verifyEveryMs: settings.verification.everySeconds * 1000,
      verifyForMs: settings.verification.forMinutes * minuteMs,
    },
    log,
    owner,
    parallel: settings.runs.parallel,
  });
  return {
    runner,
    steps: { read: (runbook) => tools.read(runbook), offers: offersOf(store, clusters?.reader) },
    async stop() {
      await runner.stop();
      await tools.close();
    },
  };
}

/** The cluster that the configuration names; undefined when there is none, and then steps that need one say so. */
async function clustersOf(config: Config): Promise<{ reader: Cluster; mutator: Cluster } | undefined> {
  const source = clusterSourceOf(config);
  if (source === undefined) return undefined;
  const { defaultNamespace } = config.settings.kubernetes;
  const named = (cluster: Cluster): Cluster => (defaultNamespace === undefined ? cluster : { ...cluster, namespace: defaultNamespace });
  // The client library is the largest of all to load (some 1.4 s of computing); the intake listens before that.
  const { loadClusters } = await import('../kubernetes/load-clusters.ts');
  const loaded = loadClusters(source);
  return { reader: named(loaded.reader), mutator: named(loaded.mutator) };
}

function clusterSourceOf(config: Config): ClusterSource | undefined {
  const { KUBECONFIG: path, KUBERNETES_SERVICE_HOST: inCluster, settings } = config;
  const { readContext, changeContext, changeTokenFile } = settings.kubernetes;
  if (path !== undefined) {
    if (!existsSync(path)) throw new TocsinError('invalid', `KUBECONFIG names ${path}, and no such file is there.`);
    return {
      type: 'kubeconfig',
      path,
      ...(readContext === undefined ? {} : { readContext }),
      ...(changeContext === undefined ? {} : { changeContext }),
    };
  }
  if (inCluster === undefined) return undefined;
  return { type: 'in-cluster', ...(changeTokenFile === undefined ? {} : { changeTokenFile }) };
}

function offersOf(store: Store, cluster: Cluster | undefined): Desk['steps']['offers'] {
  return async (parameter, incident) => {
    const found = await Promise.all(
      speakingAlerts(incident)
        .slice(0, 20)
        .map(({ key }) => store.alerts.get(key)),
    );
    const alertLabels = found.flatMap((alert) => (alert === undefined ? [] : [alert.labels]));
    const fromLabels = offersFor(parameter, { alertLabels });
    const namespaces = [...new Set(alertLabels.flatMap((labels) => labels['namespace'] ?? []))];
    const asked = { namespaces, signal: AbortSignal.timeout(offerWithinMs) };
    const live = cluster === undefined ? [] : await liveNames(cluster, parameter, asked);
    return [...fromLabels, ...live.filter(({ value }) => !fromLabels.some((offer) => offer.value === value))];
  };
}
