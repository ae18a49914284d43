import { addMs, msBetween } from '../../kernel/instant.ts';
import type { Instant } from '../../kernel/instant.ts';

/** The alert that always fires: that it keeps coming proves the way from Prometheus to here. */
export type WatchdogPolicy = {
  /** Empty: there is none, and an alert of any name is an alert. */
  alertname: string;
  /** The labels that tell several apart, so that one cannot hide the silence of another. */
  labels: readonly string[];
  /** How long it may be silent. */
  everyMs: number;
  /** One is expected also when none has ever come. */
  isRequired: boolean;
};

/** One watchdog: when it was last heard, and whether its silence has become an incident. Changed by compare-and-set. */
export type Watchdog = {
  schema: 1;
  version: number;
  /** From the labels that tell it apart. */
  key: string;
  labels: Readonly<Record<string, string>>;
  /** Absent when it has never come. */
  lastSeenAt?: Instant;
  /** How many times in a row it came within its period: one that is sent every few hours only must not be waited for. */
  inTime: number;
  /** Since when silence is an incident; absent while it is heard. */
  silentSince?: Instant;
  /** What the ingest is still to be told: that the alert of this time fires, or that it ended. */
  untold?: { status: 'firing' | 'resolved'; startsAt: Instant; endsAt?: Instant };
};

export type WatchdogStore = {
  /** All of them; there are few. */
  list(): Promise<readonly Watchdog[]>;
  get(key: string): Promise<Watchdog | undefined>;
  /** `expectedVersion` 0 inserts. False when the race was lost. */
  put(watchdog: Watchdog, expectedVersion: number): Promise<boolean>;
};

/** The key of the one that is expected before any was heard. */
export const noneYet = 'none heard yet';

/** Those whose silence counts: what is expected before any was heard is over with the first that is heard. */
export function watched(found: readonly Watchdog[], { isRequired }: Pick<WatchdogPolicy, 'isRequired'>): readonly Watchdog[] {
  const real = found.filter(({ key }) => key !== noneYet);
  if (real.length > 0 || !isRequired) return real;
  return [found[0] ?? { schema: 1, version: 0, key: noneYet, labels: {}, inTime: 0 }];
}

/** So many times in time make a rhythm. */
const rhythm = 3;
/** What comes closer together is one beat: the peers of a cluster, or a repeat. */
const sameBeatMs = 20_000;
/** Above the period, because the tick and Alertmanager's own flush come when they come. */
const graceMs = 60_000;

/** Whether its silence counts: it is required, or came in time often enough. */
function isArmed({ inTime }: Pick<Watchdog, 'inTime'>, { isRequired }: Pick<WatchdogPolicy, 'isRequired'>): boolean {
  return isRequired || inTime >= rhythm;
}

export const watchdogStates = ['heard', 'silent', 'unwatched'] as const;
export type WatchdogState = (typeof watchdogStates)[number];

/** `silent`: an incident says so. `unwatched`: it comes too rarely to be waited for. */
export function stateOf(watchdog: Watchdog, policy: Pick<WatchdogPolicy, 'isRequired'>): WatchdogState {
  if (watchdog.silentSince !== undefined) return 'silent';
  return isArmed(watchdog, policy) ? 'heard' : 'unwatched';
}

/** The watchdog after it was heard at `at`; undefined when that says nothing new. */
export function heard(
  before: Watchdog | undefined,
  beat: { key: string; labels: Watchdog['labels']; at: Instant },
  { everyMs }: Pick<WatchdogPolicy, 'everyMs'>,
): Watchdog | undefined {
  const { key, labels, at } = beat;
  if (before === undefined) return { schema: 1, version: 1, key, labels, lastSeenAt: at, inTime: 0 };
  const { silentSince, lastSeenAt, ...rest } = before;
  if (lastSeenAt !== undefined && at <= lastSeenAt) return undefined;
  const gapMs = lastSeenAt === undefined ? Number.POSITIVE_INFINITY : msBetween(lastSeenAt, at);
  const next: Watchdog = { ...rest, version: before.version + 1, lastSeenAt: at, inTime: rhythmAfter(before, gapMs, everyMs) };
  return silentSince === undefined ? next : { ...next, untold: { status: 'resolved', startsAt: silentSince, endsAt: at } };
}

/** Once found, a rhythm stays: a gap is what it is watched for. */
function rhythmAfter({ inTime }: Watchdog, gapMs: number, everyMs: number): number {
  if (inTime >= rhythm || gapMs < sameBeatMs) return inTime;
  return gapMs <= everyMs ? inTime + 1 : 0;
}

/** When its silence becomes an incident; `listeningSince` is since when this process could have heard it. */
function deadlineOf(watchdog: Watchdog, how: { listeningSince: Instant; everyMs: number }): Instant {
  const { lastSeenAt } = watchdog;
  const since = lastSeenAt === undefined || lastSeenAt < how.listeningSince ? how.listeningSince : lastSeenAt;
  return addMs(since, how.everyMs + graceMs);
}

/** The watchdog whose silence has become an incident; undefined when it has not, or was one before. */
export function fellSilent(
  before: Watchdog,
  how: { now: Instant; listeningSince: Instant; policy: Pick<WatchdogPolicy, 'everyMs' | 'isRequired'> },
): Watchdog | undefined {
  const { now, listeningSince, policy } = how;
  if (!isArmed(before, policy) || before.silentSince !== undefined || before.untold !== undefined) return undefined;
  if (now < deadlineOf(before, { listeningSince, everyMs: policy.everyMs })) return undefined;
  // The same for every process that sees it: the last time it was heard is what the alert begins with.
  const startsAt = before.lastSeenAt ?? now;
  return { ...before, version: before.version + 1, silentSince: startsAt, untold: { status: 'firing', startsAt } };
}
