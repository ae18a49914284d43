import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse, stringify } from 'yaml';
import type { ClusterClient } from '../../../src/kubernetes/cluster.ts';
import { loadClusters } from '../../../src/kubernetes/load-clusters.ts';

const binaries = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'tocsin-servers');
const recipe = fileURLToPath(new URL('../servers/build.sh', import.meta.url));
const starter = fileURLToPath(new URL('../servers/control-plane.sh', import.meta.url));
const otherCluster = process.env['KUBECONFIG'];

const needed = ['etcd', 'kube-apiserver', 'kube-controller-manager', 'kube-scheduler', 'kwok', 'kubectl', 'kwok-stages.yaml'];

/** What the tests against a real cluster need of the machine. */
export const realKubernetes = {
  name: 'Kubernetes',
  present: needed.every((name) => existsSync(join(binaries, name))),
  how: `run ${recipe} (about seven minutes, once); with KUBECONFIG set the tests use that cluster instead of starting one`,
};

export type Outcome = { stdout: string; stderr: string; exitCode: number };

export type Account = { kubeconfig: string; cluster: ClusterClient };

/** A real API server with controllers and fake kubelets. Everything that is made in it is lost when it stops. */
export type ControlPlane = {
  kubeconfig: string;
  /** With the rights of the cluster's administrator. */
  admin: ClusterClient;
  /** Runs the real kubectl; the kubeconfig is the administrator's unless another is given. */
  kubectl(argv: readonly string[], options?: { stdin?: string; kubeconfig?: string }): Promise<Outcome>;
  /** Creates or changes objects from YAML, with kubectl; throws when it fails. */
  apply(yaml: string): Promise<void>;
  /** A service account with its own kubeconfig; it has no rights until bindings give it some. */
  account(namespace: string, name: string): Promise<Account>;
  /** The API server alone dies at once, with whatever it was doing; what it had stored stays. Only where the test started it. */
  killApiServer(): Promise<void>;
  /** Starts it again after that; resolves when it answers. */
  startApiServer(): Promise<void>;
  stop(): Promise<void>;
};

export async function startControlPlane(): Promise<ControlPlane> {
  const folder = mkdtempSync(join(tmpdir(), 'tocsin-kubernetes-'));
  const servers = otherCluster === undefined ? await startServers(folder) : undefined;
  const kubeconfig = otherCluster ?? join(folder, 'kubeconfig');
  const { reader: admin } = loadClusters({ type: 'kubeconfig', path: kubeconfig });
  const clients = [admin];

  const kubectl: ControlPlane['kubectl'] = (argv, options = {}) =>
    run(join(binaries, 'kubectl'), argv, {
      stdin: options.stdin ?? '',
      env: { ...process.env, KUBECONFIG: options.kubeconfig ?? kubeconfig, HOME: folder, KUBECACHEDIR: join(folder, 'cache') },
    });

  async function must(argv: readonly string[], stdin = ''): Promise<string> {
    const outcome = await kubectl(argv, { stdin });
    if (outcome.exitCode !== 0) throw new Error(`kubectl ${argv.join(' ')}: ${outcome.stderr}`);
    return outcome.stdout;
  }

  return {
    kubeconfig,
    admin,
    kubectl,
    async apply(yaml) {
      for (;;) {
        const outcome = await kubectl(['apply', '-f', '-'], { stdin: yaml });
        if (outcome.exitCode === 0) return;
        // A namespace's default account comes a moment after the namespace; pods need it.
        if (!outcome.stderr.includes('serviceaccount "default" not found')) throw new Error(`kubectl apply: ${outcome.stderr}`);
        await moment();
      }
    },
    async account(namespace, name) {
      await must(['apply', '-f', '-'], stringify({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name, namespace } }));
      const token = (await must(['create', 'token', name, '-n', namespace, '--duration=1h'])).trim();
      const path = join(folder, `kubeconfig-${namespace}-${name}`);
      const config = parse(readFileSync(kubeconfig, 'utf8')) as { users: { name: string; user: object }[] };
      writeFileSync(path, stringify({ ...config, users: config.users.map((user) => ({ name: user.name, user: { token } })) }));
      const { reader } = loadClusters({ type: 'kubeconfig', path });
      clients.push(reader);
      return { kubeconfig: path, cluster: reader };
    },
    async killApiServer() {
      if (servers === undefined) throw new Error('the API server that KUBECONFIG names is not ours to kill');
      await servers.killApiServer();
    },
    async startApiServer() {
      servers?.startApiServer();
      while (!(await isReady(admin))) await moment();
    },
    async stop() {
      await Promise.all(clients.map((client) => client.close()));
      await servers?.stop();
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

type Servers = { killApiServer(): Promise<void>; startApiServer(): void; stop(): Promise<void> };

async function startServers(folder: string): Promise<Servers> {
  const starting = spawn('bash', [starter, binaries, folder, String(await freePortBase())], { stdio: ['ignore', 'ignore', 'pipe'] });
  let errors = '';
  starting.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors += text;
  });
  while (!existsSync(join(folder, 'ready'))) {
    if (starting.exitCode !== null) throw new Error(`the control plane did not start: ${errors}`);
    await moment();
  }
  const hasEnded = () => starting.exitCode !== null || starting.signalCode !== null;
  return {
    async killApiServer() {
      const pid = Number(readFileSync(join(folder, 'kube-apiserver.pid'), 'utf8'));
      process.kill(pid, 'SIGKILL');
      while (isRunning(pid)) await moment();
    },
    startApiServer: () => void starting.kill('SIGUSR1'),
    async stop() {
      if (hasEnded()) return;
      const gone = once(starting, 'exit');
      starting.kill('SIGTERM');
      await gone;
    },
  };
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

async function isReady(admin: ClusterClient): Promise<boolean> {
  try {
    const answer = await admin.request({ method: 'GET', path: '/readyz', signal: AbortSignal.timeout(5000) });
    return answer.status === 200;
  } catch {
    return false;
  }
}

/** Lets a loop that asks for something wait between two questions. */
function moment(): Promise<void> {
  return new Promise((resolve) => void setTimeout(resolve, 100));
}

/** The start script takes a few ports above the base; all of them must be free. */
async function freePortBase(): Promise<number> {
  for (;;) {
    const base = 20_000 + Math.floor(Math.random() * 1000) * 20;
    const free = await Promise.all([3, 7, 9, 10].map((offset) => isFree(base + offset)));
    if (free.every(Boolean)) return base;
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => void server.close(() => resolve(true)));
  });
}

async function run(program: string, argv: readonly string[], options: { stdin: string; env: NodeJS.ProcessEnv }): Promise<Outcome> {
  const child = spawn(program, argv, { env: options.env, stdio: ['pipe', 'pipe', 'pipe'] });
  const outcome = { stdout: '', stderr: '', exitCode: 0 };
  child.stdout.setEncoding('utf8').on('data', (text: string) => void (outcome.stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => void (outcome.stderr += text));
  child.stdin.on('error', () => {});
  child.stdin.end(options.stdin);
  const [code] = (await once(child, 'close')) as [number | null];
  return { ...outcome, exitCode: code ?? 255 };
}
