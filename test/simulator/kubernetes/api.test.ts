import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Tree } from '../../../src/simulator/kubernetes/tree.ts';
import { at, numberAt, textAt, treesAt } from '../../../src/simulator/kubernetes/tree.ts';
import { deployment, startCluster } from './support.ts';
import type { Running } from './support.ts';

const deployments = '/apis/apps/v1/namespaces/default/deployments';
const merge = 'application/merge-patch+json';
const strategic = 'application/strategic-merge-patch+json';
let running: Running;

beforeEach(async () => {
  running = await startCluster([deployment('web')]);
  running.clock.advance(10_000);
});
afterEach(() => running.end());

describe('objects', () => {
  it('are found, listed in pages and refused in the real words', async () => {
    const { ask } = running;
    expect((await ask('GET', `${deployments}/nope`)).body).toMatchObject({
      reason: 'NotFound',
      message: 'deployments.apps "nope" not found',
      code: 404,
    });
    const page = await ask('GET', '/api/v1/namespaces/default/pods?limit=1');
    expect(treesAt(page.body, 'items')).toHaveLength(1);
    const rest = await ask('GET', `/api/v1/namespaces/default/pods?limit=1&continue=${textAt(page.body, 'metadata', 'continue')}`);
    expect(at(rest.body, 'metadata', 'continue')).toBeUndefined();
    expect((await ask('GET', '/api/v1/pods?fieldSelector=spec.foo%3Dx')).body).toMatchObject({
      code: 400,
      message: 'field label not supported: spec.foo',
    });
    expect((await ask('GET', '/api/v1/pods?labelSelector=app%20in%20(web,x)')).body).toMatchObject({ kind: 'PodList' });
  });

  it('conflict on an old resourceVersion, and count generations of the specification only', async () => {
    const { ask } = running;
    const { body } = await ask('GET', `${deployments}/web`);
    const patched = await ask('PATCH', `${deployments}/web`, { body: { metadata: { annotations: { a: 'b' } } }, type: merge });
    // Of a Deployment annotations count too, labels do not.
    expect(numberAt(patched.body, 'metadata', 'generation')).toBe(2);
    const labelled = await ask('PATCH', `${deployments}/web`, { body: { metadata: { labels: { a: 'b' } } }, type: merge });
    expect(numberAt(labelled.body, 'metadata', 'generation')).toBe(2);
    const stale = await ask('PUT', `${deployments}/web`, { body });
    expect(stale.body).toMatchObject({ code: 409, reason: 'Conflict' });
    const scaled = await ask('PATCH', `${deployments}/web/scale`, { body: { spec: { replicas: 3 } }, type: merge });
    expect(scaled.body).toMatchObject({ kind: 'Scale', spec: { replicas: 3 } });
    expect(numberAt((await ask('GET', `${deployments}/web`)).body, 'metadata', 'generation')).toBe(3);
  });

  it('change nothing in a dry run', async () => {
    const { ask, cluster } = running;
    const before = cluster.world.store.revision();
    const body = { spec: { template: { metadata: { annotations: { x: 'y' } } } } };
    const answer = await ask('PATCH', `${deployments}/web?dryRun=All`, { body, type: strategic });
    expect(numberAt(answer.body, 'metadata', 'generation')).toBe(2);
    await ask('POST', `${deployments}?dryRun=All`, { body: deployment('other') });
    await ask('DELETE', `${deployments}/web`, { body: { dryRun: ['All'] } });
    await ask('PATCH', `${deployments}/web/scale?dryRun=All`, { body: { spec: { replicas: 9 } }, type: merge });
    expect(cluster.world.store.revision()).toBe(before);
    expect((await ask('PATCH', `${deployments}/web?dryRun=Some`, { body, type: strategic })).status).toBe(422);
  });

  it('are checked', async () => {
    const { ask } = running;
    const negative = await ask('PATCH', `${deployments}/web`, { body: { spec: { replicas: -1 } }, type: merge });
    expect(negative.body).toMatchObject({
      code: 422,
      message: 'Deployment.apps "web" is invalid: spec.replicas: Invalid value: -1: must be greater than or equal to 0',
    });
    expect((await ask('POST', deployments, { body: deployment('web') })).body).toMatchObject({ code: 409, reason: 'AlreadyExists' });
    expect((await ask('PATCH', `${deployments}/web`, { body: {}, type: 'text/plain' })).status).toBe(415);
    const failing = await ask('PATCH', `${deployments}/web`, {
      body: [{ op: 'test', path: '/spec/replicas', value: 9 }],
      type: 'application/json-patch+json',
    });
    expect(failing.body).toMatchObject({ code: 422, message: 'the server rejected our request due to an error in our request' });
  });

  it('of a custom kind take no strategic patch', async () => {
    const { ask, cluster } = running;
    cluster.apply({
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: { name: 'things.example.com' },
      spec: {
        group: 'example.com',
        scope: 'Namespaced',
        names: { kind: 'Thing', plural: 'things' },
        versions: [{ name: 'v1', storage: true, served: true }],
      },
    });
    cluster.apply({ apiVersion: 'example.com/v1', kind: 'Thing', metadata: { name: 'one', namespace: 'default' }, spec: { a: 1 } });
    const path = '/apis/example.com/v1/namespaces/default/things/one';
    expect((await ask('PATCH', path, { body: { spec: { a: 2 } }, type: strategic })).status).toBe(415);
    expect((await ask('PATCH', path, { body: { spec: { a: 2 } }, type: merge })).body).toMatchObject({ spec: { a: 2 } });
  });

  it('come as the rows of a table', async () => {
    const accept = 'application/json;as=Table;v=v1;g=meta.k8s.io';
    const { body } = await running.ask('GET', deployments, { accept });
    expect(treesAt(body, 'columnDefinitions').map((column) => column['name'])).toEqual([
      'Name',
      'Ready',
      'Up-to-date',
      'Available',
      'Age',
      'Containers',
      'Images',
      'Selector',
    ]);
    expect(treesAt(body, 'rows')[0]?.['cells']).toEqual(['web', '2/2', 2, 2, '10s', 'web', 'web:1', 'app=web']);
  });
});

describe('rights', () => {
  it('are those of the roles, with the real words', async () => {
    const { ask, access } = running;
    const token = access.tokens.reader;
    expect((await ask('GET', deployments, { token })).status).toBe(200);
    const denied = await ask('PATCH', `${deployments}/web/scale`, { body: { spec: { replicas: 1 } }, type: merge, token });
    expect(textAt(denied.body, 'message')).toBe(
      'deployments.apps "web" is forbidden: User "system:serviceaccount:tocsin:reader" cannot patch resource "deployments/scale" in API group "apps" in the namespace "default"',
    );
    expect((await ask('GET', '/api/v1/namespaces/default/secrets', { token })).status).toBe(403);
    expect((await ask('GET', deployments, { token: 'wrong' })).status).toBe(401);
    await ask('DELETE', '/apis/rbac.authorization.k8s.io/v1/clusterrolebindings/tocsin-reader');
    expect((await ask('GET', deployments, { token })).status).toBe(403);
  });

  it('can be asked for', async () => {
    const { ask, access } = running;
    const review = (resource: string, verb: string): Tree => ({
      kind: 'SelfSubjectAccessReview',
      apiVersion: 'authorization.k8s.io/v1',
      spec: { resourceAttributes: { verb, resource, group: '', namespace: 'default' } },
    });
    const path = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews';
    const token = access.tokens.reader;
    expect((await ask('POST', path, { body: review('pods', 'list'), token })).body).toMatchObject({ status: { allowed: true } });
    expect((await ask('POST', path, { body: review('pods', 'delete'), token })).body).toMatchObject({ status: { allowed: false } });
  });
});

describe('faults', () => {
  const scale = () => running.ask('PATCH', `${deployments}/web/scale`, { body: { spec: { replicas: 4 } }, type: merge });
  const wanted = () => numberAt(running.cluster.object('Deployment', { namespace: 'default', name: 'web' }), 'spec', 'replicas');

  it('break the connection before or after the change', async () => {
    running.cluster.faults.set({ type: 'dropBeforeApply', times: 1 });
    await expect(scale()).rejects.toThrow();
    expect(wanted()).toBe(2);
    running.cluster.faults.set({ type: 'dropAfterApply', times: 1 });
    await expect(scale()).rejects.toThrow();
    expect(wanted()).toBe(4);
  });

  it('refuse, spoil answers and forbid dry runs', async () => {
    const { faults } = running.cluster;
    faults.set({ type: 'tooManyRequests', retryAfterS: 3, times: 1 });
    const busy = await scale();
    expect([busy.status, busy.headers.get('retry-after')]).toEqual([429, '3']);
    faults.set({ type: 'serverError', times: 1 });
    expect((await scale()).status).toBe(500);
    faults.set({ type: 'conflict', times: 1 });
    expect((await scale()).status).toBe(409);
    faults.set({ type: 'truncatedBody', times: 1 });
    await expect(scale()).rejects.toThrow();
    faults.set({ type: 'dryRunRefused', webhook: 'w.example.com' });
    const dry = await running.ask('PATCH', `${deployments}/web?dryRun=All`, { body: {}, type: merge });
    expect(dry.body).toMatchObject({ code: 400, message: 'admission webhook "w.example.com" does not support dry run' });
    expect(running.cluster.requests().length).toBeGreaterThan(4);
  });
});

describe('evictions and logs', () => {
  it('a budget keeps pods from being evicted', async () => {
    const { ask, cluster } = running;
    const budget = { apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', metadata: { name: 'web', namespace: 'default' } };
    cluster.apply({ ...budget, spec: { minAvailable: 2, selector: { matchLabels: { app: 'web' } } } });
    const name = textAt(cluster.objects('Pod')[0], 'metadata', 'name');
    const path = `/api/v1/namespaces/default/pods/${name}/eviction`;
    const body: Tree = { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name } };
    expect((await ask('POST', path, { body })).body).toMatchObject({ code: 429, details: { causes: [{ reason: 'DisruptionBudget' }] } });
    cluster.apply({ ...budget, spec: { minAvailable: 1, selector: { matchLabels: { app: 'web' } } } });
    expect((await ask('POST', path, { body })).status).toBe(201);
  });

  it('logs grow, and are cut as asked', async () => {
    const { ask, cluster, clock } = running;
    const name = textAt(cluster.objects('Pod')[0], 'metadata', 'name');
    const path = `/api/v1/namespaces/default/pods/${name}/log`;
    const lines = async (query: string) => (await ask('GET', `${path}?${query}`)).text.split('\n').slice(0, -1);
    const before = await lines('');
    clock.advance(60_000);
    const after = await lines('');
    expect(after.slice(0, before.length)).toEqual(before);
    expect(after.length).toBeGreaterThan(before.length);
    expect(await lines('tailLines=2')).toEqual(after.slice(-2));
    expect((await lines('timestamps=true&tailLines=1'))[0]).toMatch(/^2026-05-04T10:01:\d\d\.\d{9}Z INFO/);
    expect((await ask('GET', `${path}?limitBytes=5`)).text).toHaveLength(5);
    expect((await ask('GET', `${path}?previous=true`)).body).toMatchObject({ code: 400 });
    expect((await ask('GET', `${path}?container=nope`)).body).toMatchObject({ message: `container nope is not valid for pod ${name}` });
  });
});
