import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { jsonFault } from '../../../../src/doors/kubectl/changes/json-fault.ts';
import { isLabelSelector, labelValueFaults, qualifiedNameFaults } from '../../../../src/doors/kubectl/changes/label-rules.ts';
import { asDryRun } from '../../../../src/doors/kubectl/changes/send.ts';
import { strategicDiff } from '../../../../src/doors/kubectl/changes/strategic-diff.ts';

describe("Go's words for text that is no JSON", () => {
  it.each([
    ['{bad', "invalid character 'b' looking for beginning of object key string"],
    ['{"spec":', 'unexpected end of JSON input'],
    ['{"a":1 "b":2}', "invalid character '\"' after object key:value pair"],
    ['{"a" 1}', "invalid character '1' after object key"],
    ['{"a":[1 2]}', "invalid character '2' after array element"],
    ['{"a":1}}', "invalid character '}' after top-level value"],
    ["{'a':1}", String.raw`invalid character '\'' looking for beginning of object key string`],
  ])('%s', (text, fault) => {
    expect(jsonFault(text)).toBe(fault);
  });

  it('finds no fault in any JSON', () => {
    fc.assert(fc.property(fc.json(), (text) => jsonFault(text) === undefined));
  });
});

describe('the strategic merge patch between two states', () => {
  const template = (containers: readonly object[]): never => ({ spec: { template: { spec: { containers } } } }) as never;

  it('names the containers that differ and the order of all', () => {
    const before = template([
      { name: 'main', image: 'a' },
      { name: 'side', image: 'b' },
    ]);
    const after = template([
      { name: 'main', image: 'c' },
      { name: 'side', image: 'b' },
    ]);
    expect(strategicDiff(before, after)).toEqual({
      spec: {
        template: {
          spec: { '$setElementOrder/containers': [{ name: 'main' }, { name: 'side' }], containers: [{ name: 'main', image: 'c' }] },
        },
      },
    });
  });

  it('deletes elements and fields by name', () => {
    const before = template([{ name: 'main', env: [{ name: 'A', value: '1' }], tty: true }]);
    const after = template([{ name: 'main', env: [] }]);
    expect(strategicDiff(before, after)).toEqual({
      spec: {
        template: {
          spec: {
            '$setElementOrder/containers': [{ name: 'main' }],
            containers: [{ name: 'main', '$setElementOrder/env': [], env: [{ $patch: 'delete', name: 'A' }], tty: null }],
          },
        },
      },
    });
  });

  it('is empty between equal states', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.string(), fc.jsonValue()),
        (object) => Object.keys(strategicDiff(object as never, structuredClone(object) as never)).length === 0,
      ),
    );
  });
});

describe('small rules', () => {
  it('of label values and qualified names', () => {
    expect(labelValueFaults('web-1')).toEqual([]);
    expect(labelValueFaults('a b')).toHaveLength(1);
    expect(qualifiedNameFaults('example.com/key')).toEqual([]);
    expect(qualifiedNameFaults('Bad_/key')).toHaveLength(1);
    expect(qualifiedNameFaults('a/b/c')).toHaveLength(1);
  });

  it.each([
    ['app=web,tier!=db', true],
    ['env in (a,b),!gone', true],
    ['', true],
    ['!!', false],
    ['a=b=c', false],
  ])('selector %s', (text, valid) => {
    expect(isLabelSelector(text)).toBe(valid);
  });

  it('the options of a deletion stand in its body', () => {
    expect(asDryRun({ method: 'DELETE', path: '/x', query: {}, body: { propagationPolicy: 'Background' } })).toMatchObject({
      query: {},
      body: { dryRun: ['All'] },
    });
    expect(asDryRun({ method: 'PATCH', path: '/x', query: { fieldManager: 'm' }, body: {} })).toMatchObject({
      query: { fieldManager: 'm', dryRun: 'All' },
      body: {},
    });
  });
});
