import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyJsonPatch } from '../../../src/simulator/kubernetes/patch/json-patch.ts';
import { applyMergePatch } from '../../../src/simulator/kubernetes/patch/merge-patch.ts';
import { applyStrategicPatch } from '../../../src/simulator/kubernetes/patch/strategic-patch.ts';
import { same, treesAt } from '../../../src/simulator/kubernetes/tree.ts';
import type { Tree } from '../../../src/simulator/kubernetes/tree.ts';

const flat = fc.dictionary(fc.constantFrom('a', 'b', 'c', 'd'), fc.oneof(fc.integer(), fc.string()));
const flatPatch = fc.dictionary(fc.constantFrom('a', 'b', 'c', 'd'), fc.oneof(fc.integer(), fc.string(), fc.constant(null)));
const model = (target: Tree, patch: Tree): Tree =>
  Object.fromEntries(Object.entries({ ...target, ...patch }).filter(([, value]) => value !== null));

describe('patches', () => {
  it('merge and strategic patches of flat trees are an overlay without the nulls', () => {
    fc.assert(
      fc.property(flat, flatPatch, (target, patch) => {
        expect(same(applyMergePatch(target, patch), model(target, patch))).toBe(true);
        expect(same(applyStrategicPatch(target, patch, 'ConfigMap'), model(target, patch))).toBe(true);
      }),
    );
  });

  it('a strategic patch of a keyed list is an overlay by key', () => {
    const members = fc.uniqueArray(fc.record({ name: fc.constantFrom('a', 'b', 'c', 'd'), image: fc.string() }), {
      selector: ({ name }) => name,
    });
    fc.assert(
      fc.property(members, members, (present, patch) => {
        const result = applyStrategicPatch({ spec: { containers: present } }, { spec: { containers: patch } }, 'Pod');
        const expected = new Map([...present, ...patch].map((each) => [each.name, each]));
        const merged = treesAt(result, 'spec', 'containers');
        expect(new Map(merged.map((each) => [each['name'], each]))).toEqual(expected);
        // The real server puts new members before those that were there.
        const fresh = patch.filter(({ name }) => !present.some((each) => each.name === name)).map(({ name }) => name);
        if (fresh.length === patch.length) expect(merged.slice(0, fresh.length).map((each) => each['name'])).toEqual(fresh);
      }),
    );
  });

  it('a strategic patch obeys its directives', () => {
    const pod: Tree = {
      spec: { containers: [{ name: 'a', env: [{ name: 'X', value: '1' }] }, { name: 'b' }] },
      metadata: { finalizers: ['f', 'g'] },
    };
    const apply = (patch: Tree) => applyStrategicPatch(pod, patch, 'Pod');
    expect(apply({ spec: { containers: [{ name: 'a', $patch: 'delete' }] } })).toMatchObject({ spec: { containers: [{ name: 'b' }] } });
    expect(apply({ spec: { containers: [{ name: 'c' }, { $patch: 'replace' }] } })).toMatchObject({
      spec: { containers: [{ name: 'c' }] },
    });
    expect(apply({ spec: { '$setElementOrder/containers': [{ name: 'b' }, { name: 'a' }] } })).toMatchObject({
      spec: { containers: [{ name: 'b' }, { name: 'a' }] },
    });
    expect(apply({ metadata: { '$deleteFromPrimitiveList/finalizers': ['f'] } })).toMatchObject({ metadata: { finalizers: ['g'] } });
    expect(apply({ spec: { containers: [{ name: 'a', env: [{ name: 'Y', value: '2' }] }] } })).toMatchObject({
      spec: { containers: [{ env: [{ name: 'Y' }, { name: 'X' }] }, {}] },
    });
    expect(() => apply({ spec: { containers: [{ image: 'x' }] } })).toThrow(/does not contain declared merge key: name/);
  });

  it('a JSON patch adds and takes back, and its test guards it', () => {
    fc.assert(
      fc.property(flat, fc.constantFrom('x', 'y/z', '~t'), fc.integer(), (target, key, value) => {
        const path = `/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`;
        const added = applyJsonPatch(target, [{ op: 'add', path, value }]);
        expect(added).toEqual({ ...target, [key]: value });
        expect(
          applyJsonPatch(added, [
            { op: 'test', path, value },
            { op: 'remove', path },
          ]),
        ).toEqual(target);
        expect(() => applyJsonPatch(added, [{ op: 'test', path, value: value + 1 }])).toThrow();
      }),
    );
  });
});
