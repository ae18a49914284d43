import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Host, Tocsin } from '../../src/bot.ts';
import { checkConfig, describeProblems } from '../../src/config/config.ts';
import type { Config } from '../../src/config/config.ts';
import { createManualClock } from '../../src/kernel/clock.ts';
import type { ManualClock } from '../../src/kernel/clock.ts';
import { silentLog } from '../../src/kernel/log.ts';
import type { Log } from '../../src/kernel/log.ts';
import { startTocsin } from '../../src/main.ts';
import { twoAccounts } from '../../src/simulator/kubernetes/two-accounts.ts';
import { createVideoWorld } from '../../src/simulator/kubernetes/video-world.ts';
import type { VideoWorld } from '../../src/simulator/kubernetes/video-world.ts';
import { createSimulatedPrometheus } from '../../src/simulator/prometheus/server.ts';
import type { SimulatedPrometheus } from '../../src/simulator/prometheus/server.ts';
import { exampleWorkspace } from '../../src/simulator/slack/example-workspace.ts';
import type { ExampleChoices } from '../../src/simulator/slack/example-workspace.ts';
import type { SlackWorkspace } from '../../src/simulator/slack/workspace-types.ts';
import { createSlackWorkspace } from '../../src/simulator/slack/workspace.ts';
import { slackStory } from '../language/slack.ts';
import type { SlackStory } from '../language/slack.ts';
import { testStart } from './desk.ts';

export const webhookToken = 'the-webhook-token-of-the-tests';
export const apiToken = 'the-api-token-of-the-tests';

export const runbooksDir = fileURLToPath(new URL('../../runbooks', import.meta.url));

/** The whole bot over a file store, in front of the simulated workspace and Prometheus, on a clock that the test moves. */
export type World = {
  clock: ManualClock;
  workspace: SlackWorkspace;
  prometheus: SimulatedPrometheus;
  /** The example cluster; absent unless asked for. */
  cluster?: VideoWorld;
  slack: SlackStory;
  storeUrl: string;
  /** Where Slack's Web API is, or will be. */
  slackApiUrl: string;
  tocsin(): Tocsin;
  /** Posts one Alertmanager notification; resolves with the HTTP status. */
  notify(...alerts: readonly TestAlert[]): Promise<number>;
  /** Stops the bot and starts it again on the same store, with other settings where some are given, and with what is done to the store meanwhile. */
  restart(settings?: object, meanwhile?: () => Promise<void>): Promise<void>;
  /** From now on nothing listens where Slack's Web API was. */
  slackLeaves(): Promise<void>;
  slackReturns(): Promise<void>;
  end(): Promise<void>;
};

export type TestAlert = {
  status?: 'firing' | 'resolved';
  labels: Record<string, string>;
  annotations?: Record<string, string>;
  startsAt?: string;
  endsAt?: string;
  fingerprint?: string;
};

export const seedAlert: TestAlert = {
  labels: { alertname: 'VideoProcessingErrorBudgetExhausted', severity: 'critical', service: 'video-processing', deployment: 'gpu-worker' },
  annotations: {
    summary: 'Video processing error rate is above 1 %',
    runbook_url: 'https://runbooks.example.com/video-processing-error-budget.md',
  },
  startsAt: testStart.toISOString(),
  fingerprint: 'a1b2c3d4e5f60718',
};

/** A body as Alertmanager sends it. */
export function notification(alerts: readonly TestAlert[]): string {
  const whole = alerts.map((alert) => ({
    status: 'firing',
    annotations: {},
    endsAt: '0001-01-01T00:00:00Z',
    generatorURL: '',
    startsAt: testStart.toISOString(),
    ...alert,
  }));
  const status = whole.some((alert) => alert.status === 'firing') ? 'firing' : 'resolved';
  return JSON.stringify({
    version: '4',
    groupKey: `{}:${JSON.stringify(alerts[0]?.labels ?? {})}`,
    receiver: 'tocsin',
    status,
    groupLabels: {},
    commonLabels: {},
    commonAnnotations: {},
    alerts: whole,
  });
}

export function testConfig(
  places: { storeUrl: string; slackApiUrl: string; prometheusUrl?: string; alertmanagerUrl?: string; kubeconfig?: string; port?: number },
  settings: object = {},
): Config {
  const { app } = exampleWorkspace();
  const outcome = checkConfig(
    {
      STORE_URL: places.storeUrl,
      HOST: '127.0.0.1',
      PORT: String(places.port ?? 0),
      SLACK_PORT: '0',
      WEBHOOK_TOKEN: webhookToken,
      API_TOKEN: apiToken,
      SLACK_BOT_TOKEN: app.botToken,
      SLACK_SIGNING_SECRET: app.signingSecret,
      SLACK_API_URL: places.slackApiUrl,
      PROMETHEUS_URL: places.prometheusUrl,
      ALERTMANAGER_URL: places.alertmanagerUrl,
      KUBECONFIG: places.kubeconfig,
    },
    {
      path: 'the test',
      content: { runbooks: { dir: runbooksDir }, ...(places.kubeconfig === undefined ? {} : clusterSettings), ...settings },
    },
  );
  if (!outcome.ok) throw new Error(describeProblems(outcome.problems));
  return outcome.config;
}

/** What runbooks call the world's Prometheus, and the accounts of its cluster. */
const clusterSettings = {
  kubernetes: { readContext: 'reader', changeContext: 'mutator' },
  prometheus: { aliases: ['prometheus:9090'] },
};

export type WorldOptions = {
  /** With the example cluster, to which the metrics react. */
  withCluster?: boolean;
  settings?: object;
  log?: Log;
  /** What the bot is started with besides; the clock given is the world's. */
  host?: (clock: ManualClock) => Partial<Host>;
  workspace?: ExampleChoices;
  /** Where Alertmanager's API is, made once the world's clock is there. */
  alertmanager?: (clock: ManualClock) => Promise<string>;
  /** Slack cannot be reached until `slackReturns`. */
  slackIsAway?: boolean;
};

export async function startWorld(options: WorldOptions = {}): Promise<World> {
  const folder = mkdtempSync(join(tmpdir(), 'tocsin-world-'));
  const storeUrl = `file:${join(folder, 'tocsin.db')}`;
  const clock = createManualClock(testStart);
  const log = options.log ?? silentLog;
  const workspace = await createSlackWorkspace({ ...exampleWorkspace(options.workspace), clock, log: silentLog });
  let listening = await workspace.listen({ port: 0 });
  const { apiUrl: slackApiUrl } = listening;
  if (options.slackIsAway === true) await listening.close();
  const cluster = options.withCluster === true ? createVideoWorld({ clock }) : undefined;
  const prometheus = createSimulatedPrometheus({ clock, ...(cluster === undefined ? {} : { facts: () => cluster.history() }) });
  const { url: prometheusUrl } = await prometheus.listen();
  const kubeconfig = cluster === undefined ? undefined : join(folder, 'kubeconfig');
  if (cluster !== undefined && kubeconfig !== undefined) writeFileSync(kubeconfig, twoAccounts(await cluster.listen()));
  const alertmanagerUrl = await options.alertmanager?.(clock);
  const places = {
    ...(alertmanagerUrl === undefined ? {} : { alertmanagerUrl }),
    storeUrl,
    slackApiUrl,
    prometheusUrl,
    ...(kubeconfig === undefined ? {} : { kubeconfig }),
  };
  const configWith = (settings: object | undefined) => testConfig(places, settings);
  let config = configWith(options.settings);

  const start = async () => {
    const started = await startTocsin(config, { clock, log, ...options.host?.(clock) });
    workspace.setRequestUrl(started.slackUrl ?? '');
    return started;
  };
  let tocsin = await start();
  return {
    clock,
    workspace,
    prometheus,
    ...(cluster === undefined ? {} : { cluster }),
    storeUrl,
    slackApiUrl,
    slack: slackStory(workspace, { clock }),
    tocsin: () => tocsin,
    async notify(...alerts) {
      const response = await fetch(tocsin.webhookUrl, {
        method: 'POST',
        headers: { Authorization: `Bearer ${webhookToken}`, 'Content-Type': 'application/json' },
        body: notification(alerts),
      });
      await response.arrayBuffer();
      return response.status;
    },
    async restart(settings, meanwhile) {
      await tocsin.stop();
      await meanwhile?.();
      if (settings !== undefined) config = configWith(settings);
      tocsin = await start();
    },
    slackLeaves: () => listening.close(),
    async slackReturns() {
      listening = await workspace.listen({ port: Number(new URL(slackApiUrl).port) });
    },
    async end() {
      await tocsin.stop();
      await listening.close();
      await workspace.close();
      await prometheus.close();
      await cluster?.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
