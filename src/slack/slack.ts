import type { App, Logger, Receiver, ReceiverEvent } from '@slack/bolt';
import type { ChatHandler } from '../chat/reply.ts';
import { systemClock } from '../kernel/clock.ts';
import type { Clock } from '../kernel/clock.ts';
import { TocsinError } from '../kernel/errors.ts';
import { toInstant } from '../kernel/instant.ts';
import type { Instant } from '../kernel/instant.ts';
import type { Log } from '../kernel/log.ts';
import type { LaneName } from '../outbox/message.ts';
import type { ChatSender } from '../outbox/ports.ts';
import type { Directory } from '../people/directory.ts';
import { createChannels } from './channels.ts';
import type { ChannelNames } from './channels.ts';
import { createDirectory } from './directory.ts';
import { createSlackServer } from './http-receiver.ts';
import { createIdentityKeeper } from './identity.ts';
import { createBackground } from './inbound/background.ts';
import { createDeliver } from './inbound/deliver.ts';
import { route } from './inbound/router.ts';
import type { RouterDeps } from './inbound/router.ts';
import { createSeen } from './inbound/seen.ts';
import { createSdkLogger } from './logging.ts';
import { createCaller } from './methods.ts';
import type { SlackMetrics } from './metrics.ts';
import { createNames } from './names.ts';
import { createSender } from './sender.ts';
import { createSlackSocket } from './socket-receiver.ts';

export type SlackOptions = {
  /** Bot token. */
  token: string;
  /** How requests come in: Slack calls us, or we keep a socket open to it. */
  receive: { type: 'http'; signingSecret: string; port: number; host?: string } | { type: 'socket'; appToken: string };
  /** Default https://slack.com/api/. Anything but https only on this machine. */
  apiUrl?: string;
  /** Names (with or without #) of public channels, or ids. */
  channels: ChannelNames;
  /** The slash command with its slash. */
  command: string;
  /** Whether rights are given to user groups: only then are they asked for. */
  needsGroups?: boolean;
  /** Only needed when Slack does not tell it; requests for other apps are ignored. */
  appId?: string;
  /** How long each kind of request may take; every one has a default. */
  timeoutsMs?: SlackTimeoutsMs;
  handler: ChatHandler;
  metrics?: SlackMetrics;
  clock: Clock;
  log: Log;
};

type SlackStatus = {
  /** Undefined until Slack could be asked. */
  team?: string;
  /** Why Slack cannot be used right now. */
  problem?: string;
  channels: Readonly<Partial<Record<LaneName, string>>>;
  /** When something last came in from Slack: long ago may mean that the subscription is switched off. */
  lastRequestAt?: Instant;
  /** Socket Mode only. */
  connectedSince?: Instant;
};

export type Slack = {
  sender: ChatSender;
  /** Rejects only when the port cannot be had; Slack itself may be away. Resolves with the port, if there is one. */
  start(): Promise<{ port?: number }>;
  /** Takes no more requests and lets answers under way go out. */
  stop(): Promise<void>;
  status(): SlackStatus;
  /** Who people are, for rights. */
  directory: Directory;
  /** The handle of a person; undefined when it cannot be found out now. */
  nameOf(userId: string): Promise<string | undefined>;
  /** The address of a message, once it is known where the workspace is. */
  linkTo(message: { channel: string; ts: string }): string | undefined;
};

/** Per kind of request: the outbox's writes, what people wait for, and reads. */
export type SlackTimeoutsMs = { write?: number; interactive?: number; read?: number };

/** The outbox's client may take its time; the others answer people who wait. */
const usualTimeoutsMs = { write: 8000, interactive: 1500, read: 10_000 } as const;
/** For requests under way, and then for answers that are still on their way to Slack. */
const stopWithinMs = 1500;

/** Tocsin in one Slack workspace. Nothing here needs Slack to be reachable in order to start. */
export function createSlack(options: SlackOptions): Slack {
  const { clock, log, token } = options;
  const apiUrl = checkedApiUrl(options.apiUrl ?? 'https://slack.com/api/');
  const logger = createSdkLogger(log);
  const timeouts = { ...usualTimeoutsMs, ...options.timeoutsMs };
  const client = (timeoutMs: number) => createCaller({ token, apiUrl, timeoutMs, logger });
  const [write, interactive, read] = [client(timeouts.write), client(timeouts.interactive), client(timeouts.read)];

  const identity = createIdentityKeeper({ call: read, clock, log, ...(options.appId === undefined ? {} : { appId: options.appId }) });
  const channels = createChannels({ call: read, clock, names: options.channels });
  const names = createNames(interactive);
  const background = createBackground({ log, clock });
  let lastRequestAt: Instant | undefined;
  const onRequest = () => {
    lastRequestAt = toInstant(clock.now());
  };
  const entrance = createEntrance(options, { apiUrl, logger, onRequest });
  connectBolt(entrance.receiver, {
    handler: options.handler,
    ...(options.metrics === undefined ? {} : { metrics: options.metrics }),
    command: options.command,
    call: interactive,
    identity: () => identity.current(),
    clock,
    log,
    background,
    deliver: createDeliver({ call: interactive, log, apiUrl }),
    nameOf: (userId) => names.nameOf(userId),
    openedAt: new Map(),
    homeChannel: () => channels.known().incidents,
    seen: createSeen(clock),
  });
  return {
    sender: createSender({ write, read, channels, identity: () => identity.current(), log }),
    async start() {
      const started = await entrance.start();
      identity.start();
      return started;
    },
    async stop() {
      await entrance.stop();
      await Promise.all([identity.stop(), background.drain(stopWithinMs)]);
    },
    status() {
      const team = identity.current()?.teamName;
      const problem = identity.problem();
      const connectedSince = entrance.connectedSince();
      return {
        ...(team === undefined ? {} : { team }),
        ...(problem === undefined ? {} : { problem }),
        channels: channels.known(),
        ...(lastRequestAt === undefined ? {} : { lastRequestAt }),
        ...(connectedSince === undefined ? {} : { connectedSince: toInstant(connectedSince) }),
      };
    },
    directory: createDirectory({ call: interactive, clock, log, needsGroups: options.needsGroups === true }),
    nameOf: (userId) => names.nameOf(userId),
    linkTo({ channel, ts }) {
      const base = isSlack(apiUrl) ? identity.current()?.teamUrl : apiUrl;
      return base === undefined ? undefined : new URL(`/archives/${channel}/p${ts.replace('.', '')}`, base).href;
    },
  };
}

type Entrance = {
  receiver: Receiver;
  start(): Promise<{ port?: number }>;
  stop(): Promise<void>;
  connectedSince(): Date | undefined;
};

function createEntrance(options: SlackOptions, parts: { apiUrl: string; logger: Logger; onRequest: () => void }): Entrance {
  const { clock, log, receive } = options;
  const shared = { log, sdkLogger: parts.logger, onRequest: parts.onRequest };
  if (receive.type === 'http') {
    // Signatures carry the world's time, whatever clock the rest runs on.
    const server = createSlackServer({
      ...shared,
      clock: systemClock,
      signingSecret: receive.signingSecret,
      port: receive.port,
      host: receive.host ?? '0.0.0.0',
    });
    return {
      receiver: server.receiver,
      start: async () => ({ port: await server.listen() }),
      stop: () => server.close(stopWithinMs),
      connectedSince: () => undefined,
    };
  }
  const socket = createSlackSocket({ ...shared, clock, appToken: receive.appToken, apiUrl: parts.apiUrl });
  return {
    receiver: socket.receiver,
    async start() {
      socket.start();
      return {};
    },
    stop: () => socket.stop(),
    connectedSince: () => socket.connectedSince(),
  };
}

/**
 * Bolt's receivers check signatures and unpack bodies; everything after that is ours, in one place, so that each request is acknowledged once.
 * Bolt's own way from there on lets Slack wait for a type that it does not know, and fails over fields that are missing.
 */
function connectBolt(receiver: Receiver, deps: RouterDeps): void {
  const processEvent = async ({ body, ack }: ReceiverEvent) => {
    await route(deps, body, async (answer) => {
      await ack(answer);
    });
  };
  // All that receivers ask of an App.
  const app: App = Object.create(null, { processEvent: { value: processEvent } });
  receiver.init(app);
}

/** A simulated workspace serves its messages itself. */
function isSlack(apiUrl: string): boolean {
  return new URL(apiUrl).protocol === 'https:';
}

function checkedApiUrl(text: string): string {
  const url = URL.parse(text);
  const isLocal = url !== null && ['127.0.0.1', 'localhost', '[::1]'].includes(url.hostname);
  if (url === null || (url.protocol !== 'https:' && !isLocal)) {
    throw new TocsinError(
      'invalid',
      `The Slack API URL must begin with https:// (got ${JSON.stringify(text)}); plain http only on this machine.`,
    );
  }
  return url.href.endsWith('/') ? url.href : `${url.href}/`;
}
