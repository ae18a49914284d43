import { createManualClock } from '../../../src/kernel/clock.ts';
import type { ManualClock } from '../../../src/kernel/clock.ts';
import { createSimulatedKubernetes } from '../../../src/simulator/kubernetes/cluster.ts';
import type { Access, SimulatedKubernetes } from '../../../src/simulator/kubernetes/cluster.ts';
import type { Tree } from '../../../src/simulator/kubernetes/tree.ts';

export const node: Tree = {
  apiVersion: 'v1',
  kind: 'Node',
  metadata: { name: 'n1' },
  status: { allocatable: { cpu: '16', memory: '64Gi', pods: '110' } },
};

export function deployment(name: string, options: { replicas?: number; image?: string; spec?: Tree } = {}): Tree {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace: 'default' },
    spec: {
      replicas: options.replicas ?? 2,
      selector: { matchLabels: { app: name } },
      template: { metadata: { labels: { app: name } }, spec: { containers: [{ name: 'web', image: options.image ?? 'web:1' }] } },
      ...options.spec,
    },
  };
}

type Answer = { status: number; body: Tree; text: string; headers: Headers };
type Ask = (
  method: string,
  path: string,
  options?: { body?: Tree | readonly Tree[]; type?: string; accept?: string; token?: string },
) => Promise<Answer>;
export type Running = { cluster: SimulatedKubernetes; clock: ManualClock; access: Access; ask: Ask; end: () => Promise<void> };

/** A listening cluster with one node, on a clock of its own. */
export async function startCluster(contents: readonly Tree[] = []): Promise<Running> {
  const clock = createManualClock(new Date('2026-05-04T10:00:00Z'));
  const cluster = createSimulatedKubernetes({ clock, contents: [node, ...contents] });
  const access = await cluster.listen();
  const ask: Ask = async (method, path, options = {}) => {
    const response = await fetch(`${access.url}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${options.token ?? access.token}`,
        accept: options.accept ?? 'application/json',
        ...(options.body === undefined ? {} : { 'content-type': options.type ?? 'application/json' }),
      },
      ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
    });
    const text = await response.text();
    return { status: response.status, text, body: text.startsWith('{') ? asTree(text) : {}, headers: response.headers };
  };
  return { cluster, clock, access, ask, end: () => cluster.close() };
}

/** A text that begins with a brace and parses is a tree. */
function asTree(text: string): Tree {
  return JSON.parse(text) as Tree;
}
