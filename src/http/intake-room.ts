import type { Clock } from '../kernel/clock.ts';
import { toInstant } from '../kernel/instant.ts';
import type { Instant } from '../kernel/instant.ts';

/** Room for requests that are read and stored at the same time, bounded in their number and in the bytes of their bodies. */
export type IntakeRoom = {
  /** A place for one more request; undefined when there is none. */
  enter(): Place | undefined;
  /** How many requests have come so far. */
  arrived(): number;
  /** How many requests were sent away so far, and when the last one was; undefined when none was. */
  sentAway(): { count: number; lastAt: Instant } | undefined;
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
  let away: { count: number; lastAt: Instant } | undefined;
  const sendAway = () => {
    away = { count: (away?.count ?? 0) + 1, lastAt: toInstant(clock.now()) };
  };
  return {
    enter() {
      if (requests >= limits.requests) {
        sendAway();
        return undefined;
      }
      arrived += 1;
      requests += 1;
      let taken = 0;
      return {
        take(more) {
          if (bytes + more > limits.bytes) {
            sendAway();
            return false;
          }
          bytes += more;
          taken += more;
          return true;
        },
        leave() {
          requests -= 1;
          bytes -= taken;
        },
      };
    },
    sentAway: () => away,
    arrived: () => arrived,
  };
}
