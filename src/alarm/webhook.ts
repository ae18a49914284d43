import type { AxiosInstance } from 'axios';
import { create, isAxiosError } from 'axios';
import type { Clock } from '../kernel/clock.ts';
import { toInstant } from '../kernel/instant.ts';
import type { Log } from '../kernel/log.ts';
import type { LaneName } from '../outbox/message.ts';
import type { PauseEvent } from '../outbox/pause.ts';

export type AlarmOptions = {
  /** May hold a secret, so it is never logged. */
  url: string;
  /** How a lane's channel is called: "#incidents". */
  channels: Readonly<Record<LaneName, string>>;
  clock: Clock;
  log: Log;
};

/** Tells somewhere else that chat cannot be told. */
export type Alarm = {
  /** Sends the event behind those before it. Never throws, and never keeps its caller waiting. */
  tell(event: PauseEvent): void;
  /** Gives up what is not sent yet. */
  stop(): Promise<void>;
};

const waitsMs = [1000, 5000, 20_000, 60_000];
const timeoutMs = 10_000;

/** An address that takes a JSON body by POST, tried five times within a minute and a half. */
export function createAlarm(options: AlarmOptions): Alarm {
  const { clock, log } = options;
  const stopping = new AbortController();
  const client = create({
    timeout: timeoutMs,
    maxContentLength: 64 * 1024,
    // The address is configured: neither a redirect nor a proxy variable may lead elsewhere.
    maxRedirects: 0,
    proxy: false,
    responseType: 'text',
  });
  let last = Promise.resolve();

  async function send(event: PauseEvent): Promise<void> {
    const body = bodyOf(event, options);
    const { type, scope } = event;
    let problem = '';
    for (const waitMs of [0, ...waitsMs]) {
      if (waitMs > 0) await clock.sleep(waitMs, stopping.signal);
      if (stopping.signal.aborted) return;
      problem = await post(client, { url: options.url, body, signal: stopping.signal });
      if (problem !== '') continue;
      log.info({ type, scope }, 'the alarm webhook was told');
      return;
    }
    log.error({ type, scope, problem }, 'the alarm webhook could not be told');
  }

  return {
    tell(event) {
      // In their order: "resumed" before "paused" would leave the alarm on for ever.
      last = last.then(() => send(event));
    },
    async stop() {
      stopping.abort();
      await last;
    },
  };
}

/** Resolves with what went wrong, in words without the address; empty when it was taken. */
async function post(client: AxiosInstance, request: { url: string; body: object; signal: AbortSignal }): Promise<string> {
  try {
    await client.post(request.url, request.body, { signal: AbortSignal.any([request.signal, AbortSignal.timeout(timeoutMs)]) });
    return '';
  } catch (error) {
    if (!isAxiosError(error)) return 'it failed';
    return error.response === undefined ? (error.code ?? 'no answer') : `HTTP ${error.response.status}`;
  }
}

/** `text` is for whoever shows the body as it is; everything else is for programs. */
function bodyOf({ type, scope, reason, since }: PauseEvent, { channels, clock }: AlarmOptions): object {
  const where = scope === 'workspace' ? 'to chat' : `to ${channels[scope]}`;
  return {
    source: 'tocsin',
    event: `outbox_${type}`,
    scope,
    ...(scope === 'workspace' ? {} : { channel: channels[scope] }),
    reason,
    since,
    at: toInstant(clock.now()),
    text:
      type === 'paused'
        ? `Tocsin cannot post ${where}: ${reason}. Alerts are taken and everything is kept; it goes on once the chat configuration is repaired.`
        : `Tocsin posts again ${where}. It could not since ${since}: ${reason}.`,
  };
}
