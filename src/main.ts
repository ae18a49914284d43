import { randomUUID } from 'node:crypto';
import { commands } from '../commands/index.ts';
import { createAlarm } from './alarm/webhook.ts';
import type { Alarm } from './alarm/webhook.ts';
import { createIngest } from './alerts/ingest.ts';
import { createPace } from './alerts/pace.ts';
import { routingPolicy } from './alerts/policy.ts';
import { createReadAhead } from './alerts/read-ahead.ts';
import type { ReadAhead } from './alerts/read-ahead.ts';
import { deliveryIds, receiveDelivery } from './alerts/receive.ts';
import type { Desk, Links } from './chat/desk.ts';
import { createChatHandler } from './chat/dispatch.ts';
import type { Config } from './config/config.ts';
import { renderExport } from './export/render.ts';
import { exportPath } from './http/exports.ts';
import { createIntakeRoom } from './http/intake-room.ts';
import type { IntakeRoom } from './http/intake-room.ts';
import { createMetrics } from './http/metrics.ts';
import type { Metrics } from './http/metrics.ts';
import { createHttpServer } from './http/server.ts';
import type { HttpServer } from './http/server.ts';
import { createSignedLinks } from './http/signed-link.ts';
import type { SignedLinks } from './http/signed-link.ts';
import { createWebhook } from './http/webhook.ts';
import type { ChangeDeps } from './incidents/change.ts';
import type { Incident } from './incidents/incident.ts';
import { recordThread } from './incidents/record.ts';
import type { Clock } from './kernel/clock.ts';
import { addMs, toInstant } from './kernel/instant.ts';
import type { Log } from './kernel/log.ts';
import { startLoop } from './kernel/loop.ts';
import { createSalts } from './kernel/salt.ts';
import { createOutboxMetrics } from './outbox/metrics.ts';
import { relayPending } from './outbox/relay.ts';
import { createOutboxWorker } from './outbox/worker.ts';
import { createPrometheus } from './prometheus/prometheus.ts';
import type { Prometheus } from './prometheus/prometheus.ts';
import { createRunbookLibrary, loadRunbooks } from './runbooks/library.ts';
import type { RunbookLibrary } from './runbooks/library.ts';
import { createSlack } from './slack/slack.ts';
import type { Slack, SlackOptions, SlackTimeoutsMs } from './slack/slack.ts';
import { openStore } from './store/open-store.ts';
import type { Store } from './store/store.ts';
import { createDoctor } from './wiring/doctor.ts';
import { drawOutboxMessage } from './wiring/draw-outbox-message.ts';
import { startDueWork } from './wiring/due-work.ts';
import { createStepService } from './wiring/step-service.ts';

/** The running bot. */
export type Tocsin = {
  /** Where Alertmanager posts to. */
  webhookUrl: string;
  /** Where Slack sends its requests; absent in Socket Mode. */
  slackUrl?: string;
  /** Stops taking work, finishes what is under way, closes the store. */
  stop(): Promise<void>;
};

/** What the process gives the bot. The optional parts have defaults that production uses. */
export type Host = { clock: Clock; log: Log; openStore?: typeof openStore; slackTimeoutsMs?: SlackTimeoutsMs };

/** What people can say, for a workspace that suggests it while they type. */
export const spokenCommands = commands.map(({ name, usage, summary }) => ({ name, usage, summary }));

const linkLifetimeMs = 24 * 60 * 60 * 1000;
const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;
const idleMs = 1000;
const pruneEveryMs = 60 * 60 * 1000;

/** Puts the parts together and starts them: intake first, so that alerts are kept while chat is still being reached. */
export async function startTocsin(config: Config, host: Host): Promise<Tocsin> {
  const { clock, log } = host;
  const { settings } = config;
  const owner = randomUUID();
  const store = await (host.openStore ?? openStore)(config.STORE_URL, host);
  const runbooks = createRunbookLibrary((await loadRunbooks(settings.runbooks.dir, { log })).runbooks);
  const change: ChangeDeps = {
    incidents: store.incidents,
    clock,
    salt: createSalts(),
    ladder: settings.escalation.steps.map(({ afterMinutes }) => ({ afterMs: afterMinutes * minuteMs })),
    changed: () => relay.nudge(),
  };

  const links = createSignedLinks({ secret: config.API_TOKEN, clock });
  const metrics = createMetrics({ deliveries: store.deliveries, clock, log });
  const room = createIntakeRoom(clock);
  const ahead = createReadAhead();
  const http = openIntake(config, { ...host, store, runbooks, links, metrics, room, ahead, received: () => ingest.nudge() });
  const { port } = await http.listen();
  const origin = config.PUBLIC_URL ?? `http://${config.HOST === '0.0.0.0' ? 'localhost' : config.HOST}:${port}`;

  const prometheus = prometheusOf(config);
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
    handler: createChatHandler({ commands, desk, log }),
    clock,
    log,
  });
  const alarm = alarmOf(config, host);
  const outbox = createOutboxWorker({
    outbox: store.outbox,
    sender: slack.sender,
    render: (message) => drawOutboxMessage({ store, desk }, message),
    onPosted: async ({ view, incidentId, posted }) => {
      if (view.type === 'card' && posted !== undefined) await recordThread(change, { id: incidentId, ...posted });
    },
    metrics: createOutboxMetrics(metrics.registry, { outbox: store.outbox, log }),
    onPause: (event) => alarm?.tell(event),
    clock,
    log,
    owner,
  });

  const loop = { clock, log, idleMs };
  const relay = startLoop({
    ...loop,
    name: 'relay',
    work: async () => {
      const served = await relayPending(store);
      if (served === 0) return undefined;
      outbox.nudge();
      return 0;
    },
  });
  const policy = routingPolicy(settings.alerts);
  const ingest = startLoop({
    ...loop,
    name: 'ingest',
    ...createIngest({
      store,
      changeDeps: change,
      runbooks,
      policy,
      ahead,
      pace: createPace({ load: room.load, clock }),
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
  const prune = startLoop({
    ...loop,
    name: 'retention',
    idleMs: pruneEveryMs,
    work: async () => void (await store.deliveries.prune(addMs(toInstant(clock.now()), -settings.keepDeliveriesDays * dayMs))),
  });
  outbox.start();
  const stop = async () => {
    await Promise.all([http.close(), slack.stop()]);
    await Promise.all([ingest.stop(), due.stop(), prune.stop(), stepService.stop()]);
    await relay.stop();
    await outbox.stop();
    await alarm?.stop();
    await store.close();
  };
  // Without Slack's requests it would look alive and serve nobody: better that whoever supervises it sees it end.
  const { port: slackPort } = await slack.start().catch(async (error: unknown) => {
    await stop();
    throw error;
  });

  return {
    webhookUrl: `http://127.0.0.1:${port}/webhooks/alertmanager`,
    ...(slackPort === undefined ? {} : { slackUrl: `http://127.0.0.1:${slackPort}/slack/events` }),
    stop,
  };
}

type Intake = Host & {
  store: Store;
  runbooks: RunbookLibrary;
  links: SignedLinks;
  metrics: Metrics;
  room: IntakeRoom;
  ahead: ReadAhead;
  received: () => void;
};

function openIntake(config: Config, intake: Intake): HttpServer {
  const { clock, log, store, runbooks, links, metrics, room, ahead, received } = intake;
  const nextId = deliveryIds(clock);
  return createHttpServer({
    host: config.HOST,
    port: config.PORT,
    webhook: createWebhook({
      token: config.WEBHOOK_TOKEN,
      receive: (request) => receiveDelivery({ deliveries: store.deliveries, clock, nextId, ahead, received }, request),
      room,
      metrics,
      clock,
      log,
    }),
    ready: () => store.ping(),
    metrics,
    exports: { token: config.API_TOKEN, links, render: (request) => renderExport({ ...store, runbooks, clock }, request) },
    clock,
    log,
  });
}

function alarmOf({ settings }: Config, { clock, log }: Host): Alarm | undefined {
  const { webhookUrl: url } = settings.alarm;
  return url === undefined ? undefined : createAlarm({ url, channels: settings.slack.channels, clock, log });
}

function prometheusOf({ PROMETHEUS_URL: url, settings }: Config): Prometheus | undefined {
  return url === undefined ? undefined : createPrometheus({ url, aliases: settings.prometheus.aliases });
}

function slackOptions(config: Config): Omit<SlackOptions, 'handler' | 'clock' | 'log'> {
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
