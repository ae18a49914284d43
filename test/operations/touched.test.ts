import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/kernel/json.ts';
import { fieldDifferences, operationWords, touchedDigest } from '../../src/operations/touched.ts';
import { change, deployment, mergePatched } from './undo/operations.ts';

const merge = 'application/merge-patch+json';
const strategic = 'application/strategic-merge-patch+json';
const image = change({
  verb: 'set image',
  before: deployment({}),
  contentType: strategic,
  body: { spec: { template: { spec: { containers: [{ name: 'main', image: 'worker:2' }] } } } },
});

describe('the digest of what an operation touches', () => {
  it('is the same whatever the cluster writes into the object', () => {
    fc.assert(
      fc.property(fc.nat(), fc.string(), (count, text) => {
        const noise = {
          status: { replicas: count, note: text },
          metadata: { resourceVersion: text, generation: count, annotations: { 'deployment.kubernetes.io/revision': text } },
        };
        for (const operation of [image, change({ verb: 'delete', method: 'DELETE', before: deployment({}) })]) {
          expect(touchedDigest(operation, mergePatched(deployment({}), noise))).toBe(touchedDigest(operation, deployment({})));
        }
      }),
    );
  });

  it('changes with the touched content only', () => {
    expect(touchedDigest(image, deployment({ image: 'other:1' }))).not.toBe(touchedDigest(image, deployment({})));
    expect(touchedDigest(image, deployment({ replicas: 9 }))).toBe(touchedDigest(image, deployment({})));
    const removed = mergePatched(deployment({}), { spec: { template: null } });
    expect(touchedDigest(image, removed)).not.toBe(touchedDigest(image, deployment({})));
  });

  it('changes when the object is another one of the same name', () => {
    expect(touchedDigest(image, mergePatched(deployment({}), { metadata: { uid: 'u-2' } }))).not.toBe(touchedDigest(image, deployment({})));
  });

  it('of a list counts the order when elements are added by place', () => {
    const operation = change({
      before: deployment({}),
      contentType: 'application/json-patch+json',
      body: [{ op: 'add', path: '/spec/template/spec/containers/-', value: { name: 'new' } }],
    });
    expect(touchedDigest(operation, deployment({ image: 'other:1' }))).not.toBe(touchedDigest(operation, deployment({})));
  });
});

describe('differences as people read them', () => {
  it('names replicas, images, annotations, labels, environment and limits', () => {
    const after = mergePatched(deployment({ replicas: 10, image: 'worker:2', templateAnnotations: { 'pause-uploads': 'true' } }), {
      metadata: { resourceVersion: '99', generation: 3, labels: { tier: 'gpu' }, managedFields: [] },
      status: { replicas: 10 },
    });
    expect(fieldDifferences(deployment({}), after)).toEqual([
      { field: 'label tier', from: 'not set', to: 'gpu' },
      { field: 'replicas', from: '3', to: '10' },
      { field: 'annotation pause-uploads (pod template)', from: 'not set', to: 'true' },
      { field: 'main image', from: 'worker:1', to: 'worker:2' },
    ]);
  });

  it('tells containers apart by name and variables by theirs', () => {
    const withEnv = (env: readonly JsonObject[]): JsonObject => ({ kind: 'Pod', spec: { containers: [{ name: 'main', env }] } });
    expect(
      fieldDifferences(
        withEnv([{ name: 'A', value: '1' }]),
        withEnv([
          { name: 'B', value: '2' },
          { name: 'A', value: '3' },
        ]),
      ),
    ).toEqual([
      { field: 'main env A', from: '1', to: '3' },
      { field: 'main env B', from: 'not set', to: '2' },
    ]);
  });

  it('never shows what a Secret holds', () => {
    const secret = (password: string): JsonObject => ({ kind: 'Secret', metadata: { name: 's' }, data: { password } });
    expect(JSON.stringify(fieldDifferences(secret('b2xk'), secret('bmV3')))).not.toMatch(/b2xk|bmV3/);
    expect(fieldDifferences(secret('b2xk'), secret('bmV3'))).toHaveLength(1);
  });

  it('reads a Scale as replicas and a Status as the end of the object', () => {
    expect(fieldDifferences(deployment({}), { kind: 'Scale', spec: { replicas: 5 } })).toEqual([{ field: 'replicas', from: '3', to: '5' }]);
    expect(fieldDifferences(deployment({}), { kind: 'Status', status: 'Success' })).toEqual([
      { field: 'Deployment worker', from: 'exists', to: 'deleted' },
    ]);
  });
});

describe('an operation in words', () => {
  it.each([
    [
      change({ verb: 'scale', subresource: 'scale', before: deployment({}), body: { spec: { replicas: 10 } }, contentType: merge }),
      'scale Deployment video/worker from 3 to 10 replicas',
    ],
    [change({ verb: 'rollout restart', before: deployment({}) }), 'restart Deployment video/worker, pod by pod'],
    [image, 'set image Deployment video/worker: main image'],
    [
      change({ verb: 'annotate', before: deployment({}), body: { metadata: { annotations: { a: 'b' } } }, contentType: merge }),
      'annotate Deployment video/worker: annotation a',
    ],
    [
      change({ verb: 'delete', method: 'DELETE', before: deployment({}), body: { propagationPolicy: 'Background' } }),
      'delete Deployment video/worker',
    ],
    [change({ verb: 'drain', method: 'POST', subresource: 'eviction', before: deployment({}) }), 'evict Deployment video/worker'],
  ])('%#', (operation, words) => {
    expect(operationWords(operation)).toBe(words);
  });
});
