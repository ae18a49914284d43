import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse, stringify } from 'yaml';
import { systemClock } from '../../../src/kernel/clock.ts';
import { silentLog } from '../../../src/kernel/log.ts';
import type { ClusterFacts } from '../../../src/simulator/kubernetes/facts.ts';
import { createSimulatedPrometheus } from '../../../src/simulator/prometheus/server.ts';
import { quietCluster } from '../../../src/simulator/prometheus/story/facts-in-time.ts';
import { exampleWorkspace } from '../../../src/simulator/slack/example-workspace.ts';
import type { SlackWorkspace } from '../../../src/simulator/slack/workspace-types.ts';
import { createSlackWorkspace } from '../../../src/simulator/slack/workspace.ts';
import { slackStory } from '../../language/slack.ts';
import type { SlackStory } from '../../language/slack.ts';
import { apiToken, notification, webhookToken } from '../../support/world.ts';
import type { TestAlert } from '../../support/world.ts';
import { startChangeProxy } from '../support/change-proxy.ts';
import type { ChangeProxy } from '../support/change-proxy.ts';
import type { Outcome } from '../support/control-plane.ts';
import { runTocsin, serveTocsin } from '../support/tocsin.ts';
import type { ServingTocsin } from '../support/tocsin.ts';
import { startSeedCluster } from './seed-cluster.ts';
import type { SeedCluster } from './seed-cluster.ts';

export const area = 'video-processing';
export const accounts = 'tocsin';
export const runbookName = 'workers-fall-behind.md';

/** The bot as it is served, with a real cluster behind it. Everything runs in real time. */
export type WholeWorld = {
  cluster: SeedCluster;
  /** What the bot's changes go through on their way to the API server; its reads go there directly. */
  line: ChangeProxy;
  workspace: SlackWorkspace;
  slack: SlackStory;
  /** The folder of the runbooks that the bot and `tocsin rbac` read, and its only file. */
  runbooks: string;
  runbookText: string;
  /** Posts one Alertmanager notification; resolves with the HTTP status. */
  notify(alert: TestAlert): Promise<number>;
  /** Runs a line with the real kubectl as administrator; throws when it fails. */
  kubectl(line: string): Promise<string>;
  killBot(): Promise<void>;
  startBot(): Promise<void>;
  /** SIGTERM; resolves with the exit status. */
  stopBot(): Promise<number | null>;
  /** The JSON export of an incident, over HTTP as people download it. */
  exported(incident: number): Promise<string>;
  /** What `tocsin verify` says of it. */
  verified(text: string): Promise<Outcome>;
  stop(): Promise<void>;
};

/** So much faster than life is what Prometheus tells: five minutes of rates pass in 15 seconds. */
const storySpeed = 20;

export async function startWholeWorld(): Promise<WholeWorld> {
  const folder = mkdtempSync(join(tmpdir(), 'tocsin-whole-'));
  const runbooks = join(folder, 'runbooks');
  mkdirSync(runbooks);
  copyFileSync(fileURLToPath(new URL(runbookName, import.meta.url)), join(runbooks, runbookName));
  const cluster = await startSeedCluster();
  const line = await startChangeProxy(new URL(cluster.admin.server));
  writeFileSync(join(folder, 'kubeconfig'), await kubeconfig({ cluster, line, folder }));
  const metrics = await startMetrics(cluster);
  const workspace = await createSlackWorkspace({ ...exampleWorkspace(), clock: systemClock, log: silentLog });
  const page = await workspace.listen({ port: 0 });
  writeFileSync(join(folder, 'tocsin.yaml'), stringify(settings));
  const { app } = exampleWorkspace();
  const env = {
    STORE_URL: 'file:tocsin.db',
    HOST: '127.0.0.1',
    PORT: '0',
    SLACK_PORT: '0',
    WEBHOOK_TOKEN: webhookToken,
    API_TOKEN: apiToken,
    SLACK_BOT_TOKEN: app.botToken,
    SLACK_SIGNING_SECRET: app.signingSecret,
    SLACK_API_URL: page.apiUrl,
    PROMETHEUS_URL: metrics.url,
    KUBECONFIG: 'kubeconfig',
  };

  let bot: ServingTocsin;
  async function startBot(): Promise<void> {
    bot = await serveTocsin({ folder, env });
    workspace.setRequestUrl(bot.slackUrl);
  }
  await startBot();

  return {
    cluster,
    line,
    workspace,
    slack: slackStory(workspace, { ceilingMs: 90_000 }),
    runbooks,
    runbookText: readFileSync(join(runbooks, runbookName), 'utf8'),
    async notify(alert) {
      const response = await fetch(bot.webhookUrl, {
        method: 'POST',
        headers: { Authorization: `Bearer ${webhookToken}`, 'Content-Type': 'application/json' },
        body: notification([alert]),
      });
      await response.arrayBuffer();
      return response.status;
    },
    async kubectl(text) {
      const outcome = await cluster.kubectl(text.split(' '));
      if (outcome.exitCode !== 0) throw new Error(`kubectl ${text}: ${outcome.stderr}`);
      return outcome.stdout;
    },
    killBot: () => bot.kill(),
    startBot,
    stopBot: () => bot.stop(),
    async exported(incident) {
      const response = await fetch(new URL(`/exports/INC-${incident}.json`, bot.webhookUrl), {
        headers: { Authorization: `Bearer ${apiToken}` },
      });
      return await response.text();
    },
    verified(text) {
      writeFileSync(join(folder, 'export.json'), text);
      return runTocsin(['verify', 'export.json'], { folder });
    },
    async stop() {
      await bot.kill();
      await page.close();
      await workspace.close();
      await metrics.stop();
      await line.close();
      await cluster.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Chloe may look, Ana may ask, Ben and Dmitri may approve. */
const settings = {
  runbooks: { dir: 'runbooks' },
  kubernetes: { readContext: 'reads', changeContext: 'changes' },
  prometheus: { aliases: ['prometheus:9090'] },
  access: {
    rules: [
      { may: ['run'] },
      { may: ['request'], users: ['U0ANA00000'] },
      { may: ['approve'], users: ['U0BEN00000', 'U0DMITRI00', 'U0ANA00000'], namespaces: ['video-*'] },
    ],
  },
  verification: { everySeconds: 5, forMinutes: 1 },
  measureEverySeconds: 10,
};

/** The two accounts with exactly the rights that `tocsin rbac` writes for these runbooks. */
async function kubeconfig({ cluster, line, folder }: { cluster: SeedCluster; line: ChangeProxy; folder: string }): Promise<string> {
  const manifests = await runTocsin(['rbac', 'runbooks', '--namespace', accounts], { folder });
  if (manifests.exitCode !== 0) throw new Error(manifests.stderr);
  await cluster.apply(`apiVersion: v1\nkind: Namespace\nmetadata: {name: ${accounts}}\n`);
  await cluster.apply(manifests.stdout);
  const userOf = async (name: string) => {
    const account = await cluster.account(accounts, name);
    // Made by the test's own control plane, with one user.
    const { users } = parse(readFileSync(account.kubeconfig, 'utf8')) as { users: { user: object }[] };
    return { name, user: users[0]?.user };
  };
  return stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [
      { name: 'direct', cluster: { server: cluster.admin.server, 'insecure-skip-tls-verify': true } },
      { name: 'line', cluster: { server: line.url } },
    ],
    users: [await userOf('tocsin-reader'), await userOf('tocsin-mutator')],
    contexts: [
      { name: 'reads', context: { cluster: 'direct', user: 'tocsin-reader' } },
      { name: 'changes', context: { cluster: 'line', user: 'tocsin-mutator' } },
    ],
    'current-context': 'reads',
  });
}

/** A Prometheus whose error rate reacts to how many workers the real cluster has. */
async function startMetrics(cluster: SeedCluster): Promise<{ url: string; stop(): Promise<void> }> {
  const history: { at: Date; facts: ClusterFacts }[] = [{ at: systemClock.now(), facts: quietCluster(systemClock.now()) }];
  const metrics = createSimulatedPrometheus({ clock: systemClock, speed: storySpeed, facts: () => history });
  metrics.begin(new Date(systemClock.now().getTime() - 180_000));
  const { url } = await metrics.listen();
  const ended = new AbortController();
  async function observe(): Promise<void> {
    while (!ended.signal.aborted) {
      const desired = await gpuWorkers(cluster);
      if (desired !== undefined && desired !== history.at(-1)?.facts.gpuWorkers.desired) {
        history.push({ at: systemClock.now(), facts: { ...quietCluster(systemClock.now()), gpuWorkers: { desired, ready: desired } } });
      }
      await systemClock.sleep(300, ended.signal);
    }
  }
  const observing = observe();
  return {
    url,
    async stop() {
      ended.abort();
      await observing;
      await metrics.close();
    },
  };
}

/** Undefined while the API server is away. */
async function gpuWorkers(cluster: SeedCluster): Promise<number | undefined> {
  try {
    const path = `/apis/apps/v1/namespaces/${area}/deployments/gpu-worker`;
    const answer = await cluster.admin.request({ method: 'GET', path, signal: AbortSignal.timeout(5000) });
    return (JSON.parse(answer.body) as { spec: { replicas: number } }).spec.replicas;
  } catch {
    return undefined;
  }
}
