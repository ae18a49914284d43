import { callsPerMinute, specialCallsPerMinute, type MethodSpec } from './tables/method-spec.ts';

const minuteMs = 60_000;

/** The last `size` instants: knows in constant time when the next one fits into the span. */
function createWindow(size: number, spanMs: number) {
  const ring: number[] = [];
  let oldest = 0;
  return {
    /** Milliseconds until another one fits; 0 when it fits now. */
    waitMs(nowMs: number): number {
      const first = ring[oldest];
      return ring.length < size || first === undefined ? 0 : Math.max(0, first + spanMs - nowMs);
    },
    add(nowMs: number): void {
      if (ring.length < size) ring.push(nowMs);
      else {
        ring[oldest] = nowMs;
        oldest = (oldest + 1) % size;
      }
    },
  };
}

/** A channel's allowance: `burst` posts at once, refilled at one per second. */
function createBucket(burst: number) {
  let tokens = burst;
  let filledAtMs = Number.NEGATIVE_INFINITY;
  const fill = (nowMs: number) => {
    tokens = Math.min(burst, tokens + Math.max(0, nowMs - filledAtMs) / 1000);
    filledAtMs = nowMs;
  };
  return {
    waitMs(nowMs: number): number {
      fill(nowMs);
      return tokens >= 1 ? 0 : Math.ceil((1 - tokens) * 1000);
    },
    take(nowMs: number): void {
      fill(nowMs);
      tokens -= 1;
    },
  };
}

/** How many things fell into the busiest second. Keeps only what is near the last second. */
function createBusiest() {
  let recent: number[] = [];
  let first = 0;
  let most = 0;
  return {
    add(nowMs: number): void {
      while ((recent[first] ?? Number.POSITIVE_INFINITY) <= nowMs - 1000) first += 1;
      if (first > 1000) {
        recent = recent.slice(first);
        first = 0;
      }
      recent.push(nowMs);
      most = Math.max(most, recent.length - first);
    },
    most: () => most,
  };
}

export type Pace = {
  /** Seconds to wait before this method may be called, 0 when it may be called now; counts the call when it may. */
  method(name: string, spec: MethodSpec, nowMs: number): number;
  /** The same for a post into a channel. */
  post(channel: string, nowMs: number): number;
  /** Counts a post that was stored. */
  stored(channel: string, nowMs: number): void;
  posts(channel: string): { accepted: number; mostPerSecond: number; mostAttemptedPerSecond: number };
};

const seconds = (waitMs: number) => Math.ceil(waitMs / 1000);

/** The rate limits of the Web API: per method in the workspace, and one post per second and channel. */
export function createPace(options: { enforced: boolean; postBurst: number }): Pace {
  const methods = new Map<string, ReturnType<typeof createWindow>>();
  const channels = new Map<string, ReturnType<typeof channelPace>>();
  const channelPace = () => ({ bucket: createBucket(options.postBurst), attempted: createBusiest(), accepted: createBusiest(), count: 0 });

  function windowOf(name: string, spec: MethodSpec) {
    const size = spec.tier === 'special' ? (specialCallsPerMinute[name] ?? 100) : callsPerMinute[spec.tier];
    const window = methods.get(name) ?? createWindow(size, minuteMs);
    methods.set(name, window);
    return window;
  }
  function channelOf(channel: string) {
    const found = channels.get(channel) ?? channelPace();
    channels.set(channel, found);
    return found;
  }
  return {
    method(name, spec, nowMs) {
      if (!options.enforced) return 0;
      const window = windowOf(name, spec);
      const waitMs = window.waitMs(nowMs);
      if (waitMs === 0) window.add(nowMs);
      return seconds(waitMs);
    },
    post(channel, nowMs) {
      const { bucket, attempted } = channelOf(channel);
      attempted.add(nowMs);
      if (!options.enforced) return 0;
      const waitMs = bucket.waitMs(nowMs);
      if (waitMs === 0) bucket.take(nowMs);
      return seconds(waitMs);
    },
    stored(channel, nowMs) {
      const pace = channelOf(channel);
      pace.accepted.add(nowMs);
      pace.count += 1;
    },
    posts(channel) {
      const pace = channels.get(channel);
      return {
        accepted: pace?.count ?? 0,
        mostPerSecond: pace?.accepted.most() ?? 0,
        mostAttemptedPerSecond: pace?.attempted.most() ?? 0,
      };
    },
  };
}
