import type { Clock } from '../kernel/clock.ts';

/** Room for requests that are read and stored at the same time, bounded in their number and in the bytes of their bodies. */
export type IntakeRoom = {
  /** A place for one more request; undefined when there is none. */
  enter(): Place | undefined;
  /** How many requests have come so far, and for how many ms any was under way. */
  load(): { arrived: number; busyMs: number };
};

export type Place = {
  /** Room for so many more bytes; false when they would be too many for all together. */
  take(bytes: number): boolean;
  /** Gives the place and its bytes back. */
  leave(): void;
};

/** A thousand requests, and 64 MiB of bodies. */
const defaultLimits = { requests: 1000, bytes: 64 * 1024 * 1024 };

export function createIntakeRoom(clock: Clock, limits: { requests: number; bytes: number } = defaultLimits): IntakeRoom {
  let requests = 0;
  let bytes = 0;
  let arrived = 0;
  let busyMs = 0;
  let busySince = 0;
  const nowMs = () => clock.now().getTime();
  return {
    enter() {
      if (requests >= limits.requests) return undefined;
      arrived += 1;
      if (requests === 0) busySince = nowMs();
      requests += 1;
      let taken = 0;
      return {
        take(more) {
          if (bytes + more > limits.bytes) return false;
          bytes += more;
          taken += more;
          return true;
        },
        leave() {
          requests -= 1;
          if (requests === 0) busyMs += nowMs() - busySince;
          bytes -= taken;
        },
      };
    },
    load: () => ({ arrived, busyMs: busyMs + (requests === 0 ? 0 : nowMs() - busySince) }),
  };
}
