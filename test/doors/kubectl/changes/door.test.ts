import { describe, expect, it } from 'vitest';
import type { Cluster, ClusterRequest } from '../../../../src/doors/cluster.ts';
import { createReadEffects } from '../../../../src/doors/effects.ts';
import { parseKubectl } from '../../../../src/doors/kubectl/call.ts';
import { createKubectlDoor } from '../../../../src/doors/kubectl/door.ts';
import type { KubectlCall, Verb } from '../../../../src/doors/kubectl/verb.ts';
import { changeVerbs } from '../../../../src/doors/kubectl/verbs/changes.ts';
import type { ChangeOperation } from '../../../../src/doors/operation.ts';
import type { Effects, Session } from '../../../../src/doors/session.ts';
import { createManualClock } from '../../../../src/kernel/clock.ts';

const workerPath = '/apis/apps/v1/namespaces/video/deployments/worker';
const worker = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'worker', namespace: 'video', uid: 'u-1', resourceVersion: '5' },
  spec: { replicas: 3, template: { metadata: {}, spec: { containers: [{ name: 'main', image: 'worker:1' }] } } },
};
const group = (name: string, resource: string, kind: string): object => ({
  kind: 'APIGroupDiscoveryList',
  items: [
    {
      metadata: { name },
      versions: [
        {
          version: 'v1',
          resources: [
            {
              resource,
              responseKind: { kind },
              scope: 'Namespaced',
              singularResource: kind.toLowerCase(),
              shortNames: kind === 'Deployment' ? ['deploy'] : [],
            },
          ],
        },
      ],
    },
  ],
});
const answers: Readonly<Record<string, object>> = {
  '/api': group('', 'pods', 'Pod'),
  '/apis': group('apps', 'deployments', 'Deployment'),
  [workerPath]: worker,
};

type Run = { exitCode: number; stdout: string; stderr: string; changes: readonly ChangeOperation[]; requests: readonly ClusterRequest[] };

/** Runs a command line against a server that knows one deployment; changes are written down and answered with the object. */
async function run(argv: readonly string[], mode: Session['mode'] = 'plan'): Promise<Run> {
  const requests: ClusterRequest[] = [];
  const changes: ChangeOperation[] = [];
  const cluster: Cluster = {
    server: 'https://cluster.test:6443',
    namespace: 'video',
    async request(request) {
      requests.push(request);
      const body = answers[request.path];
      if (body !== undefined) return { status: 200, body: JSON.stringify(body), warnings: [] };
      return {
        status: 404,
        body: JSON.stringify({ kind: 'Status', reason: 'NotFound', message: `${request.path} not found`, code: 404 }),
        warnings: [],
      };
    },
    exec: () => Promise.resolve({ type: 'refused', status: 403, message: 'no' }),
  };
  const effects: Effects = {
    ...createReadEffects(),
    async change(operation) {
      changes.push(operation);
      return { status: 200, body: JSON.stringify(worker), warnings: [] };
    },
  };
  const session: Session = {
    mode,
    cluster,
    effects: mode === 'read' ? createReadEffects() : effects,
    http: {
      refusal: () => Promise.resolve('none'),
      request: () => Promise.resolve({ type: 'failed', exitCode: 7, message: 'none', wasSent: false }),
    },
    clock: createManualClock(new Date('2026-01-02T03:04:05Z')),
    classifyExec: () => ({ type: 'change', reason: 'the test says so' }),
    followMs: 1000,
  };
  let [stdout, stderr] = ['', ''];
  const call = {
    argv,
    stdin: '',
    signal: new AbortController().signal,
    out: (text: string) => void (stdout += text),
    err: (text: string) => void (stderr += text),
  };
  const exitCode = await createKubectlDoor('kubectl').run(call, session);
  return { exitCode, stdout, stderr, changes, requests };
}

describe('the operation of a change', () => {
  it('holds the object as it was, its uid and the request as kubectl sends it', async () => {
    const { changes, stdout } = await run(['scale', 'deployment/worker', '--replicas=10']);
    expect(stdout).toBe('deployment.apps/worker scaled (server dry run)\n');
    expect(changes).toEqual([
      {
        type: 'change',
        verb: 'scale',
        target: { apiVersion: 'apps/v1', kind: 'Deployment', resource: 'deployments', namespace: 'video', name: 'worker', uid: 'u-1' },
        subresource: 'scale',
        request: {
          method: 'PATCH',
          path: `${workerPath}/scale`,
          query: {},
          contentType: 'application/merge-patch+json',
          body: { spec: { replicas: 10 } },
        },
        volatile: [],
        before: worker,
      },
    ]);
  });

  it('names the time of a restart as what differs at each sending', async () => {
    const { changes } = await run(['rollout', 'restart', 'deploy/worker']);
    expect(changes).toMatchObject([
      { verb: 'rollout restart', volatile: ['2026-01-02T03:04:05Z'], request: { query: { fieldManager: 'kubectl-rollout' } } },
    ]);
  });

  it('does not wait in a plan for what was not done', async () => {
    const { exitCode, stdout, requests } = await run(['delete', 'deploy/worker']);
    expect({ exitCode, stdout }).toEqual({
      exitCode: 0,
      stdout: 'deployment.apps "worker" deleted from video namespace (server dry run)\n',
    });
    expect(requests.filter((request) => request.path === workerPath)).toHaveLength(1);
  });

  it('is refused in a session that only reads', async () => {
    const { exitCode, stderr } = await run(['delete', 'deploy/worker'], 'read');
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/Not run: .*needs a plan and the approval of a second person/);
  });
});

describe('a dry run on the command line', () => {
  it('asks the server in a session that only reads, and is no operation', async () => {
    const { changes, requests } = await run(['patch', 'deploy/worker', '--dry-run=server', '-p', '{"spec":{"replicas":4}}'], 'read');
    expect(changes).toEqual([]);
    expect(requests.at(-1)).toMatchObject({ method: 'PATCH', path: workerPath, query: { dryRun: 'All', fieldManager: 'kubectl-patch' } });
  });

  it('of the client sends nothing', async () => {
    const { stdout, requests } = await run(
      ['set', 'image', 'deploy/worker', 'main=worker:2', '--dry-run=client', '-o', 'jsonpath={.spec.template.spec.containers[0].image}'],
      'read',
    );
    expect(stdout).toBe('worker:2');
    expect(requests.every((request) => request.method === 'GET')).toBe(true);
  });
});

describe('what is known from the words alone', () => {
  const parsed = (...argv: readonly string[]): { call: KubectlCall; verb: Verb } => {
    const call = parseKubectl('kubectl', argv, changeVerbs);
    if ('problem' in call) throw new Error(call.text);
    const verb = changeVerbs.find((candidate) => candidate.name === call.verb);
    if (verb === undefined) throw new Error(call.verb);
    return { call, verb };
  };

  it.each([
    [['scale', 'deploy/x', '--replicas=1'], { type: 'change', undoable: true }],
    [['rollout', 'restart', 'deploy/x'], { type: 'change', undoable: false }],
    [['delete', 'pod', 'x'], { type: 'change', undoable: false }],
    [['delete', 'pod', 'x', '--dry-run=server'], { type: 'read' }],
    [['label', 'pod', 'x', '--list'], { type: 'read' }],
    [['scale', '-f', 'x.yaml', '--replicas=1'], { type: 'manual' }],
    [['set', 'env', 'deploy/x', '--list', '--resolve'], { type: 'manual' }],
  ])('%j', (argv, effect) => {
    const { call, verb } = parsed(...argv);
    expect(verb.effect(call)).toMatchObject(effect);
  });

  it('the rights name the object, or all of the type for a selector', () => {
    const scale = parsed('scale', 'deploy/x', '--replicas=1', '-n', 'prod');
    expect(scale.verb.needs(scale.call)).toEqual([
      { apiGroup: 'apps', resource: 'deployments', verb: 'get', name: 'x', namespace: 'prod', for: 'read' },
      { apiGroup: 'apps', resource: 'deployments/scale', verb: 'patch', name: 'x', namespace: 'prod', for: 'change' },
    ]);
    const gone = parsed('delete', 'pods', '-l', 'app=x');
    expect(gone.verb.needs(gone.call)).toEqual([
      { apiGroup: '', resource: 'pods', verb: 'list', namespace: undefined, for: 'read' },
      { apiGroup: '', resource: 'pods', verb: 'delete', namespace: undefined, for: 'change' },
    ]);
    const drained = parsed('drain', 'n1');
    expect(drained.verb.needs(drained.call)).toContainEqual({
      apiGroup: '',
      resource: 'pods/eviction',
      verb: 'create',
      namespace: null,
      for: 'change',
    });
  });
});
