import type { Instant } from '../kernel/instant.ts';
import { toInstant } from '../kernel/instant.ts';
import { backoffMs } from './backoff.ts';
import { laneNames } from './message.ts';

/** Why nothing is sent at all, since when. Every message keeps its place meanwhile. */
export type Paused = { reason: string; since: Instant };

/** The whole outbox stands still after a configuration error; now and then one request tries whether a person has repaired it. */
export type Pause = {
  reason(): Paused | undefined;
  /** How long to wait before the next try, 0 when not paused. */
  waitMs(now: Date): number;
  /** True when this began a pause, false when it only went on. */
  begin(reason: string, now: Date): boolean;
  /** Takes over a pause that another process began, to try at once whether it is over. */
  takeOver(began: Paused): void;
  /** The pause that this ended, undefined when there was none. */
  end(): Paused | undefined;
};

/** What stands still: everything, or one lane. */
export const pauseScopes = ['workspace', ...laneNames] as const;
export type PauseScope = (typeof pauseScopes)[number];

/** A pause as the store remembers it. */
export type StoredPause = Paused & { scope: PauseScope };

/** A pause began, or is over. */
export type PauseEvent = StoredPause & { type: 'paused' | 'resumed' };

const maxProbeMs = 60_000;

export function createPause(random: () => number): Pause {
  let paused: (Paused & { failures: number; probeAtMs: number }) | undefined;
  return {
    reason: () => (paused === undefined ? undefined : { reason: paused.reason, since: paused.since }),
    waitMs: (now) => (paused === undefined ? 0 : Math.max(0, paused.probeAtMs - now.getTime())),
    begin(reason, now) {
      const failures = (paused?.failures ?? 0) + 1;
      const since = paused?.since ?? toInstant(now);
      const began = paused === undefined;
      paused = { reason, since, failures, probeAtMs: now.getTime() + backoffMs(failures, { maxMs: maxProbeMs, random }) };
      return began;
    },
    takeOver: ({ reason, since }) => void (paused ??= { reason, since, failures: 0, probeAtMs: 0 }),
    end() {
      const was = paused;
      paused = undefined;
      return was === undefined ? undefined : { reason: was.reason, since: was.since };
    },
  };
}
