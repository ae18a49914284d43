import { Histogram } from 'prom-client';
import type { Registry } from 'prom-client';
import { TocsinError } from '../kernel/errors.ts';
import { eachOperation } from './each-operation.ts';
import type { Run } from './each-operation.ts';
import type { Store } from './store.ts';

export type StoreMetrics = {
  /** The same store, with the time of each operation taken. */
  watch(store: Store): Store;
};

/** conflict: the store works and says that something else was there first. */
type StoreOutcome = 'ok' | 'conflict' | 'unavailable' | 'failed';

const bucketSeconds = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5] as const;

/** Times of one operation with one outcome. The last count is of what took longer than the last bucket. */
type Series = { labels: { operation: string; outcome: StoreOutcome }; counts: number[]; sum: number };

/**
 * How long the store takes, by operation and outcome. Every operation is counted: one that takes a fraction of a millisecond may happen tens of
 * thousands of times a second, so its series is found once, and an observation adds to three numbers.
 */
export function createStoreMetrics(registry: Registry, { monotonicMs }: { monotonicMs: () => number }): StoreMetrics {
  const series: Series[] = [];
  const add = (operation: string, outcome: StoreOutcome): Series => {
    const made: Series = { labels: { operation, outcome }, counts: Array.from({ length: bucketSeconds.length + 1 }, () => 0), sum: 0 };
    series.push(made);
    return made;
  };
  registerSeries(registry, series);

  function timed(operation: string, run: Run): Run {
    const ok = add(operation, 'ok');
    const byOutcome = new Map<StoreOutcome, Series>();
    return async (given) => {
      const startMs = monotonicMs();
      try {
        const result = await run(given);
        observe(ok, (monotonicMs() - startMs) / 1000);
        return result;
      } catch (error) {
        const outcome = outcomeOf(error);
        const known = byOutcome.get(outcome) ?? add(operation, outcome);
        byOutcome.set(outcome, known);
        observe(known, (monotonicMs() - startMs) / 1000);
        throw error;
      }
    };
  }

  return { watch: (store) => eachOperation(store, timed) };
}

function outcomeOf(error: unknown): StoreOutcome {
  if (!(error instanceof TocsinError)) return 'failed';
  if (error.code === 'conflict') return 'conflict';
  return error.code === 'unavailable' || error.code === 'timeout' ? 'unavailable' : 'failed';
}

function observe(series: Series, seconds: number): void {
  let index = 0;
  while (seconds > (bucketSeconds[index] ?? Number.POSITIVE_INFINITY)) index += 1;
  series.counts[index] = (series.counts[index] ?? 0) + 1;
  series.sum += seconds;
}

const name = 'tocsin_store_operation_seconds';

/**
 * prom-client looks a series up by the text of its labels at each observation, which costs more than all else here, so it is handed the figures
 * at the scrape: to `get`, and to `getForPromString`, which its text format prefers.
 */
function registerSeries(registry: Registry, series: readonly Series[]): void {
  const buckets = [...bucketSeconds];
  const help = 'How long the operations of the store take, by operation and outcome';
  const histogram = new Histogram({ name, help, labelNames: ['operation', 'outcome'], buckets, registers: [] });
  const described = histogram.get();
  const used = () => series.filter(({ counts }) => counts.some((count) => count > 0));
  const get = async () => ({ ...(await described), values: used().flatMap(valuesOf) });
  registry.registerMetric(Object.assign(histogram, { get, getForPromString: get }));
}

function valuesOf({ labels, counts, sum }: Series) {
  let total = 0;
  const buckets = counts.map((count, index) => {
    total += count;
    return { metricName: `${name}_bucket`, labels: { le: bucketSeconds[index] ?? '+Inf', ...labels }, value: total };
  });
  return [...buckets, { metricName: `${name}_sum`, labels, value: sum }, { metricName: `${name}_count`, labels, value: total }];
}
