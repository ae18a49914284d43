import { randomUUID } from 'node:crypto';
import { commands } from '../commands/index.ts';
import type { Alarm } from './alarm/webhook.ts';
import { createIngest } from './alerts/ingest.ts';
import { createPace } from './alerts/pace.ts';
import { routingPolicy } from './alerts/policy.ts';
import type { AlertmanagerSource } from './alerts/reconciliation/ports.ts';
import type { Desk, Links } from './chat/desk.ts';
import { createChatHandler } from './chat/dispatch.ts';
import type { Config } from './config/config.ts';
import { renderExport } from './export/render.ts';
import { exportPath } from './http/exports.ts';
import type { ChangeDeps } from './incidents/change.ts';
import type { Incident } from './incidents/incident.ts';
import { recordThread } from './incidents/record.ts';
import { startLoop } from './kernel/loop.ts';
import { createSalts } from './kernel/salt.ts';
import { createOutboxMetrics } from './outbox/metrics.ts';
import { createRelayMetrics } from './outbox/relay-metrics.ts';
import { createStormWatch } from './outbox/storm-watch.ts';
import { createOutboxWorker } from './outbox/worker.ts';
import type { Prometheus } from './prometheus/prometheus.ts';
import { createRunbookLibrary, loadRunbooks } from './runbooks/library.ts';
import { createSlack } from './slack/slack.ts';
import type { Slack, SlackOptions, SlackTimeoutsMs } from './slack/slack.ts';
import { createDoctor } from './wiring/doctor.ts';
import { drawOutboxMessage } from './wiring/draw-outbox-message.ts';
import { startDueWork } from './wiring/due-work.ts';
import { endings } from './wiring/endings.ts';
import type { Intake, IntakeHost } from './wiring/intake.ts';
import { startRelay } from './wiring/relay.ts';
import { startRetention } from './wiring/retention.ts';
import { createShutdown } from './wiring/shutdown.ts';
import { createStepService } from './wiring/step-service.ts';
import { startAlertmanagerWatch, watchdogPolicy } from './wiring/watch-alertmanager.ts';

/** What people can say, for a workspace that suggests it while they type. */
export const spokenCommands = commands.map(({ name, usage, summary }) => ({ name, usage, summary }));

/** The running bot. */
export type Tocsin = {
  /** Where Alertmanager posts to. */
  webhookUrl: string;
  /** Where Slack sends its requests; absent in Socket Mode. */
  slackUrl?: string;
  /** Stops taking work, finishes what is under way or gives it back, closes the store: within 10 s, whatever hangs. */
  stop(): Promise<void>;
  /** What has not stopped yet; after `stop`: what hung, and was left to itself. */
  left(): readonly string[];
};

/** What the process gives the bot. The optional parts have defaults that production uses. */
export type Host = IntakeHost & { slackTimeoutsMs?: SlackTimeoutsMs };

const linkLifetimeMs = 24 * 60 * 60 * 1000;
const minuteMs = 60_000;
const idleMs = 1000;

/** Puts together and starts all that is behind the intake, which alerts reach already. Throws when Slack refuses, after everything has stopped. */
export async function startBot(config: Config, { host, intake }: { host: Host; intake: Intake }): Promise<Tocsin> {
  const { clock, log } = host;
  const { http, port, store, probed, links, metrics, meters, room, ahead } = intake;
  const { settings } = config;
  const owner = randomUUID();
  const restoration = await store.lastRestoration();
  const runbooks = createRunbookLibrary((await loadRunbooks(settings.runbooks.dir, { log })).runbooks);
  const change: ChangeDeps = {
    incidents: store.incidents,
    clock,
    salt: createSalts(),
    ladder: settings.escalation.steps.map(({ afterMinutes }) => ({ afterMs: afterMinutes * minuteMs })),
    changed: (after, before) => {
      relay.nudge();
      meters.changed(after, before);
    },
  };

  const origin = config.PUBLIC_URL ?? `http://${config.HOST === '0.0.0.0' ? 'localhost' : config.HOST}:${port}`;

  const [prometheus, alarm, alertmanagers] = await Promise.all([
    prometheusOf(config),
    alarmOf(config, host),
    alertmanagersOf(config, host),
  ]);
  const stepService = await createStepService({
    config,
    store,
    change,
    runbooks,
    directory: { person: (id) => slack.directory.person(id) },
    ...(prometheus === undefined ? {} : { prometheus }),
    clock,
    log,
    owner,
  });
  const doctor = createDoctor({
    store,
    change,
    outboxStatus: () => outbox.status(),
    sentAway: () => room.sentAway(),
    channels: settings.slack.channels,
    isCompared: config.ALERTMANAGER_URL !== undefined,
    watchdog: watchdogPolicy(settings),
    retried: { deliveries: () => ingest.nudge(), messages: () => outbox.nudge() },
    log,
  });
  const desk: Desk = {
    ...change,
    runner: stepService.runner,
    steps: stepService.steps,
    documents: store.executions,
    doctor,
    timeline: store.timeline,
    alerts: store.alerts,
    runbooks,
    people: { nameOf: (id) => slack.nameOf(id) },
    downloads: {
      linkFor: ({ number }, format) => origin + links.sign(exportPath(number, format), linkLifetimeMs),
    },
    linksFor: (incident) => linksFor(incident, { runbooksUrl: settings.runbooks.url, slack }),
    command: settings.slack.command,
  };
  const slack = createSlack({
    ...slackOptions(config),
    ...(host.slackTimeoutsMs === undefined ? {} : { timeoutsMs: host.slackTimeoutsMs }),
    handler: createChatHandler({ commands, desk, log, metrics: meters.chat }),
    metrics: meters.slack,
    clock,
    log,
  });
  const outbox = createOutboxWorker({
    outbox: store.outbox,
    sender: slack.sender,
    render: (message) => drawOutboxMessage({ store, desk }, message),
    onPosted: async ({ view, incidentId, posted }) => {
      if (view.type !== 'card' || incidentId === undefined || posted === undefined) return;
      await recordThread(change, { id: incidentId, ...posted });
    },
    isOver: async ({ incidentId }) => incidentId !== undefined && (await store.incidents.get(incidentId))?.state === 'resolved',
    storms: createStormWatch({
      ...store,
      policy: { threads: settings.storm.threads, calmMs: settings.storm.calmSeconds * 1000 },
      clock,
      log,
    }),
    metrics: createOutboxMetrics(metrics.registry, { ...probed, clock, log }),
    onPause: (event) => alarm?.tell(event),
    clock,
    log,
    owner,
  });

  const loop = { clock, log, idleMs };
  const relayed = createRelayMetrics(metrics.registry, { incidents: probed.incidents, clock, log });
  const relay = startRelay({
    store,
    restoration,
    served: (incidents) => {
      relayed.served(incidents);
      if (incidents > 0) outbox.nudge();
    },
    loop,
  });
  const policy = routingPolicy(settings.alerts);
  const received = () => ingest.nudge();
  const watch = startAlertmanagerWatch({
    config,
    alertmanagers,
    store,
    change,
    registry: metrics.registry,
    scraped: probed,
    ahead,
    received,
    log,
  });
  const ingest = startLoop({
    ...loop,
    name: 'ingest',
    ...createIngest({
      store: { ...store, deliveries: watch.deliveries },
      changeDeps: change,
      runbooks,
      policy,
      ahead: watch.ahead,
      pace: createPace({ arrived: () => room.arrived(), follows: () => relay.drain(), clock }),
      clock,
      log,
      owner,
    }),
  });
  const due = startDueWork({
    settings,
    change,
    runbooks,
    ...(prometheus === undefined ? {} : { prometheus }),
    attend: (incident) => stepService.runner.attend(incident),
    registry: metrics.registry,
    idleMs,
    log,
  });
  const retention = startRetention({ settings, store, clock, log });
  intake.connect({ received, render: (request) => renderExport({ ...store, runbooks, clock }, request) });
  outbox.start();
  const shutdown = createShutdown(
    endings({
      http,
      slack,
      outbox,
      retention,
      ingest,
      due,
      watch,
      steps: stepService,
      relay,
      store,
      ...(alarm === undefined ? {} : { alarm }),
    }),
    host,
  );
  // Without Slack's requests it would look alive and serve nobody: better that whoever supervises it sees it end.
  const { port: slackPort } = await slack.start().catch(async (error: unknown) => {
    await shutdown.stop();
    throw error;
  });

  return {
    webhookUrl: `http://127.0.0.1:${port}/webhooks/alertmanager`,
    ...(slackPort === undefined ? {} : { slackUrl: `http://127.0.0.1:${slackPort}/slack/events` }),
    stop: () => shutdown.stop(),
    left: () => shutdown.left(),
  };
}

// The HTTP client of these three takes memory, and is loaded by who has one of them.

async function alarmOf({ settings }: Config, { clock, log }: Host): Promise<Alarm | undefined> {
  const { webhookUrl: url } = settings.alarm;
  if (url === undefined) return undefined;
  const { createAlarm } = await import('./alarm/webhook.ts');
  return createAlarm({ url, channels: settings.slack.channels, clock, log });
}

async function prometheusOf({ PROMETHEUS_URL: url, settings }: Config): Promise<Prometheus | undefined> {
  if (url === undefined) return undefined;
  const { createPrometheus } = await import('./prometheus/prometheus.ts');
  return createPrometheus({ url, aliases: settings.prometheus.aliases });
}

async function alertmanagersOf({ ALERTMANAGER_URL: urls }: Config, { clock }: Host): Promise<readonly AlertmanagerSource[]> {
  if (urls === undefined) return [];
  const { createAlertmanager } = await import('./alertmanager/alertmanager.ts');
  return urls.map((url) => createAlertmanager({ url, clock }));
}

function slackOptions(config: Config): Omit<SlackOptions, 'handler' | 'metrics' | 'clock' | 'log'> {
  const { SLACK_SIGNING_SECRET: signingSecret, SLACK_APP_TOKEN: appToken = '' } = config;
  return {
    token: config.SLACK_BOT_TOKEN,
    receive:
      signingSecret === undefined
        ? { type: 'socket', appToken }
        : { type: 'http', signingSecret, port: config.SLACK_PORT, host: config.HOST },
    ...(config.SLACK_API_URL === undefined ? {} : { apiUrl: config.SLACK_API_URL }),
    channels: config.settings.slack.channels,
    command: config.settings.slack.command,
    needsGroups: config.settings.access.rules.some(({ groups }) => groups !== undefined),
  };
}

function linksFor(incident: Incident, places: { runbooksUrl: string | undefined; slack: Slack }): Links {
  const thread = incident.thread === undefined ? undefined : places.slack.linkTo(incident.thread);
  const { runbook } = incident;
  return {
    ...(runbook === undefined || places.runbooksUrl === undefined ? {} : { runbook: `${places.runbooksUrl}/${encodeURI(runbook.path)}` }),
    ...(thread === undefined ? {} : { thread }),
  };
}
