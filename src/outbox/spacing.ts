/**
 * Keeps the posts of a channel a second apart where that second is counted: at the platform, of which only our side of each request can be seen. All
 * times in ms with their fractions, counted by one clock; `stampMs` is of the platform's clock, whatever that shows.
 */
export type Spacing = {
  /** The earliest moment for the next request. */
  freeAtMs(): number;
  /** A request goes out now. */
  began(atMs: number): void;
  /** It was answered, or given up. `stampMs`: when the platform says that it posted. */
  ended(atMs: number, stampMs?: number): void;
  /** Somebody else's post may have reached the channel then. */
  another(atMs: number): void;
};

/** Slack: about one chat.postMessage a second per channel; more may be dropped without an error. */
const postGapMs = 1000;
/** So many posts back the quickest one is looked for. */
const keptRequests = 60;
/** Fewer say nothing of how quick the quickest is: the first ones find a connection, a channel and their own code. More of them say it better. */
const leastRequests = 8;
/** Divided by how many there are: the more, the seldomer one is quicker than all of them. */
const marginMs = 18;
/** Where half of them took this much longer than the quickest, as in a storm that keeps the process busy, the next one may well be quicker than all. */
const steadyMs = 4;

/**
 * How long it takes until a post is stamped differs; the quickest one of late is what the next one needs at least. So the next one may begin as long before
 * the second is over: never before a second after the last one began, and at the latest a second after its answer. Counting from the answer alone
 * would lose the time of a request each second, and with an incident a second each announcement would come later than the one before.
 */
export function createSpacing(): Spacing {
  let freeAtMs = Number.NEGATIVE_INFINITY;
  let beganMs = Number.NEGATIVE_INFINITY;
  let delays: readonly number[] = [];

  function freeAfter(nowMs: number, stampMs: number | undefined): number {
    if (stampMs === undefined) return nowMs + postGapMs;
    delays = [...delays, stampMs - beganMs].slice(-keptRequests);
    const { quickest, usual } = summaryOf(delays);
    if (delays.length < leastRequests || usual - quickest > steadyMs) return nowMs + postGapMs;
    return Math.min(Math.max(stampMs - quickest + marginMs / delays.length, beganMs), nowMs) + postGapMs;
  }

  return {
    freeAtMs: () => freeAtMs,
    began(nowMs) {
      beganMs = nowMs;
      freeAtMs = Math.max(freeAtMs, nowMs + postGapMs);
    },
    ended(nowMs, stampMs) {
      freeAtMs = Math.max(freeAtMs, freeAfter(nowMs, stampMs));
    },
    another(atMs) {
      freeAtMs = Math.max(freeAtMs, atMs + postGapMs);
    },
  };
}

/** The smallest of them, and the one in the middle. */
function summaryOf(delays: readonly number[]): { quickest: number; usual: number } {
  const sorted = delays.toSorted((a, b) => a - b);
  return { quickest: sorted[0] ?? 0, usual: sorted[Math.floor(sorted.length / 2)] ?? 0 };
}
