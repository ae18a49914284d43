import { z } from 'zod';
import { listening } from '../processes/protocol.ts';
import type { LoadOrder, LoadResult } from '../processes/protocol.ts';
import { judge } from '../support/aim.ts';
import { startLoad } from '../support/load.ts';
import type { Load } from '../support/load.ts';
import { computedMs } from '../support/machine.ts';
import { startHelper } from '../support/processes.ts';
import type { Bench } from '../support/processes.ts';
import { count, ms, perSecond } from '../support/report.ts';
import type { Figure, Outcome } from '../support/report.ts';
import { openBeside, startBot, startSlack, storeSource } from '../support/servers.ts';
import type { SlackProcess, StoreSource } from '../support/servers.ts';
import { median, quantile, sum } from '../support/statistics.ts';
import { patiently } from '../support/waiting.ts';
import type { Asked, ReliabilityBenchmark } from './effort.ts';

const levels = [1, 16, 64] as const;
const steadyRate = 149;
const openConnections = 64;
const leastShare = 60;
const mostTimes = 2;

/** One server under load. Only one of them runs at a time: the others are stopped, so that none works on while another is measured. */
type Contender = {
  name: string;
  url: string;
  pid: number;
  /** How many requests it has stored, and how many of them its worker had not come to when it was ended. */
  stored: () => Promise<{ stored: number; waiting: number }>;
};

type Round = LoadResult & { computedMs: number };

/** Unique alerts, one a request: how many a second, and how fast, beside a server that does nothing else. */
export const ingest: ReliabilityBenchmark = {
  name: 'ingest',
  measures: 'alerts accepted a second, and how fast, beside a bare node:http + node:sqlite server',
  stores: ['embedded', 'mongo'],
  deadlineMs: ({ quick }) => (quick ? 180_000 : 1_200_000),
  async measure(bench, asked) {
    const load = await startLoad(bench);
    const slack = await startSlack(bench);
    const sources = await Promise.all(asked.stores.map((name) => storeSource(bench, name)));
    const outcomes: Outcome[] = sources.filter((source) => 'skipped' in source);
    const table = createTable({ bench, load, slack, sources: sources.filter((source) => 'fresh' in source), asked });
    for (const connections of levels) outcomes.push(...(await table.closed(connections)));
    outcomes.push(...(await table.steady(steadyRate, true)));
    const half = Math.max(1, Math.floor(table.most() / 2));
    outcomes.push(...(await table.steady(half, false)));
    outcomes.push(table.counted());
    return outcomes;
  },
};

type Parts = {
  bench: Bench;
  load: Load;
  slack: SlackProcess;
  sources: readonly StoreSource[];
  asked: Asked;
};

function createTable({ bench, load, slack, sources, asked }: Parts) {
  const rounds = asked.quick ? 1 : 3;
  const books = { accepted: 0, stored: 0, waiting: 0, refused: 0, unaccounted: 0, bestOfTocsin: 0 };
  let runs = 0;

  async function field(): Promise<Contender[]> {
    const bots = [];
    for (const source of sources) {
      const place = await source.fresh();
      const bot = await startBot(bench, { store: place, slack });
      bots.push({
        name: source.described,
        url: bot.webhookUrl,
        pid: bot.pid,
        stored: async () => {
          await bot.stop();
          const store = await openBeside(bench, place);
          const counts = await patiently(() => store.deliveries.counts());
          return { stored: sum(Object.values(counts)), waiting: counts.waiting };
        },
      });
    }
    const bare = await startHelper(bench, { file: 'bare-server.ts', args: [`${bench.folder}/bare-${runs}.db`], ready: listening });
    const answer = z.object({ stored: z.number() });
    return [
      {
        name: 'bare',
        url: bare.ready.url,
        pid: bare.pid,
        stored: async () => ({ ...(await bare.ask({ count: true }, answer)), waiting: 0 }),
      },
      ...bots,
    ];
  }

  /** One round of one contender, while the others stand still. */
  async function round({ url, pid }: Contender, pace: LoadOrder['pace'], forSeconds: number): Promise<Round> {
    runs += 1;
    const order = { url, run: (runs + 36 ** 2).toString(36), grouping: 'mixed', pace, seconds: forSeconds } as const;
    process.kill(pid, 'SIGCONT');
    const before = computedMs(pid);
    const result = await load.send(order);
    const computed = computedMs(pid) - before;
    process.kill(pid, 'SIGSTOP');
    return { ...result, computedMs: computed };
  }

  /** The same load for everybody, in turns. The first round of each is not counted: it is for the compiler. */
  async function inTurns(pace: LoadOrder['pace'], forSeconds: number): Promise<Map<Contender, Round[]>> {
    const contenders = await field();
    for (const { pid } of contenders) process.kill(pid, 'SIGSTOP');
    const results = new Map(contenders.map((contender) => [contender, [] as Round[]]));
    const all = new Map(contenders.map((contender) => [contender, [] as Round[]]));
    for (let turn = 0; turn <= rounds; turn += 1) {
      for (const contender of contenders) {
        const result = await round(contender, pace, turn === 0 ? Math.min(2, forSeconds) : forSeconds);
        all.get(contender)?.push(result);
        if (turn > 0) results.get(contender)?.push(result);
      }
    }
    for (const [contender, played] of all) {
      process.kill(contender.pid, 'SIGCONT');
      const accepted = sum(played.map((one) => one.accepted));
      const refused = sum(played.flatMap((one) => Object.values(one.refused)));
      books.accepted += accepted;
      books.refused += refused;
      const { stored, waiting } = await contender.stored();
      books.stored += stored;
      // A store that was too slow may have stored what was refused: its sender comes again with it, which is no harm.
      books.unaccounted += Math.max(0, accepted - stored, stored - accepted - refused);
      books.waiting += waiting;
    }
    return results;
  }

  return {
    most: () => books.bestOfTocsin,

    async closed(connections: number): Promise<Outcome[]> {
      const results = await inTurns({ type: 'closed', connections }, asked.quick ? 1 : 5);
      const [[, bare = []] = [], ...others] = results;
      return others.map(([{ name }, tocsin]) => {
        const share = median(tocsin.map((own, turn) => (100 * rateOf(own)) / rateOf(bare[turn])));
        const rate = median(tocsin.map(rateOf));
        const figures = [
          perSecond('Tocsin', rate),
          perSecond('bare', median(bare.map(rateOf))),
          ...latencies('Tocsin', tocsin),
          ...latencies('bare', bare),
          ...computing(tocsin, bare),
          ...refusals(tocsin),
        ];
        const title = `closed loop, ${connections} connection${connections === 1 ? '' : 's'}, ${name}`;
        if (!name.startsWith('embedded')) return { name: title, stated: true, figures };
        books.bestOfTocsin = Math.max(books.bestOfTocsin, rate);
        return judge(
          { atLeast: leastShare, unit: '%' },
          { name: title, value: share, figures, note: 'share of the bare server, median of the rounds' },
        );
      });
    },

    async steady(ratePerSecond: number, isJudged: boolean): Promise<Outcome[]> {
      const results = await inTurns({ type: 'open', ratePerSecond, connections: openConnections }, asked.quick ? 2 : 15);
      const [[, bare = []] = [], ...others] = results;
      return others.flatMap(([{ name }, tocsin]): Outcome[] => {
        const title = `open loop, ${ratePerSecond}/s, ${name}`;
        const figures = [...latencies('Tocsin', tocsin), ...latencies('bare', bare), ...computing(tocsin, bare), ...refusals(tocsin)];
        if (!isJudged || !name.startsWith('embedded')) return [{ name: title, stated: true, figures }];
        return [0.5, 0.99].map((part) => {
          const value = quantile(latenciesOf(tocsin), part) / quantile(latenciesOf(bare), part);
          return judge({ atMost: mostTimes, unit: 'x' }, { name: `${title}: p${part * 100} beside the bare server`, value, figures });
        });
      });
    },

    counted: () =>
      judge(
        { atMost: 0, unit: '' },
        {
          name: 'accepted and not stored, or stored and never sent, all servers',
          value: books.unaccounted,
          figures: [
            count('accepted', books.accepted),
            count('stored', books.stored),
            count('refused', books.refused),
            count('not worked off yet', books.waiting),
          ],
        },
      ),
  };
}

function rateOf(round: Round | undefined): number {
  return round === undefined ? Number.NaN : round.accepted / round.seconds;
}

function latenciesOf(rounds: readonly Round[]): Float64Array {
  return Float64Array.from(rounds.flatMap(({ latenciesMs }) => [...latenciesMs]));
}

function latencies(name: string, rounds: readonly Round[]): Figure[] {
  const all = latenciesOf(rounds);
  return [ms(`${name} p50`, quantile(all, 0.5)), ms('p99', quantile(all, 0.99)), ms('max', quantile(all, 1))];
}

/** Processor time for each accepted alert, with everything that the process does meanwhile: what other programs on the machine change least. */
function computing(tocsin: readonly Round[], bare: readonly Round[]): Figure[] {
  const each = (rounds: readonly Round[]) => sum(rounds.map((round) => round.computedMs)) / sum(rounds.map(({ accepted }) => accepted));
  return [ms('Tocsin computing per alert', each(tocsin)), ms('bare', each(bare))];
}

function refusals(rounds: readonly Round[]): Figure[] {
  const refused = sum(rounds.flatMap((round) => Object.values(round.refused)));
  return refused === 0 ? [] : [count('refused', refused)];
}
