import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { changes, stillDeployment } from './simulated-kubernetes/changes.ts';
import { compareLines, compareRequests, unexplained, unusedDifferences } from './simulated-kubernetes/comparison.ts';
import { discovered } from './simulated-kubernetes/discovery.ts';
import { changeLines, readLines } from './simulated-kubernetes/lines.ts';
import { normalise } from './simulated-kubernetes/normalise.ts';
import { reads } from './simulated-kubernetes/reads.ts';
import { refusals } from './simulated-kubernetes/refusals.ts';
import { startSides } from './simulated-kubernetes/sides.ts';
import type { Ask, Sides } from './simulated-kubernetes/sides.ts';
import { realKubernetes } from './support/control-plane.ts';
import { requireOrSkip } from './support/require.ts';

type Written = { apiVersion: string; kind: string; metadata: { namespace?: string } };

const yaml = readFileSync(fileURLToPath(new URL('simulated-kubernetes/objects.yaml', import.meta.url)), 'utf8');
const written = [...parseAllDocuments(yaml).map((document) => document.toJS() as Written), stillDeployment];

function creating(object: Written): Ask {
  const prefix = object.apiVersion === 'v1' ? '/api/v1' : `/apis/${object.apiVersion}`;
  const kind = object.kind.toLowerCase();
  const plural = kind.endsWith('s') ? `${kind}es` : `${kind}s`;
  const where = object.metadata.namespace === undefined ? '' : `/namespaces/${object.metadata.namespace}`;
  return { method: 'POST', path: `${prefix}${where}/${plural}`, body: object };
}

/** The simulated API server and the real one are asked the same, and answer the same. */
requireOrSkip(
  realKubernetes.name,
  realKubernetes.present,
  realKubernetes.how,
)('the simulated Kubernetes against the real one', () => {
  let started: Sides;
  const sides = (): Sides => started;
  beforeAll(async () => {
    started = await startSides();
  });
  afterAll(() => started?.stop());

  describe('creates a namespace', () => compareRequests(sides, written.slice(0, 1).map(creating)));
  it('gives it an account for pods', async () => {
    const account: Ask = { method: 'GET', path: '/api/v1/namespaces/shop/serviceaccounts/default' };
    await vi.waitFor(async () => expect((await sides().real.ask(account)).status).toBe(200), { timeout: 15_000 });
  });
  describe('creates objects', () => compareRequests(sides, written.slice(1).map(creating)));
  describe('lists and prints', () => compareRequests(sides, reads));
  describe('refuses', () => compareRequests(sides, refusals));

  it('tells what it serves', async () => {
    const [real, simulated] = await Promise.all([discovered(sides().real), discovered(sides().simulated)]);
    const served = Object.fromEntries(Object.keys(simulated).map((key) => [key, real[key]]));
    // The real control plane here has no metrics server, and the simulator lets events be written in their old form only.
    const measured = Object.keys(simulated).filter((key) => /^\/apis\/(metrics|events)\.k8s\.io\//.test(key));
    expect(measured).toHaveLength(6);
    const compared = Object.entries(simulated).filter(([key]) => !measured.includes(key));
    expect(compared.length).toBeGreaterThan(100);
    expect(compared).toEqual(Object.entries(served).filter(([key]) => !measured.includes(key)));
  });

  it('streams changes', async () => {
    const maps = '/api/v1/namespaces/shop/configmaps';
    const steps: readonly Ask[] = [
      { method: 'POST', path: maps, body: { metadata: { name: 'watched', labels: { seen: 'yes' } }, data: { a: '1' } } },
      { method: 'PATCH', path: `${maps}/watched`, body: { data: { a: '2' } }, type: 'application/merge-patch+json' },
      { method: 'PATCH', path: `${maps}/watched`, body: { data: { a: '2' } }, type: 'application/merge-patch+json' },
      { method: 'PATCH', path: `${maps}/watched`, body: { metadata: { labels: { seen: 'no' } } }, type: 'application/merge-patch+json' },
      { method: 'PATCH', path: `${maps}/watched`, body: { metadata: { labels: { seen: 'yes' } } }, type: 'application/merge-patch+json' },
      { method: 'DELETE', path: `${maps}/watched` },
    ];
    const [real, simulated] = await Promise.all(
      [sides().real, sides().simulated].map(async (side) => {
        const watching = side.watch(`${maps}?watch=true&labelSelector=seen%3Dyes`, 5);
        const named = side.watch(`${maps}?watch=true&fieldSelector=metadata.name%3Dwatched`, 5);
        const listing = side.watch(
          `${maps}?watch=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true&labelSelector=app`,
          3,
        );
        await Promise.all([watching.opened, named.opened, listing.opened]);
        for (const step of steps) await side.ask(step);
        return Promise.all([watching.events, named.events, listing.events]);
      }),
    );
    expect(unexplained('watch', normalise(real), normalise(simulated))).toEqual([]);
    expect((simulated ?? []).map((events) => events.map((event) => (event as { type: string }).type))).toEqual([
      ['ADDED', 'MODIFIED', 'DELETED', 'ADDED', 'DELETED'],
      ['ADDED', 'MODIFIED', 'MODIFIED', 'MODIFIED', 'DELETED'],
      ['ADDED', 'ADDED', 'BOOKMARK'],
    ]);
  });

  describe('lets kubectl read', () => compareLines(sides, readLines));
  describe('lets kubectl change', () => compareLines(sides, changeLines));
  describe('changes, keeps and removes', () => compareRequests(sides, changes));

  it('measures pods and nodes, which the real control plane here cannot', async () => {
    const pods = await sides().simulated.kubectl(['top', 'pod', '-n', 'shop']);
    expect(pods.stdout).toMatch(/^NAME +CPU\(cores\) +MEMORY\(bytes\) *\n(\S+ +\d+m +\d+Mi *\n)+$/);
    const nodes = await sides().simulated.kubectl(['top', 'node']);
    expect(nodes.stdout).toMatch(/^NAME +CPU\(cores\) +CPU\(%\) +MEMORY\(bytes\) +MEMORY\(%\) *\nnode-0 +\d+m +\d+% +\d+Mi +\d+% *\n$/);
    expect((await sides().real.kubectl(['top', 'node'])).stderr).toBe('error: Metrics API not available\n');
  });

  it('differs deliberately only where it still does', () => {
    expect(unusedDifferences()).toEqual([]);
  });
});
