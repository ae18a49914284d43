import { slope } from './statistics.ts';

/** Looks for the highest rate that holds, by trying: up in steps until one fails, then between the last two. */
export type RateSearch = {
  /** The rate to try next; undefined when the answer is known well enough, or when there were tries enough. */
  next(): number | undefined;
  tell(rate: number, holds: boolean): void;
  /** The highest rate that held; 0 when none did. */
  best(): number;
};

const step = 1.5;

export function createRateSearch(how: { start: number; precision: number; tries: number }): RateSearch {
  let [holds, fails, tries] = [0, Number.POSITIVE_INFINITY, 0];
  return {
    next() {
      if (tries >= how.tries || fails <= holds * (1 + how.precision)) return undefined;
      if (fails === Number.POSITIVE_INFINITY) return holds === 0 ? how.start : holds * step;
      return holds === 0 ? fails / step : Math.sqrt(holds * fails);
    },
    tell(rate, held) {
      tries += 1;
      if (held) holds = Math.max(holds, rate);
      else fails = Math.min(fails, rate);
    },
    best: () => holds,
  };
}

/** How old the oldest delivery that still waited was, at a moment of the plateau. */
export type Lag = { atMs: number; lagMs: number };

/** A lag below this is what is under way. */
const underWayMs = 250;
/** A worker that is 2 % too slow falls back by 20 ms in each second. */
const slackPerSecond = 20;

/** Whether the backlog grows while a rate is held. The first third is left out: it is for the start. */
export function backlogGrows(lags: readonly Lag[]): boolean {
  const tail = lags.slice(Math.floor(lags.length / 3));
  if (tail.every(({ lagMs }) => lagMs < underWayMs)) return false;
  return slope(tail.map(({ atMs, lagMs }) => ({ x: atMs / 1000, y: lagMs }))) > slackPerSecond;
}
