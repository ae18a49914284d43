/** Room for requests that are read and stored at the same time, bounded in their number and in the bytes of their bodies. */
export type IntakeRoom = {
  /** A place for one more request; undefined when there is none. */
  enter(): Place | undefined;
};

export type Place = {
  /** Room for so many more bytes; false when they would be too many for all together. */
  take(bytes: number): boolean;
  /** Gives the place and its bytes back. */
  leave(): void;
};

export function createIntakeRoom(limits: { requests: number; bytes: number }): IntakeRoom {
  let requests = 0;
  let bytes = 0;
  return {
    enter() {
      if (requests >= limits.requests) return undefined;
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
          bytes -= taken;
        },
      };
    },
  };
}
