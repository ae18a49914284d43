import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { findProgram, freePort, startProgram } from './program.ts';
import type { RunningProgram } from './program.ts';

export const prometheusProgram = findProgram('prometheus');

export type AlertRule = { alert: string; expr: string; labels: Record<string, string>; annotations: Record<string, string> };

/** A real Prometheus that scrapes one target and evaluates its rules each second. */
export async function startPrometheus(options: {
  /** `host:port` of the exporter. */
  target: string;
  alertmanagerUrl: string;
  rules: readonly AlertRule[];
}): Promise<RunningProgram> {
  if (prometheusProgram === undefined) throw new Error('no Prometheus is installed');
  const folder = mkdtempSync(join(tmpdir(), 'real-prometheus-'));
  const config = {
    global: { scrape_interval: '1s', scrape_timeout: '1s', evaluation_interval: '1s' },
    rule_files: [join(folder, 'rules.yml')],
    alerting: { alertmanagers: [{ static_configs: [{ targets: [new URL(options.alertmanagerUrl).host] }] }] },
    scrape_configs: [{ job_name: 'video-processing', static_configs: [{ targets: [options.target] }] }],
  };
  writeFileSync(join(folder, 'rules.yml'), stringify({ groups: [{ name: 'rules', rules: options.rules }] }));
  writeFileSync(join(folder, 'prometheus.yml'), stringify(config));
  const port = await freePort();
  const args = [
    `--config.file=${join(folder, 'prometheus.yml')}`,
    `--storage.tsdb.path=${join(folder, 'data')}`,
    `--web.listen-address=127.0.0.1:${port}`,
    '--rules.alert.resend-delay=1s',
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

/** An exporter with one metric, whose value per pod the test sets. */
export type Exporter = { target: string; set(pod: string, value: number): void; stop(): Promise<void> };

export async function startExporter(metric: string): Promise<Exporter> {
  const values = new Map<string, number>();
  const server = createServer((_request, response) => {
    const lines = [...values].map(([pod, value]) => `${metric}{pod="${pod}"} ${value}\n`);
    response.writeHead(200, { 'Content-Type': 'text/plain; version=0.0.4' }).end(`# TYPE ${metric} gauge\n${lines.join('')}`);
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return {
    target: `127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`,
    set: (pod, value) => void values.set(pod, value),
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
