import * as fc from 'fast-check';
import jsonpatch from 'fast-json-patch';
import { describe, expect, it } from 'vitest';
import type { ChangeOperation, Operation } from '../../../src/doors/operation.ts';
import type { Json, JsonObject } from '../../../src/kernel/json.ts';
import { touchedDigest } from '../../../src/operations/touched.ts';
import { undoOf } from '../../../src/operations/undo/undo-of.ts';
import { change, deployment, mergePatched } from './operations.ts';

/** What the server makes of a JSON patch; throws when a test in it fails. */
function jsonPatched(object: Json, operation: Operation): Json {
  if (operation.type !== 'change') throw new Error('only changes can be taken back');
  const steps = structuredClone(operation.request.body) as never;
  return jsonpatch.applyPatch(structuredClone(object), steps, true).newDocument;
}

function possible(operation: ChangeOperation, after: Json): Operation {
  const undo = undoOf(operation, after);
  if (undo.type !== 'possible') throw new Error(undo.reason);
  return undo.operation;
}

const key = fc.constantFrom('a', 'b', 'c/d', 'e~f');
const texts = fc.dictionary(key, fc.string());
const changedTexts = fc.dictionary(key, fc.option(fc.string(), { nil: null }));

describe('the undo of a patch', () => {
  it('gives the touched content back exactly, and leaves everything else as it is', () => {
    fc.assert(
      fc.property(
        fc.record({ annotations: texts, labels: texts }),
        fc.record({ newAnnotations: changedTexts, newTemplate: changedTexts, replicas: fc.nat(9) }),
        ({ annotations, labels }, { newAnnotations, newTemplate, replicas }) => {
          const before = deployment({ annotations, labels, replicas: 3, templateAnnotations: labels });
          const patch: JsonObject = {
            metadata: { annotations: newAnnotations },
            spec: { replicas, template: { metadata: { annotations: newTemplate } } },
          };
          const operation = change({ before, body: patch, contentType: 'application/merge-patch+json' });
          const after = mergePatched(before, patch);
          const undo = undoOf(operation, after);
          if (undo.type === 'impossible') {
            expect(touchedDigest(operation, after)).toBe(touchedDigest(operation, before));
            return;
          }
          const later = mergePatched(after, {
            status: { replicas: 8 },
            metadata: { annotations: { 'deployment.kubernetes.io/revision': '7', other: 'x' } },
          });
          const restored = jsonPatched(later, undo.operation);
          expect(touchedDigest(operation, restored)).toBe(touchedDigest(operation, before));
          expect(restored).toMatchObject({ status: { replicas: 8 }, metadata: { annotations: { other: 'x' } } });
        },
      ),
    );
  });

  it('is refused by the server when somebody changed the same content since', () => {
    const before = deployment({ replicas: 3 });
    const operation = change({ before, body: { spec: { replicas: 10 } }, contentType: 'application/merge-patch+json' });
    const undo = possible(operation, mergePatched(before, { spec: { replicas: 10 } }));
    expect(() => jsonPatched(mergePatched(before, { spec: { replicas: 12 } }), undo)).toThrow(/Test operation failed/);
  });

  it('goes into the container by name', () => {
    const before = deployment({ image: 'worker:1' });
    const after = deployment({ image: 'worker:2' });
    const body = { spec: { template: { spec: { containers: [{ name: 'main', image: 'worker:2' }] } } } };
    const operation = change({ verb: 'set image', before, body, contentType: 'application/strategic-merge-patch+json' });
    const undo = undoOf(operation, after);
    expect(undo).toMatchObject({ type: 'possible', words: 'in Deployment video/worker: set main image back to worker:1' });
    expect(jsonPatched(after, possible(operation, after))).toEqual(before);
  });

  it('takes a whole new structure away, not only the field that the patch named', () => {
    const before = deployment({});
    const patch = { spec: { strategy: { rollingUpdate: { maxSurge: 1 } } } };
    const after = mergePatched(before, { spec: { strategy: { rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } } } });
    const operation = change({ before, body: patch, contentType: 'application/merge-patch+json' });
    expect(jsonPatched(after, possible(operation, after))).toEqual(before);
  });

  it('does not say what a Secret held', () => {
    const before: JsonObject = {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 's', namespace: 'video', uid: 'u' },
      data: { password: 'b2xk' },
    };
    const operation = change({ before, body: { data: { password: 'bmV3' } }, contentType: 'application/merge-patch+json' });
    const undo = undoOf(operation, mergePatched(before, { data: { password: 'bmV3' } }));
    expect(undo).toMatchObject({ type: 'possible', words: 'in Secret video/s: set data password back to its former value' });
  });
});

describe('the undo of other operations', () => {
  it('scales back to the number before, only from the number that was set', () => {
    const before = deployment({ replicas: 3 });
    const operation = change({
      verb: 'scale',
      subresource: 'scale',
      before,
      body: { spec: { replicas: 10 } },
      contentType: 'application/merge-patch+json',
    });
    const scale = {
      apiVersion: 'autoscaling/v1',
      kind: 'Scale',
      metadata: { name: 'worker' },
      spec: { replicas: 10 },
      status: { replicas: 4 },
    };
    const undo = undoOf(operation, scale);
    expect(undo).toMatchObject({ type: 'possible', words: 'scale Deployment video/worker back from 10 to 3 replicas' });
    expect(jsonPatched(scale, possible(operation, scale))).toMatchObject({ spec: { replicas: 3 } });
    expect(() => jsonPatched({ ...scale, spec: { replicas: 6 } }, possible(operation, scale))).toThrow(/Test operation failed/);
  });

  it('gives a deployment the template back that it had before a rollback', () => {
    const before = deployment({ image: 'worker:2', annotations: { 'deployment.kubernetes.io/revision': '2', note: 'new' } });
    const after = deployment({ image: 'worker:1', annotations: { 'deployment.kubernetes.io/revision': '2' } });
    const body = [
      { op: 'replace', path: '/spec/template', value: {} },
      { op: 'replace', path: '/metadata/annotations', value: {} },
    ];
    const operation = change({ verb: 'rollout undo', before, body, contentType: 'application/json-patch+json' });
    const later = mergePatched(after, { metadata: { annotations: { 'deployment.kubernetes.io/revision': '3' } } });
    const restored = jsonPatched(later, possible(operation, after));
    expect(touchedDigest(operation, restored)).toBe(touchedDigest(operation, before));
    expect(restored).toMatchObject({ metadata: { annotations: { 'deployment.kubernetes.io/revision': '3', note: 'new' } } });
  });

  it.each([
    ['rollout restart', change({ verb: 'rollout restart', before: deployment({}) }), /do not come back/],
    ['delete', change({ verb: 'delete', method: 'DELETE', before: deployment({}) }), /does not come back/],
    ['eviction', change({ verb: 'drain', method: 'POST', subresource: 'eviction', before: deployment({}) }), /evicted/],
    ['a request', { type: 'http', method: 'POST', url: 'https://x.test/', headers: {} } satisfies Operation, /cannot be taken back/],
  ])('says why there is none: %s', (_name, operation, reason) => {
    expect(undoOf(operation, deployment({}))).toEqual({ type: 'impossible', reason: expect.stringMatching(reason) });
  });
});
