import { parseArgs } from 'node:util';
import { concurrentRuns } from './runbook/concurrent.ts';
import { getPods } from './runbook/get-pods.ts';
import { lintCorpus } from './runbook/lint.ts';
import { planToPreview } from './runbook/plan.ts';
import { seedBlocksInAll } from './runbook/seed-blocks.ts';
import type { Outcome } from './support/report.ts';
import { environment, rowLine, writeReport } from './support/report.ts';

const benchmarks = [getPods, seedBlocksInAll, planToPreview, concurrentRuns, lintCorpus];

const { values } = parseArgs({ options: { only: { type: 'string' }, quick: { type: 'boolean', default: false } } });
const chosen = benchmarks.filter(({ name }) => values.only === undefined || values.only === name);
if (chosen.length === 0) {
  process.stderr.write(`there is no benchmark "${values.only ?? ''}": there are ${benchmarks.map(({ name }) => name).join(', ')}\n`);
  process.exit(64);
}

process.stdout.write('how many times better than the aim (or than kubectl), then the figures\n');
const measured: { benchmark: string; environment: string; rows: readonly Outcome[] }[] = [];
for (const benchmark of chosen) {
  const before = environment();
  const rows = await benchmark.measure({ quick: values.quick });
  measured.push({ benchmark: benchmark.name, environment: before, rows });
  process.stdout.write(`\n${benchmark.name} · ${before}\n${rows.map(rowLine).join('\n')}\n`);
}
const file = writeReport('runbook', { measuredAt: new Date().toISOString(), quick: values.quick, measured });
process.stdout.write(`\nwritten to ${file}\n`);
