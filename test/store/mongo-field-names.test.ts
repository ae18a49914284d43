import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { escapeNames, restoreNames } from '../../src/store/mongo/field-names.ts';

/** How many arrays stand directly in an array. */
function nestedIn(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  return Object.values(value).reduce<number>(
    (sum, item: unknown) => sum + nestedIn(item) + (Array.isArray(value) && Array.isArray(item) ? 1 : 0),
    0,
  );
}

function namesIn(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.flatMap(namesIn);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, item]) => [name, ...namesIn(item)]);
}

test('any JSON value comes back as it was, in a form that every server takes', () => {
  const hostile = fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom('.', '$', '%', '\0', 'a', '2', 'e') }), fc.constant('%list'));
  const { tree } = fc.letrec((tie) => ({
    tree: fc.oneof(
      { maxDepth: 4 },
      fc.jsonValue(),
      fc.array(tie('tree'), { maxLength: 3 }),
      fc.dictionary(hostile, tie('tree'), { maxKeys: 4 }),
    ),
  }));
  fc.assert(
    fc.property(tree, (value) => {
      const escaped = escapeNames(value);
      for (const name of namesIn(escaped)) expect(name).toMatch(/^[^.$\0]+$/);
      expect(nestedIn(escaped)).toBe(0);
      expect(restoreNames(escaped)).toEqual(value);
    }),
  );
});

test('ordinary names stay readable', () => {
  expect(escapeNames({ labels: { alertname: 'A', 'app.kubernetes.io/name': 'b' } })).toEqual({
    labels: { alertname: 'A', 'app%2ekubernetes%2eio/name': 'b' },
  });
});
