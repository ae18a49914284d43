import { describe, expect, it } from 'vitest';
import type { Cluster, ClusterAnswer, ClusterRequest } from '../../../../src/doors/cluster.ts';
import { createDirectEffects, createReadEffects } from '../../../../src/doors/effects.ts';
import { parseKubectl, isProblem } from '../../../../src/doors/kubectl/call.ts';
import { createKubectlDoor } from '../../../../src/doors/kubectl/door.ts';
import { findKnownType, findKnownTypes } from '../../../../src/doors/kubectl/known-types.ts';
import { kubectlRegistry } from '../../../../src/doors/kubectl/registry.ts';
import type { Session } from '../../../../src/doors/session.ts';
import { createManualClock } from '../../../../src/kernel/clock.ts';
import { TocsinError } from '../../../../src/kernel/errors.ts';

const discovery: Readonly<Record<string, unknown>> = {
  '/api': { kind: 'APIVersions', versions: ['v1'] },
  '/apis': { kind: 'APIGroupList', groups: [{ name: 'apps', versions: [{ version: 'v1' }], preferredVersion: { version: 'v1' } }] },
  '/api/v1': {
    resources: [
      { name: 'pods', singularName: 'pod', kind: 'Pod', namespaced: true, shortNames: ['po'], verbs: ['get', 'list'] },
      { name: 'pods/log', kind: 'Pod', namespaced: true },
    ],
  },
  '/apis/apps/v1': {
    resources: [{ name: 'deployments', singularName: 'deployment', kind: 'Deployment', namespaced: true, shortNames: ['deploy'] }],
  },
};

const webSchema: HttpTargets = {
  refusal: async () => 'no',
  request: async () => ({ type: 'failed', exitCode: 7, message: 'no', wasSent: false }),
};
type HttpTargets = Session['http'];

/** A server without aggregated discovery that knows one pod. */
function createFakeCluster(
  answer: (request: ClusterRequest) => ClusterAnswer | undefined = () => undefined,
): Cluster & { asked: string[] } {
  const asked: string[] = [];
  return {
    asked,
    server: 'https://10.0.0.1:6443',
    namespace: 'prod',
    async request(request) {
      asked.push(request.path);
      const found = discovery[request.path];
      if (found !== undefined) return { status: 200, body: JSON.stringify(found), warnings: [] };
      const notFound = { kind: 'Status', reason: 'NotFound', message: `pods "x" not found`, code: 404 };
      return answer(request) ?? { status: 404, body: JSON.stringify(notFound), warnings: [] };
    },
    async exec() {
      return { type: 'exited', exitCode: 0 };
    },
  };
}

async function run(
  argv: readonly string[],
  cluster: Cluster | undefined,
  signal = new AbortController().signal,
): Promise<{ stdout: string; stderr: string; exitCode: number }> {
  const outcome = { stdout: '', stderr: '' };
  const session: Session = {
    mode: 'read',
    ...(cluster === undefined ? {} : { cluster }),
    http: webSchema,
    effects: createReadEffects(),
    clock: createManualClock(new Date(0)),
    classifyExec: () => ({ type: 'change', reason: 'the test says so' }),
    followMs: 1000,
  };
  const call = {
    argv,
    stdin: '',
    signal,
    out: (text: string) => void (outcome.stdout += text),
    err: (text: string) => void (outcome.stderr += text),
  };
  const exitCode = await createKubectlDoor('kubectl').run(call, session);
  return { ...outcome, exitCode };
}

describe('the kubectl door', () => {
  it('prints objects where the server makes no table', async () => {
    const list = { kind: 'PodList', apiVersion: 'v1', metadata: {}, items: [{ metadata: { name: 'web-1' } }] };
    const cluster = createFakeCluster(({ path }) =>
      path === '/api/v1/namespaces/prod/pods' ? { status: 200, body: JSON.stringify(list), warnings: ['old'] } : undefined,
    );
    expect(await run(['get', 'po'], cluster)).toEqual({ stdout: 'NAME\nweb-1\n', stderr: 'Warning: old\n', exitCode: 0 });
    expect(await run(['get', 'pods', '-o', 'name'], cluster)).toMatchObject({ stdout: 'pod/web-1\n' });
  });

  it('says when an answer is of another form, as that of a proxy may be', async () => {
    for (const body of ['{"items":[]}', '[]', '<html>', '']) {
      const asProxy: Cluster = { ...createFakeCluster(), request: async () => ({ status: 200, body, warnings: [] }) };
      const { exitCode, stderr } = await run(['api-resources'], asProxy);
      expect([exitCode, stderr]).toEqual([1, expect.stringMatching(/^error: .*the server's answer cannot be read/)]);
    }
  });

  it('asks for the types once, and once more when one is missing', async () => {
    const cluster = createFakeCluster();
    await run(['get', 'pod', 'x'], cluster);
    await run(['get', 'deploy', 'x'], cluster);
    expect(cluster.asked.filter((path) => path === '/apis')).toHaveLength(1);
    expect(await run(['get', 'widgets'], cluster)).toMatchObject({
      stderr: 'error: the server doesn\'t have a resource type "widgets"\n',
      exitCode: 1,
    });
    expect(cluster.asked.filter((path) => path === '/apis')).toHaveLength(2);
  });

  it('does not give up on the types because whoever asked for them first was stopped', async () => {
    const stopped = new AbortController();
    const cluster = createFakeCluster();
    const slow: Cluster = {
      ...cluster,
      async request(asked) {
        if (asked.signal !== stopped.signal) return cluster.request(asked);
        await new Promise((resolve) => asked.signal.addEventListener('abort', resolve));
        throw new TocsinError('timeout', 'it was stopped');
      },
    };
    const first = run(['get', 'pod', 'x'], slow, stopped.signal);
    const second = run(['get', 'pod', 'x'], slow);
    stopped.abort();
    expect((await first).stderr).toBe('error: it was stopped\n');
    expect((await second).stderr).toBe('Error from server (NotFound): pods "x" not found\n');
  });

  it.each([
    ['get', 'pod', '..'],
    ['get', 'pod', '.'],
    ['get', 'pod', 'a%2fb'],
    ['get', 'pod', 'x?watch=1'],
    ['get', 'pod', 'x\nDELETE'],
    ['get', 'pod', 'x y'],
    ['get', 'pod', 'x', '-n', '../../secrets'],
    ['get', 'pods', '-n', 'a/../b'],
    ['get', 'pod', 'x', '--subresource=../secrets'],
    ['get', '--raw', '/api/v1/../../x'],
    ['get', '--raw', 'http://169.254.169.254/latest'],
    ['get', '--raw', '//169.254.169.254/latest'],
    ['get', '--raw', '/api/v1/nodes/n1/proxy/run'],
    ['get', '--raw', '/api/v1/%2e%2e/secrets'],
    ['get', '--raw', '/api/v1/namespaces/prod/services/db/%70roxy/x'],
    ['get', '--raw', '/api/v1/namespaces/prod/pods/a/pro%78y'],
    ['get', '--raw', '/api/v1/%zz'],
    ['get', '--raw', '/api/v1/pods?watch'],
    ['get', '--raw', '/api/v1/pods?watch=yes'],
    ['get', '--raw', '/api/v1/watch/pods'],
    ['get', '--raw', '/apis/apps/v1/watch/deployments'],
  ])('%s %s %s %s %s never leaves its place', async (...argv) => {
    const cluster = createFakeCluster();
    const { exitCode, stderr } = await run(
      argv.filter((word) => typeof word === 'string'),
      cluster,
    );
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/^error: /);
    expect(cluster.asked.filter((path) => !(path in discovery))).toEqual([]);
  });

  it('says what is manual, with the reason, and asks nobody', async () => {
    const cluster = createFakeCluster();
    const { stderr, exitCode } = await run(['edit', 'deploy/web'], cluster);
    expect(stderr).toBe(
      'error: kubectl edit cannot be run here: it is interactive and needs a terminal. Use patch, set or scale for the change.\n',
    );
    expect([exitCode, cluster.asked]).toEqual([1, []]);
  });

  it('says that there is no cluster, or that it cannot be reached', async () => {
    expect(await run(['get', 'pods'], undefined)).toMatchObject({
      exitCode: 1,
      stderr: 'error: no cluster is configured, so nothing can be asked of it\n',
    });
    const gone: Cluster = {
      ...createFakeCluster(),
      async request() {
        throw new TocsinError('unavailable', 'away', { cause: new Error('connect ECONNREFUSED 10.0.0.1:6443') });
      },
    };
    expect((await run(['get', 'pods'], gone)).stderr).toBe(
      'The connection to the server 10.0.0.1:6443 was refused - did you specify the right host or port?\n',
    );
  });
});

it('each program has each verb once', () => {
  for (const program of ['kubectl', 'oc'] as const) {
    const own = kubectlRegistry.filter((verb) => verb.programs?.includes(program) !== false);
    const names = own.flatMap(({ name, aliases = [] }) => [name, ...aliases]);
    expect(names.filter((name, place) => names.indexOf(name) !== place)).toEqual([]);
  }
});

describe('the words of a get without a server', () => {
  it.each([
    ['get pods -n prod', [{ apiGroup: '', resource: 'pods', verb: 'list', namespace: 'prod', for: 'read' }]],
    ['get deploy/web', [{ apiGroup: 'apps', resource: 'deployments', verb: 'get', name: 'web', namespace: undefined, for: 'read' }]],
    ['get nodes', [{ apiGroup: '', resource: 'nodes', verb: 'list', namespace: null, for: 'read' }]],
    ['get po -A', [{ apiGroup: '', resource: 'pods', verb: 'list', namespace: null, for: 'read' }]],
    [
      'get things.example.com x -n a',
      [{ apiGroup: 'example.com', resource: 'things', verb: 'get', name: 'x', namespace: 'a', for: 'read' }],
    ],
  ])('%s needs its rights', (line, needs) => {
    const call = parseKubectl('kubectl', line.split(' '), kubectlRegistry);
    if (isProblem(call)) throw new Error(call.text);
    expect(kubectlRegistry.find(({ name }) => name === 'get')?.needs(call)).toEqual(needs);
  });

  it('types are known by all their names', () => {
    expect(['deploy', 'Deployment', 'deployments.apps', 'co', 'ingress.networking'].map((word) => findKnownType(word)?.resource)).toEqual([
      'deployments',
      'deployments',
      'deployments',
      'clusteroperators',
      'ingresses',
    ]);
    expect(findKnownType('nosuch')).toBeUndefined();
    expect(findKnownTypes('pods,svc')?.map(({ kind }) => kind)).toEqual(['Pod', 'Service']);
  });
});

describe('effects', () => {
  const pod = { apiVersion: 'v1', kind: 'Pod', resource: 'pods', namespace: 'prod', name: 'web-1', uid: 'u' };
  const carrying = { signal: new AbortController().signal, onOutput: () => {} };
  const change = {
    type: 'change',
    verb: 'delete',
    target: pod,
    request: { method: 'DELETE', path: '/api/v1/namespaces/prod/pods/web-1', query: {} },
    volatile: [],
    before: {},
  } as const;

  it('of a session that reads refuse everything', async () => {
    const effects = createReadEffects();
    await expect(effects.change(change, carrying)).rejects.toMatchObject({ code: 'forbidden' });
    await expect(effects.exec({ type: 'exec', pod, container: 'web', argv: ['rm'] }, carrying)).rejects.toMatchObject({
      code: 'forbidden',
    });
    await expect(effects.http({ type: 'http', method: 'POST', url: 'http://x/', headers: {} }, carrying)).rejects.toMatchObject({
      code: 'forbidden',
    });
  });

  it('of an own terminal send', async () => {
    const cluster = createFakeCluster();
    await createDirectEffects({ cluster, http: webSchema }).change(change, carrying);
    expect(cluster.asked).toEqual(['/api/v1/namespaces/prod/pods/web-1']);
    await expect(createDirectEffects({ http: webSchema }).change(change, carrying)).rejects.toMatchObject({ code: 'precondition' });
  });
});
