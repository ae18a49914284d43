import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { readSettings } from '../config/config.ts';
import type { Settings } from '../config/settings.ts';
import type { Cluster } from '../doors/cluster.ts';
import type { HttpTargets } from '../doors/http-targets.ts';
import type { PrometheusDoor } from '../doors/prometheus-door.ts';
import { systemClock } from '../kernel/clock.ts';
import { TocsinError } from '../kernel/errors.ts';
import type { ClusterSource } from '../kubernetes/load-clusters.ts';
import { createPrometheus } from '../prometheus/prometheus.ts';
import { createHttpTargets } from '../web-targets/http-targets.ts';
import { createStepTools } from '../wiring/step-tools.ts';
import type { StepTools } from '../wiring/step-tools.ts';
import { exitStatus } from './cli-command.ts';
import type { Terminal } from './cli-command.ts';

/** The interpreter with its doors as whoever sits at the terminal reaches them: own rights, the team's settings. */
export type TerminalTools = {
  tools: StepTools;
  cluster: Cluster | undefined;
  prometheus: PrometheusDoor | undefined;
  http: HttpTargets;
  followMs: number;
  close(): Promise<void>;
};

/** The options that say which cluster is meant, as kubectl has them. */
export const clusterOptions = { context: { type: 'string' }, namespace: { type: 'string', short: 'n' } } as const;

type ClusterChoice = { context?: string | undefined; namespace?: string | undefined };

/**
 * Puts the tools together from the current kubeconfig, PROMETHEUS_URL and tocsin.yaml. The contexts that tocsin.yaml names are the bot's and are
 * not used. Throws TocsinError `invalid` for what is wrong in any of them.
 */
async function openTerminalTools({ env }: Pick<Terminal, 'env'>, choice: ClusterChoice): Promise<TerminalTools> {
  const settings = readSettings(env);
  const source = sourceOf(env, choice.context);
  const client = source === undefined ? undefined : await readerOf(source);
  const namespace = choice.namespace ?? settings.kubernetes.defaultNamespace;
  const cluster: Cluster | undefined = client === undefined || namespace === undefined ? client : { ...client, namespace };
  const prometheus = prometheusOf(env, settings);
  const http = createHttpTargets({ allowedHosts: settings.http.allowedHosts });
  const followMs = settings.runs.followSeconds * 1000;
  const tools = createStepTools({
    ...(cluster === undefined ? {} : { clusters: { reader: cluster, mutator: cluster } }),
    ...(prometheus === undefined ? {} : { prometheus }),
    http,
    reading: settings.exec.reading,
    timeoutMs: settings.runs.timeoutSeconds * 1000,
    followMs,
    parallel: 1,
    clock: systemClock,
  });
  return {
    tools,
    cluster,
    prometheus,
    http,
    followMs,
    async close() {
      await tools.close();
      await client?.close();
    },
  };
}

type Use = { command: string; terminal: Terminal; choice: ClusterChoice };

/** Opens the tools, uses them and closes them; says what is wrong with the configuration instead, with its exit status. */
export async function withTerminalTools(
  { command, terminal, choice }: Use,
  use: (opened: TerminalTools) => Promise<number>,
): Promise<number> {
  let opened: TerminalTools;
  try {
    opened = await openTerminalTools(terminal, choice);
  } catch (error) {
    if (!(error instanceof TocsinError && error.code === 'invalid')) throw error;
    terminal.err(`tocsin ${command}: ${error.message}\n`);
    return exitStatus.config;
  }
  try {
    return await use(opened);
  } finally {
    await opened.close();
  }
}

/** The client library is the largest of all to load (some 1.4 s of computing), so it is loaded only for who has a cluster. */
async function readerOf(source: ClusterSource) {
  const { loadClusters } = await import('../kubernetes/load-clusters.ts');
  return loadClusters(source).reader;
}

/** KUBECONFIG, else ~/.kube/config, else the account of the pod that this runs in; a named context needs a file. */
function sourceOf(env: Terminal['env'], context: string | undefined): ClusterSource | undefined {
  const configured = given(env['KUBECONFIG']);
  const path = configured ?? join(given(env['HOME']) ?? homedir(), '.kube', 'config');
  if (existsSync(path))
    return { type: 'kubeconfig', path, ...(context === undefined ? {} : { readContext: context, changeContext: context }) };
  if (configured !== undefined) throw new TocsinError('invalid', `KUBECONFIG names ${path}, and no such file is there.`);
  if (context !== undefined)
    throw new TocsinError('invalid', `--context needs a kubeconfig, and there is none: set KUBECONFIG or write ${path}.`);
  return given(env['KUBERNETES_SERVICE_HOST']) === undefined ? undefined : { type: 'in-cluster' };
}

function prometheusOf(env: Terminal['env'], settings: Settings): PrometheusDoor | undefined {
  const url = given(env['PROMETHEUS_URL']);
  if (url === undefined) return undefined;
  if (!/^https?:\/\//.test(url) || !URL.canParse(url)) {
    throw new TocsinError('invalid', 'PROMETHEUS_URL is not an http(s) address. The right form is http://prometheus:9090.');
  }
  return createPrometheus({ url: url.replace(/\/+$/, ''), aliases: settings.prometheus.aliases });
}

/** A variable that is set to nothing counts as not set. */
function given(value: string | undefined): string | undefined {
  return value === undefined || value.trim() === '' ? undefined : value;
}
