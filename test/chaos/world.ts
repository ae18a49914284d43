import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as realTime } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Clock } from '../../src/kernel/clock.ts';
import { silentLog } from '../../src/kernel/log.ts';
import { createSimulatedKubernetes } from '../../src/simulator/kubernetes/cluster.ts';
import type { SimulatedKubernetes } from '../../src/simulator/kubernetes/cluster.ts';
import { twoAccounts } from '../../src/simulator/kubernetes/two-accounts.ts';
import { createSimulatedPrometheus } from '../../src/simulator/prometheus/server.ts';
import { exampleWorkspace } from '../../src/simulator/slack/example-workspace.ts';
import type { SlackWorkspace } from '../../src/simulator/slack/workspace-types.ts';
import { createSlackWorkspace } from '../../src/simulator/slack/workspace.ts';
import { openStore } from '../../src/store/open-store.ts';
import type { Store } from '../../src/store/store.ts';
import { startMongoServer } from '../real/servers/ferretdb.ts';
import { createScaledClock } from '../support/scaled-clock.ts';
import { createTcpProxy } from '../support/tcp-proxy.ts';
import type { TcpProxy } from '../support/tcp-proxy.ts';
import { runbooksDir } from '../support/world.ts';
import { createDice } from './dice.ts';
import type { Dice } from './dice.ts';
import { createReplica } from './replica.ts';
import type { Replica } from './replica.ts';

export type StoreKind = 'embedded' | 'mongo';

export type WorldOptions = {
  seed: number;
  replicas: number;
  store: StoreKind;
  /** How many times faster than life. Unless said 10, and 3 before the test server, which every replica's idle looks keep busy. */
  speed?: number | undefined;
  settings?: object;
  /** Whether Slack keeps its pace; it does unless said. */
  limits?: 'strict' | 'off';
};

/** The lines of one replica to what it talks to. */
type Lines = { slack: TcpProxy; store?: TcpProxy };

/** Bots in processes of their own before a store that all share and a Slack, Prometheus and Kubernetes that live in this process and are never killed. */
export type ChaosWorld = {
  clock: Clock;
  speed: number;
  dice: Dice;
  /** A look into the store past every fault. */
  store: Store;
  workspace: SlackWorkspace;
  cluster: SimulatedKubernetes;
  replicas: readonly Replica[];
  lines: readonly Lines[];
  end(): Promise<void>;
};

/** Waits for so long by the world's clock. */
export function passes(world: Pick<ChaosWorld, 'speed'>, ms: number): Promise<void> {
  return realTime(ms / world.speed);
}

/** How often those on call are told again, in minutes; what the counting afterwards expects. */
export const ladderMinutes = [0.5, 1.5] as const;

const settings = {
  alerts: { resolveAfterMinutes: 0 },
  escalation: { steps: ladderMinutes.map((afterMinutes) => ({ afterMinutes })) },
  approvals: { expiryMinutes: 3, breakGlassMinutes: 2 },
  kubernetes: { readContext: 'reader', changeContext: 'mutator' },
  prometheus: { aliases: ['prometheus:9090'] },
  runs: { parallel: 2 },
};

export async function startChaosWorld(options: WorldOptions): Promise<ChaosWorld> {
  const { seed, store: kind, speed = kind === 'mongo' ? 3 : 10 } = options;
  const folder = mkdtempSync(join(tmpdir(), 'tocsin-chaos-'));
  const ends: (() => Promise<unknown> | void)[] = [() => rmSync(folder, { recursive: true, force: true })];
  const dice = createDice(seed);
  const epochMs = Date.now();
  const clock = createScaledClock({ epochMs, speed });

  const { limits = 'strict' } = options;
  const workspace = await createSlackWorkspace({ ...exampleWorkspace(), clock, log: silentLog, limits });
  const page = await workspace.listen({ port: 0 });
  ends.push(() => workspace.close());
  const prometheus = createSimulatedPrometheus({ clock });
  const { url: prometheusUrl } = await prometheus.listen();
  ends.push(() => prometheus.close());
  const cluster = createSimulatedKubernetes({ clock, contents: [{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'chaos' } }] });
  const kubeconfig = join(folder, 'kubeconfig');
  writeFileSync(kubeconfig, twoAccounts(await cluster.listen()));
  ends.push(() => cluster.close());

  const { urlFor, storePort } = await openServer(kind, folder, ends);
  const store = await openStore(urlFor(storePort), { log: silentLog });
  ends.push(() => store.close());

  const replicas: Replica[] = [];
  const lines: Lines[] = [];
  const changed = () => {
    const open = replicas.flatMap((replica) => replica.addresses()?.slackUrl ?? []);
    if (open.length > 0) workspace.setRequestUrl(dice.one(open));
  };
  for (let index = 1; index <= options.replicas; index += 1) {
    const slack = await proxyTo(Number(new URL(page.apiUrl).port), dice);
    const storeLine = storePort === undefined ? undefined : await proxyTo(storePort, dice);
    ends.push(() => slack.close());
    if (storeLine !== undefined) ends.push(() => storeLine.close());
    lines.push({ slack, ...(storeLine === undefined ? {} : { store: storeLine }) });
    const order = {
      storeUrl: urlFor(storeLine?.port),
      slackApiUrl: `http://127.0.0.1:${slack.port}/api/`,
      prometheusUrl,
      kubeconfig,
      epochMs,
      speed,
      settings: { ...settings, runbooks: { dir: runbooksIn(folder) }, ...options.settings },
      isLoud: process.env['TOCSIN_LOUD'] === 'true',
    };
    const replica = createReplica({ name: `replica-${index}`, folder, order, changed });
    ends.push(() => replica.kill());
    replicas.push(replica);
  }
  return {
    clock,
    speed,
    dice,
    store,
    workspace,
    cluster,
    replicas,
    lines,
    async end() {
      for (const end of ends.toReversed()) await end();
    },
  };
}

/** Where the store is: `urlFor` leads past or through a proxy on that port; the embedded one has none. */
type Server = { urlFor: (port: number | undefined) => string; storePort: number | undefined };

async function openServer(kind: StoreKind, folder: string, ends: (() => Promise<unknown> | void)[]): Promise<Server> {
  if (kind === 'embedded') return { urlFor: () => `file:${join(folder, 'tocsin.db')}`, storePort: undefined };
  const server = await startMongoServer();
  ends.push(() => server.stop());
  const direct = new URL(server.urlFor('tocsin_chaos'));
  const storePort = Number(direct.port === '' ? 27_017 : direct.port);
  return {
    storePort,
    urlFor(port: number | undefined) {
      const through = new URL(direct);
      if (port !== undefined) through.host = `127.0.0.1:${port}`;
      return through.href;
    },
  };
}

function proxyTo(port: number, dice: Dice): Promise<TcpProxy> {
  return createTcpProxy({ target: { host: '127.0.0.1', port }, random: () => dice.next() });
}

/** The team's own runbooks, and the one whose mitigation this world has an object for. */
function runbooksIn(folder: string): string {
  const dir = join(folder, 'runbooks');
  mkdirSync(dir, { recursive: true });
  cpSync(runbooksDir, dir, { recursive: true });
  cpSync(fileURLToPath(new URL('runbooks', import.meta.url)), dir, { recursive: true });
  return dir;
}
