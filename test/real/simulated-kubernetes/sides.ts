import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request as requestHttp } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { request as requestHttps } from 'node:https';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parse } from 'yaml';
import type { Cluster } from '../../../src/doors/cluster.ts';
import { systemClock } from '../../../src/kernel/clock.ts';
import { createSimulatedKubernetes } from '../../../src/simulator/kubernetes/cluster.ts';
import type { Tree } from '../../../src/simulator/kubernetes/tree.ts';
import { startControlPlane } from '../support/control-plane.ts';
import type { Outcome } from '../support/control-plane.ts';

/** One HTTP request to an API server. `as` is the account that may read a little only; without it, the administrator asks. */
export type Ask = {
  method: string;
  path: string;
  body?: unknown;
  type?: string;
  accept?: string;
  as?: 'viewer' | 'nobody';
};
type Answer = { status: number; type: string; body: unknown };

/** One of the two API servers: the real one, or the simulated one. */
export type Side = {
  ask(ask: Ask): Promise<Answer>;
  kubectl(argv: readonly string[], stdin?: string): Promise<Outcome>;
  /** Opens a watch, and gives its first events once `count` of them came, or the stream ended. */
  watch(path: string, count: number): { opened: Promise<void>; events: Promise<readonly unknown[]> };
};
export type Sides = { real: Side; simulated: Side; stop(): Promise<void> };

const viewer = 'system:serviceaccount:shop:viewer';
export async function startSides(): Promise<Sides> {
  const plane = await startControlPlane();
  const folder = mkdtempSync(join(tmpdir(), 'tocsin-simulated-'));
  const node = await readyNode(plane.admin);
  const simulator = createSimulatedKubernetes({
    clock: systemClock,
    contents: [node],
    tokens: { viewer: { name: viewer, groups: ['system:serviceaccounts', 'system:serviceaccounts:shop', 'system:authenticated'] } },
  });
  // As kwok has it: containers run and are ready at once, and those of jobs end.
  simulator.behave((container) => ({
    startMs: 0,
    readyMs: 0,
    ...(container['image'] === 'report:1' ? { ends: { afterMs: 1000, exitCode: 0, reason: 'Completed' } } : {}),
  }));
  simulator.logs({ knows: () => true, everyMs: 3_600_000, line: () => 'line 1' });
  writeFileSync(join(dirname(plane.kubeconfig), 'app.log'), '2026-01-01T00:00:00.000000000Z stdout F line 1\n');
  const access = await simulator.listen();
  const simulatedConfig = join(folder, 'kubeconfig');
  writeFileSync(simulatedConfig, access.kubectlConfig());
  const real = readConfig(plane.kubeconfig);
  let viewerToken: string | undefined;
  const realToken = async (as: Ask['as']): Promise<string> => {
    if (as === 'nobody') return 'nobody';
    if (as === undefined) return real.token;
    viewerToken ??= (await plane.kubectl(['create', 'token', 'viewer', '-n', 'shop', '--duration=1h'])).stdout.trim();
    return viewerToken;
  };
  const simulatedToken = async (as: Ask['as']): Promise<string> => as ?? access.token;
  const sides = {
    real: createSide(real.url, realToken, (argv, stdin = '') => plane.kubectl(argv, { stdin })),
    simulated: createSide(access.url, simulatedToken, (argv, stdin = '') => plane.kubectl(argv, { stdin, kubeconfig: simulatedConfig })),
  };
  const heart = await beat(sides);
  return {
    ...sides,
    async stop() {
      clearInterval(heart);
      await simulator.close();
      await plane.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The node that the real control plane is started with; the simulated one gets the same. */
async function readyNode(cluster: Cluster): Promise<Tree> {
  // With an address only, and no host name, kwok takes the address away and gives it back by turns; without one there are no logs.
  const addresses = [
    { type: 'InternalIP', address: '127.0.0.1' },
    { type: 'Hostname', address: 'node-0' },
  ];
  const named = { method: 'PATCH', path: '/api/v1/nodes/node-0/status', contentType: 'application/merge-patch+json' } as const;
  await cluster.request({ ...named, body: JSON.stringify({ status: { addresses } }), signal: AbortSignal.timeout(30_000) });
  for (;;) {
    const { body } = await cluster.request({ method: 'GET', path: '/api/v1/nodes/node-0', signal: AbortSignal.timeout(30_000) });
    const node = JSON.parse(body) as Tree;
    if (body.includes('NetworkUnavailable') && body.includes('beta.kubernetes.io/os') && !body.includes('not-ready')) return node;
    await systemClock.sleep(100);
  }
}

/** Nothing renews the fake node's lease, and a node without a heartbeat is given up after a minute. */
async function beat({ real, simulated }: Pick<Sides, 'real' | 'simulated'>): Promise<NodeJS.Timeout> {
  const path = '/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases';
  const spec = (): object => ({ holderIdentity: 'node-0', renewTime: new Date().toISOString().replace('Z', '000Z') });
  const body = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: { name: 'node-0' } };
  for (const side of [real, simulated])
    await side.ask({ method: 'POST', path, body: { ...body, spec: { ...spec(), leaseDurationSeconds: 40 } } });
  return setInterval(() => {
    void real.ask({ method: 'PATCH', path: `${path}/node-0`, body: { spec: spec() }, type: 'application/merge-patch+json' });
  }, 5000);
}

type Config = { clusters: readonly [{ cluster: { server: string } }]; users: readonly [{ user: { token: string } }] };

function readConfig(path: string): { url: string; token: string } {
  const { clusters, users } = parse(readFileSync(path, 'utf8')) as Config;
  return { url: clusters[0].cluster.server, token: users[0].user.token };
}

function createSide(url: string, tokenOf: (as: Ask['as']) => Promise<string>, kubectl: Side['kubectl']): Side {
  async function send({ method, path, body, type, accept, as }: Ask): Promise<IncomingMessage> {
    const text = body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body);
    const headers = {
      authorization: `Bearer ${await tokenOf(as)}`,
      accept: accept ?? 'application/json',
      ...(text === undefined ? {} : { 'content-type': type ?? 'application/json', 'content-length': Buffer.byteLength(text) }),
    };
    const secure = url.startsWith('https:');
    const request = (secure ? requestHttps : requestHttp)(`${url}${path}`, {
      method,
      headers,
      ...(secure ? { rejectUnauthorized: false } : {}),
    });
    request.end(text);
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    return response.setEncoding('utf8');
  }
  return {
    kubectl,
    async ask(ask) {
      const response = await send(ask);
      let text = '';
      for await (const chunk of response) text += String(chunk);
      return { status: response.statusCode ?? 0, type: response.headers['content-type'] ?? '', body: jsonOr(text) };
    },
    watch(path, count) {
      const response = send({ method: 'GET', path });
      return { opened: response.then(() => {}), events: response.then((stream) => firstLines(stream, count)) };
    },
  };
}

function jsonOr(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

async function firstLines(stream: IncomingMessage, count: number): Promise<readonly unknown[]> {
  const events: unknown[] = [];
  let rest = '';
  for await (const chunk of stream) {
    const lines = (rest + String(chunk)).split('\n');
    rest = lines.pop() ?? '';
    events.push(...lines.map(jsonOr));
    if (events.length >= count) break;
  }
  return events;
}
