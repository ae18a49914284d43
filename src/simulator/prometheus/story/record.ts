import type { FactsInTime } from './facts-in-time.ts';
import { baseErrorPercent, troubleAt, unrest, uploadsPerSecond, work } from './plant.ts';
import type { PlantState } from './plant.ts';

/** How often the simulated Prometheus scrapes, in story time. */
export const scrapeMs = 15_000;

/** What the plant did, scrape by scrape. Before the play it did what it always does. */
export type PlantRecord = {
  /** The scrapes between two moments, both included. */
  scrapes(fromMs: number, toMs: number): number[];
  at(scrapeAtMs: number): PlantState;
  /** Plays on up to a moment. */
  playUntil(ms: number): void;
};

export type RecordOptions = {
  /** When the counters began, and when the play begins. */
  originMs: number;
  startMs: number;
  facts: FactsInTime;
  course: { beganMs?: number; recoveredMs?: number };
};

export function recordPlant(options: RecordOptions): PlantRecord {
  const { originMs, facts, course } = options;
  const startMs = Math.floor(options.startMs / scrapeMs) * scrapeMs;
  const states: PlantState[] = [ordinary(startMs, originMs)];
  let untilMs = startMs;
  return {
    playUntil(ms) {
      untilMs = ms;
      for (let atMs = startMs + states.length * scrapeMs; atMs <= ms; atMs += scrapeMs) {
        const before = states.at(-1) ?? ordinary(startMs, originMs);
        states.push(work(before, facts, { atMs, seconds: scrapeMs / 1000, trouble: troubleAt(atMs, course) }));
      }
    },
    scrapes(fromMs, toMs) {
      const first = Math.ceil(Math.max(fromMs, originMs) / scrapeMs);
      const last = Math.floor(Math.min(toMs, untilMs) / scrapeMs);
      return Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => (first + index) * scrapeMs);
    },
    at: (atMs) => states[Math.round((atMs - startMs) / scrapeMs)] ?? ordinary(atMs, originMs),
  };
}

function ordinary(atMs: number, originMs: number): PlantState {
  const total = (uploadsPerSecond * (atMs - originMs)) / 1000;
  const errors = (total * baseErrorPercent) / 100;
  return { total, errors, backlog: 0, pressure: 0, utilization: 0.647 + unrest(atMs, 0.01) };
}
