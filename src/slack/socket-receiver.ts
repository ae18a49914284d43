import type { Logger, Receiver, SocketModeReceiver } from '@slack/bolt';
import type { Clock } from '../kernel/clock.ts';
import { describeError } from '../kernel/errors.ts';
import type { Log } from '../kernel/log.ts';
import { startLoop } from '../kernel/loop.ts';
import type { Loop } from '../kernel/loop.ts';
import { loadSocketReceiver } from './bolt.ts';
import { redact } from './logging.ts';

/** Receives over a WebSocket that we open, for networks that Slack cannot reach. */
export type SlackSocket = {
  receiver: Receiver;
  start(): void;
  stop(): Promise<void>;
  /** Since when requests arrive; undefined while not connected. */
  connectedSince(): Date | undefined;
};

const maxRetryMs = 30_000;
/** An old connection sometimes gets no requests any more without being closed. */
const refreshEveryMs = 4 * 3_600_000;
const connectWithinMs = 30_000;
const briefMs = 10_000;

/**
 * Socket Mode with reconnecting of our own: the SDK's waits grow without bound, and an error of its second connection ends the process.
 * Each connection is a fresh SDK receiver that never reconnects.
 */
export function createSlackSocket(options: {
  appToken: string;
  apiUrl: string;
  clock: Clock;
  log: Log;
  sdkLogger: Logger;
  onRequest: () => void;
}): SlackSocket {
  const { clock, log } = options;
  let app: Parameters<Receiver['init']>[0] | undefined;
  let loop: Loop | undefined;
  let connectedSince: Date | undefined;
  let failures = 0;

  function connection(): SocketModeReceiver {
    const Connection = loadSocketReceiver();
    const receiver = new Connection({
      appToken: options.appToken,
      logger: options.sdkLogger,
      autoReconnectEnabled: false,
      installerOptions: {
        clientOptions: { slackApiUrl: options.apiUrl, retryConfig: { retries: 0 }, timeout: 10_000 },
      },
    });
    receiver.client.on('slack_event', options.onRequest);
    if (app !== undefined) receiver.init(app);
    return receiver;
  }

  /** One connection, from opening to its end. */
  async function connectOnce(signal: AbortSignal): Promise<number> {
    const receiver = connection();
    const ended = new AbortController();
    receiver.client.on('disconnected', () => ended.abort());
    try {
      await Promise.race([Promise.resolve(receiver.start()), timeLimit(clock, AbortSignal.any([signal, ended.signal]))]);
      const since = clock.now();
      connectedSince = since;
      failures = 0;
      log.info({}, 'connected to Slack by Socket Mode');
      await clock.sleep(refreshEveryMs, AbortSignal.any([signal, ended.signal]));
      // One that is closed at once, again and again, must not become a storm of new ones.
      return clock.now().getTime() - since.getTime() < briefMs ? 1000 : 0;
    } catch (error) {
      failures += 1;
      log.warn({ error: redact(describeError(error)), failures }, 'Socket Mode could not connect and will try again');
      return Math.min(maxRetryMs, 1000 * 2 ** (failures - 1));
    } finally {
      connectedSince = undefined;
      ended.abort();
      await receiver.stop();
    }
  }

  return {
    receiver: {
      init(boltApp) {
        app = boltApp;
      },
      start: () => Promise.resolve(),
      stop: () => Promise.resolve(),
    },
    start() {
      loop ??= startLoop({ name: 'slack socket', clock, log, idleMs: maxRetryMs, work: connectOnce });
    },
    async stop() {
      await loop?.stop();
      loop = undefined;
    },
    connectedSince: () => connectedSince,
  };
}

async function timeLimit(clock: Clock, signal: AbortSignal): Promise<void> {
  await clock.sleep(connectWithinMs, signal);
  throw new Error(signal.aborted ? 'the connection ended while it was being opened' : 'the connection was not opened in time');
}
