import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Clock } from '../kernel/clock.ts';

/** What to do with a signed request before anybody looks at its body. */
type Screening = 'pass' | 'from_the_future' | 'answered_before';

/**
 * Keeps recorded requests from being played again. Slack's SDK refuses old timestamps but neither future ones nor the same request a
 * second time. Only a signature that was verified and answered well is remembered: a repeat after our own failure has to be worked on.
 */
export type ReplayGuard = {
  screen(request: IncomingMessage): Promise<Screening>;
  /** Watches the answer to a request that passed. */
  watch(request: IncomingMessage, response: ServerResponse): void;
};

const maxAheadMs = 300_000;
const rememberedMs = 600_000;
const maxRemembered = 50_000;

export function createReplayGuard(clock: Clock): ReplayGuard {
  const answered = new Map<string, number>();
  const underWay = new Map<string, Promise<void>>();

  const isAnswered = (signature: string) => clock.now().getTime() - (answered.get(signature) ?? Number.NEGATIVE_INFINITY) <= rememberedMs;
  return {
    async screen(request) {
      const timestamp = Number(headerOf(request, 'x-slack-request-timestamp'));
      if (timestamp * 1000 > clock.now().getTime() + maxAheadMs) return 'from_the_future';
      const signature = headerOf(request, 'x-slack-signature');
      // The same request while the first is being answered waits for that answer.
      await underWay.get(signature);
      return isAnswered(signature) ? 'answered_before' : 'pass';
    },
    watch(request, response) {
      const signature = headerOf(request, 'x-slack-signature');
      if (signature === '') return;
      const closed = new Promise<void>((resolve) => {
        response.once('close', () => {
          underWay.delete(signature);
          const isDone = response.writableFinished && response.statusCode >= 200 && response.statusCode < 300;
          if (isDone) remember(answered, signature, clock.now().getTime());
          resolve();
        });
      });
      underWay.set(signature, closed);
    },
  };
}

function remember(answered: Map<string, number>, signature: string, nowMs: number): void {
  answered.set(signature, nowMs);
  for (const [oldest, at] of answered) {
    if (answered.size <= maxRemembered && nowMs - at <= rememberedMs) break;
    answered.delete(oldest);
  }
}

function headerOf(request: IncomingMessage, name: string): string {
  const value = request.headers[name];
  return typeof value === 'string' ? value : '';
}
