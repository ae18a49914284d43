import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { findProgram, freePort, startProgram } from './program.ts';
import type { RunningProgram } from './program.ts';

export const alertmanagerProgram = findProgram('prometheus-alertmanager', 'alertmanager');

export type AlertmanagerOptions = {
  webhookUrl: string;
  token: string;
  groupBy?: readonly string[];
  /** How many alerts a notification holds; absent: all. */
  maxAlerts?: number;
};

export type RunningAlertmanager = RunningProgram & {
  /** Ends it and starts it anew on the same address: it then knows its silences, and no alert. */
  restart(): Promise<void>;
};

/** A real Alertmanager that sends every alert to one webhook, with intervals of a second. */
export async function startAlertmanager(options: AlertmanagerOptions): Promise<RunningAlertmanager> {
  if (alertmanagerProgram === undefined) throw new Error('no Alertmanager is installed');
  const folder = mkdtempSync(join(tmpdir(), 'real-alertmanager-'));
  const config = {
    route: {
      receiver: 'tocsin.web',
      group_by: options.groupBy ?? ['alertname'],
      group_wait: '0s',
      group_interval: '1s',
      repeat_interval: '1h',
    },
    receivers: [
      {
        name: 'tocsin.web',
        webhook_configs: [
          {
            url: options.webhookUrl,
            send_resolved: true,
            max_alerts: options.maxAlerts ?? 0,
            http_config: { authorization: { type: 'Bearer', credentials: options.token } },
          },
        ],
      },
    ],
  };
  writeFileSync(join(folder, 'alertmanager.yml'), stringify(config));
  const port = await freePort();
  const args = [
    `--config.file=${join(folder, 'alertmanager.yml')}`,
    `--storage.path=${join(folder, 'data')}`,
    `--web.listen-address=127.0.0.1:${port}`,
    '--cluster.listen-address=',
  ];
  const program = alertmanagerProgram;
  const start = () => startProgram(program, args, { url: `http://127.0.0.1:${port}`, readyPath: '/-/ready' });
  let running = await start();
  return {
    url: running.url,
    async restart() {
      await running.stop();
      running = await start();
    },
    async stop() {
      await running.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
