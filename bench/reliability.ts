import { rmSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { batch } from './reliability/batch.ts';
import { drainBacklog } from './reliability/drain.ts';
import { due } from './reliability/due.ts';
import type { Asked, ReliabilityBenchmark } from './reliability/effort.ts';
import { firstCard } from './reliability/first-card.ts';
import { ingest } from './reliability/ingest.ts';
import { memory } from './reliability/memory.ts';
import { pipeline } from './reliability/pipeline.ts';
import { start } from './reliability/start.ts';
import { storm } from './reliability/storm.ts';
import { timeline } from './reliability/timeline.ts';
import { diskSync } from './support/machine.ts';
import { Interrupted, withBench, workFolder } from './support/processes.ts';
import type { Outcome } from './support/report.ts';
import { environment, outFolder, round, rowLine, writeReport } from './support/report.ts';
import type { StoreName } from './support/servers.ts';

const benchmarks: readonly ReliabilityBenchmark[] = [ingest, batch, pipeline, drainBacklog, storm, firstCard, due, timeline, memory, start];

/** What a shell says of a program that Ctrl-C ended. */
const interruptedStatus = 130;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    store: { type: 'string' },
    quick: { type: 'boolean', default: false },
    deliveries: { type: 'string' },
    incidents: { type: 'string' },
    profile: { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
  },
});

const help = `usage: npm run bench -- [ROW...] [--store embedded|mongo] [--quick] [--deliveries N] [--incidents N] [--profile]

${benchmarks.map(({ name, measures }) => `  ${name.padEnd(11)} ${measures}`).join('\n')}

  --store       only on this store; without it, ingest, pipeline, drain and due run on both
  --quick       a short version: whether it works, no figures to quote
  --deliveries  how many deliveries "memory" sends (1,000,000)
  --incidents   how many incidents of "due" are due in its five minutes (10,000)
  --profile     every bot writes a CPU profile to bench/out/profiles when it ends

The MongoDB wire needs test/real/servers/build.sh once, or MONGODB_URL. Figures go to bench/out as JSON.
`;

function refuse(problem: string): never {
  process.stderr.write(`bench: ${problem}\n\n${help}`);
  process.exit(64);
}

function asked(): Omit<Asked, 'stores'> & { store: StoreName | undefined } {
  const { store, quick } = values;
  if (store !== undefined && store !== 'embedded' && store !== 'mongo') refuse(`there is no store "${store}"`);
  const [deliveries, incidents] = [numberOf('deliveries'), numberOf('incidents')];
  return { quick, store, ...(deliveries === undefined ? {} : { deliveries }), ...(incidents === undefined ? {} : { incidents }) };
}

function numberOf(name: 'deliveries' | 'incidents'): number | undefined {
  const text = values[name];
  if (text !== undefined && !/^[1-9]\d*$/.test(text)) refuse(`--${name} takes a number, not "${text}"`);
  return text === undefined ? undefined : Number(text);
}

async function measure(benchmark: ReliabilityBenchmark): Promise<readonly Outcome[]> {
  const nodeArgs = values.profile ? ['--cpu-prof', `--cpu-prof-dir=${outFolder()}profiles`] : [];
  const ofRow = { ...how, stores: how.store === undefined ? benchmark.stores : [how.store] };
  try {
    return await withBench({ deadlineMs: benchmark.deadlineMs(ofRow), nodeArgs, runFolder }, (bench) => benchmark.measure(bench, ofRow));
  } catch (error) {
    process.exitCode = error instanceof Interrupted ? interruptedStatus : 1;
    return [{ name: benchmark.name, skipped: error instanceof Error ? error.message : String(error) }];
  }
}

if (values.help) {
  process.stdout.write(help);
  process.exit(0);
}
const unknown = positionals.find((name) => !benchmarks.some((each) => each.name === name));
if (unknown !== undefined) refuse(`there is no row "${unknown}"`);
const how = asked();
const chosen = benchmarks.filter(({ name }) => positionals.length === 0 || positionals.includes(name));

const runFolder = workFolder();
try {
  const sync = diskSync(runFolder);
  const machine = `${environment()}, disk sync p50 ${round(sync.p50)} ms, p99 ${round(sync.p99)} ms`;
  process.stdout.write(`${machine}\n${how.quick ? 'a short version: these figures only show that it works\n' : ''}`);
  process.stdout.write('how many times better than the aim, then the figures\n');
  const measured: { benchmark: string; environment: string; rows: readonly Outcome[] }[] = [];
  for (const benchmark of chosen) {
    const before = environment();
    const rows = await measure(benchmark);
    measured.push({ benchmark: benchmark.name, environment: before, rows });
    process.stdout.write(`\n${benchmark.name} · ${before}\n${rows.map(rowLine).join('\n')}\n`);
    if (process.exitCode === interruptedStatus) break;
  }
  const file = writeReport('reliability', { measuredAt: new Date().toISOString(), machine, ...how, measured });
  process.stdout.write(`\nwritten to ${file}\n`);
} finally {
  rmSync(runFolder, { recursive: true, force: true });
}
