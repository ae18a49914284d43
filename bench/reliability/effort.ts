import type { Bench } from '../support/processes.ts';
import type { Outcome, Skipped } from '../support/report.ts';
import type { StoreName } from '../support/servers.ts';

/** What somebody asked for. */
export type Asked = {
  /** A short version whose figures only show that it works. */
  quick: boolean;
  /** The stores to measure on. */
  stores: readonly StoreName[];
  /** How many deliveries the `memory` row sends. */
  deliveries?: number;
  /** How many incidents of the `due` row are due. */
  incidents?: number;
};

/** One row of the table of benchmarks. It works within its deadline, or it is ended. */
export type ReliabilityBenchmark = {
  name: string;
  /** For the help. */
  measures: string;
  /** The stores that it is about when nobody asks for one. */
  stores: readonly StoreName[];
  deadlineMs: (asked: Asked) => number;
  measure(bench: Bench, asked: Asked): Promise<readonly Outcome[]>;
};

/** What a row says that is about the embedded store when another one was asked for. */
export function onlyEmbedded(name: string): Skipped {
  return { name, skipped: 'is about the embedded store' };
}
