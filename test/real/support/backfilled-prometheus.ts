import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { findProgram, freePort, startProgram } from './program.ts';
import type { RunningProgram } from './program.ts';
import { prometheusProgram } from './prometheus.ts';

export const promtoolProgram = findProgram('promtool');

export type RecordedSeries = { labels: Readonly<Record<string, string>>; points: readonly (readonly [unixMs: number, value: number])[] };

/** A real Prometheus that scrapes nothing and knows what was measured before. */
export async function startBackfilledPrometheus(series: readonly RecordedSeries[]): Promise<RunningProgram> {
  if (prometheusProgram === undefined || promtoolProgram === undefined) throw new Error('no Prometheus is installed');
  const folder = mkdtempSync(join(tmpdir(), 'backfilled-prometheus-'));
  const data = join(folder, 'data');
  mkdirSync(data);
  writeFileSync(join(folder, 'metrics.txt'), openMetrics(series));
  await promisify(execFile)(promtoolProgram, ['tsdb', 'create-blocks-from', 'openmetrics', join(folder, 'metrics.txt'), data]);
  writeFileSync(join(folder, 'prometheus.yml'), 'global: {evaluation_interval: 1m}\n');
  const port = await freePort();
  const args = [
    `--config.file=${join(folder, 'prometheus.yml')}`,
    `--storage.tsdb.path=${data}`,
    `--web.listen-address=127.0.0.1:${port}`,
    '--storage.tsdb.retention.time=100y',
  ];
  const running = await startProgram(prometheusProgram, args, { url: `http://127.0.0.1:${port}`, readyPath: '/-/ready' });
  return {
    url: running.url,
    async stop() {
      await running.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** OpenMetrics wants the samples of a metric together. */
function openMetrics(series: readonly RecordedSeries[]): string {
  const lines = series
    .toSorted((a, b) => ((a.labels['__name__'] ?? '') < (b.labels['__name__'] ?? '') ? -1 : 1))
    .flatMap(({ labels, points }) => {
      const { __name__: name = '', ...others } = labels;
      const pairs = Object.entries(others).map(([label, value]) => `${label}=${JSON.stringify(value)}`);
      return points.map(([unixMs, value]) => `${name}{${pairs.join(',')}} ${openMetricsNumber(value)} ${unixMs / 1000}`);
    });
  return `${lines.join('\n')}\n# EOF\n`;
}

function openMetricsNumber(value: number): string {
  if (Number.isFinite(value)) return String(value);
  return Number.isNaN(value) ? 'NaN' : `${value > 0 ? '+' : '-'}Inf`;
}
