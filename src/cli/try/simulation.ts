import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../../kernel/clock.ts';
import { TocsinError } from '../../kernel/errors.ts';
import type { Log } from '../../kernel/log.ts';
import { createSimulatedAlertmanager } from '../../simulator/alertmanager/alertmanager.ts';
import { createAlertmanagerApi } from '../../simulator/alertmanager/api.ts';
import { twoAccounts } from '../../simulator/kubernetes/two-accounts.ts';
import { createVideoWorld } from '../../simulator/kubernetes/video-world.ts';
import { createPages } from '../../simulator/page/pages.ts';
import { createRunbookPages } from '../../simulator/page/runbook-pages.ts';
import { createSimulatedPrometheus } from '../../simulator/prometheus/server.ts';
import { createSampleAlerts } from '../../simulator/scenario/sample-alerts.ts';
import { exampleCommand, exampleWorkspace } from '../../simulator/slack/example-workspace.ts';
import type { PageSubcommand } from '../../simulator/slack/page-contract.ts';
import type { SlackWorkspace } from '../../simulator/slack/workspace-types.ts';
import { createSlackWorkspace } from '../../simulator/slack/workspace.ts';

/** The world around the bot: a workspace with its page, a Prometheus and an Alertmanager that play the sample incidents. */
export type Simulation = {
  workspace: SlackWorkspace;
  pageUrl: string;
  slackApiUrl: string;
  /** Where the page shows the runbooks. */
  runbooksUrl: string;
  prometheusUrl: string;
  alertmanagerUrl: string;
  /** A file with the accounts of the simulated cluster. */
  kubeconfig: string;
  /** Tells the world where the bot is; from now on alerts and requests reach it. */
  connect(bot: { webhookUrl: string; slackUrl: string }): void;
  /** The alerts stop coming; the workspace still answers. */
  quieten(): Promise<void>;
  close(): Promise<void>;
};

export type SimulationOptions = {
  port: number;
  data: string;
  runbooksDir: string;
  speed: number;
  secrets: { webhookToken: string; botToken: string; signingSecret: string };
  clock: Clock;
  log: Log;
  /** What may follow the slash command: the page suggests it. */
  subcommands: readonly PageSubcommand[];
};

/** Nobody who presses a button wants to wait for half a minute, as the real one would by default. */
const pace = { groupWaitMs: 500, groupIntervalMs: 10_000 };

export async function startSimulation(options: SimulationOptions): Promise<Simulation> {
  const { clock, log, secrets, speed } = options;
  const world: { ask?: (path: string) => Promise<string> } = {};
  const cluster = createVideoWorld({ clock, log, speed, prometheusAnswer: (path) => world.ask?.(path) ?? '' });
  const prometheus = createSimulatedPrometheus({ clock, speed, facts: () => cluster.history() });
  const webhook = { url: '', token: secrets.webhookToken };
  const alertmanager = createSimulatedAlertmanager({ ...pace, webhook, clock, log, speed, file: join(options.data, 'alertmanager.json') });
  const { url: prometheusUrl } = await prometheus.listen();
  const alertmanagerApi = createAlertmanagerApi({ alerts: () => alertmanager.alerts(), clock });
  const { url: alertmanagerUrl } = await alertmanagerApi.listen();
  world.ask = async (path) => (await fetch(new URL(path, prometheusUrl))).text();
  const kubeconfig = join(options.data, 'kubeconfig');
  await writeFile(kubeconfig, twoAccounts(await cluster.listen()), { mode: 0o600 });
  const alerts = createSampleAlerts({ alertmanager, prometheus, prometheusUrl, clock, speed });
  const command = { ...exampleCommand, subcommands: options.subcommands };
  const workspace = await createSlackWorkspace({
    ...exampleWorkspace({ botToken: secrets.botToken, signingSecret: secrets.signingSecret, commands: [command] }),
    clock,
    log,
    storage: join(options.data, 'slack.db'),
    samples: alerts.samples,
    onFire: (sample) => void alerts.fire(sample),
    onResolve: (sample) => void alerts.resolve(sample),
  });
  const pages = createPages({ log });
  const runbooks = createRunbookPages(options.runbooksDir);
  const page = await workspace
    .listen({ port: options.port, pages: (request, response) => runbooks.handle(request, response) || pages.handle(request, response) })
    .catch(async (error: unknown) => {
      // What is open would keep the process alive, in which nothing runs.
      await Promise.all([workspace.close(), prometheus.close(), alertmanagerApi.close(), cluster.close()]);
      throw explained(error, options.port);
    });
  return {
    workspace,
    pageUrl: `${page.url}/`,
    slackApiUrl: page.apiUrl,
    runbooksUrl: `${page.url}/runbooks`,
    prometheusUrl,
    alertmanagerUrl,
    kubeconfig,
    connect(bot) {
      webhook.url = bot.webhookUrl;
      workspace.setRequestUrl(bot.slackUrl);
      alertmanager.start();
    },
    quieten: () => alertmanager.stop(),
    async close() {
      await page.close();
      await workspace.close();
      await prometheus.close();
      await alertmanagerApi.close();
      await cluster.close();
    },
  };
}

/** A port that is taken is the one thing that often goes wrong here, and mostly because it runs already. */
function explained(error: unknown, port: number): unknown {
  if (!(error instanceof Error && 'code' in error && error.code === 'EADDRINUSE')) return error;
  const advice = `Does the try-out run already? Then open http://127.0.0.1:${port}/. Else choose another: npm start -- --port 0`;
  return new TocsinError('unavailable', `port ${port} is taken. ${advice}`, { cause: error });
}
