import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import type { CliCommand, Terminal } from '../../src/cli/cli-command.ts';
import { systemClock } from '../../src/kernel/clock.ts';
import { createVideoWorld } from '../../src/simulator/kubernetes/video-world.ts';
import type { VideoWorld } from '../../src/simulator/kubernetes/video-world.ts';
import { createSimulatedPrometheus } from '../../src/simulator/prometheus/server.ts';

/** What a command line run came to; `all` is both streams in the order in which they were written. */
export type Outcome = { exitCode: number; stdout: string; stderr: string; all: string };

export type Given = { env?: Terminal['env']; stdin?: string | Terminal['stdin']; interrupted?: Promise<void> };

/** Runs a command with a terminal that writes everything down. */
export async function runCommand(command: CliCommand, args: readonly string[], given: Given = {}): Promise<Outcome> {
  const { env = {}, stdin = '', interrupted = new Promise<void>(() => {}) } = given;
  const outcome = { exitCode: -1, stdout: '', stderr: '', all: '' };
  const write = (stream: 'stdout' | 'stderr') => (text: string) => {
    outcome[stream] += text;
    outcome.all += text;
  };
  const terminal: Terminal = {
    env,
    out: write('stdout'),
    err: write('stderr'),
    stdin: typeof stdin === 'string' ? Readable.from([stdin]) : stdin,
    interrupted,
  };
  outcome.exitCode = await command.run(args, terminal);
  return outcome;
}

/** The example cluster and its Prometheus, and an environment that leads to them. */
export type CliWorld = {
  cluster: VideoWorld;
  env: Readonly<Record<string, string>>;
  prometheusUrl: string;
  /** Writes a file into the world's own folder and says where it is. */
  file(name: string, content: string): string;
  close(): Promise<void>;
};

export async function openCliWorld(): Promise<CliWorld> {
  const folder = mkdtempSync(join(tmpdir(), 'tocsin-cli-'));
  const file = (name: string, content: string): string => {
    const path = join(folder, name);
    writeFileSync(path, content);
    return path;
  };
  const cluster = createVideoWorld({ clock: systemClock, speed: 20 });
  const prometheus = createSimulatedPrometheus({ clock: systemClock, facts: () => cluster.history() });
  const access = await cluster.listen();
  const { url: prometheusUrl } = await prometheus.listen();
  const settings = file('tocsin.yaml', 'prometheus: { aliases: ["prometheus:9090"] }\nruns: { followSeconds: 1 }\n');
  return {
    cluster,
    env: { KUBECONFIG: file('kubeconfig', access.kubeconfig()), PROMETHEUS_URL: prometheusUrl, TOCSIN_CONFIG: settings },
    prometheusUrl,
    file,
    async close() {
      await cluster.close();
      await prometheus.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
