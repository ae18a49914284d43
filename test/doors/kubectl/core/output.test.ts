import { array, assert, constantFrom, oneof, property, record, string } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { KubectlError } from '../../../../src/doors/kubectl/kubectl-error.ts';
import { createGoTemplate } from '../../../../src/doors/kubectl/output/go-template.ts';
import { goYaml, naturalOrder } from '../../../../src/doors/kubectl/output/go-yaml.ts';
import { createJsonPath } from '../../../../src/doors/kubectl/output/jsonpath.ts';
import { maskSecrets } from '../../../../src/doors/kubectl/output/secrets.ts';

const pods = {
  items: [
    {
      metadata: { name: 'a', labels: { 'app.kubernetes.io/name': 'x' } },
      spec: { containers: [{ name: 'one', ports: [80, 90] }, { name: 'two' }] },
      ready: true,
    },
    { metadata: { name: 'b' }, spec: { containers: [] }, size: 3 },
  ],
};

describe('JSONPath', () => {
  it.each([
    ['{.items[*].metadata.name}', 'a b'],
    ['{.items[0].spec.containers[*].name}', 'one two'],
    ['{.items[-1].metadata.name}', 'b'],
    ['{.items[0:1].metadata.name}', 'a'],
    ['{.items[0,1].metadata.name}', 'a b'],
    ["{.items[0].metadata.labels['app\\.kubernetes\\.io/name']}", 'x'],
    ['{range .items[*]}{.metadata.name}{"\\t"}{end}', 'a\tb\t'],
    ['{range .items[*]}{range .spec.containers[*]}{.name},{end};{end}', 'one,two,;;'],
    ['{.items[?(@.size>2)].metadata.name}', 'b'],
    ['{.items[?(@.ready)].metadata.name}', 'a'],
    ["{.items[?(@.metadata.name=='b')].size}", '3'],
    ['{..ports}', '[80,90]'],
    ['{.nope.deeper}', ''],
    ['name: {.items[0].metadata.name}', 'name: a'],
  ])('%s', (template, expected) => {
    expect(createJsonPath(template).print(pods)).toBe(expected);
  });

  it.each(['{.x', '{.items[}', '{"x', '{.items[?(@.a]}', '{#}', '{end}', '{.items[9]}', '{.items[?(@.size>"x")]}', '{nope}'])(
    '%s is an error of its own',
    (template) => {
      expect(() => createJsonPath(template).print(pods)).toThrow(KubectlError);
    },
  );

  it('ends with an answer or an error of its own for any template', () => {
    assert(
      property(string({ unit: constantFrom(...Array.from('{}[]()?@.*"\'\\:,-range end0x$ \n')) }), (template) => {
        try {
          createJsonPath(template).print(pods);
        } catch (error) {
          expect(error).toBeInstanceOf(KubectlError);
        }
      }),
    );
  });
});

describe('YAML', () => {
  it('gives back every text that went in', () => {
    const text = string({
      unit: oneof(constantFrom(...Array.from(' \n:#-\'"ysno01~{}[]&*!|>%@`\t')), string({ minLength: 1, maxLength: 1 })),
      maxLength: 120,
      // Go prints a lone dot and a lone exponent bare; the reader used here takes them for numbers without digits.
    }).filter((each) => !/^[-+]?(?:\._*|[._]*[eE][-+]?[\d_]+)$/.test(each));
    assert(
      property(record({ text, list: array(text), nested: record({ deep: text }) }), (value) => {
        expect(parse(goYaml(value), { version: '1.1' })).toEqual(value);
      }),
    );
  });

  it('orders keys as people count', () => {
    expect(['a10', 'a9', 'b', 'A', 'a-1', 'a.b', '_x'].sort(naturalOrder)).toEqual(['_x', 'A', 'a-1', 'a.b', 'a9', 'a10', 'b']);
  });
});

describe('Go templates', () => {
  it.each([
    ['{{range .items}}{{.metadata.name}} {{end}}', 'a b '],
    ['{{range $i, $p := .items}}{{$i}}={{$p.metadata.name}};{{end}}', '0=a;1=b;'],
    ['{{len .items}} {{index .items 1 "size"}} {{.nope}}', '2 3 <no value>'],
    ['{{- if and .items (not .nope) -}}  yes  {{- else}}no{{end}}', 'yes'],
    ['{{with index .items 0}}{{printf "%-5s|%3d" .metadata.name 7}}{{end}}', 'a    |  7'],
    ['{{"aGk=" | base64decode}}', 'hi'],
    ['{{printf "%2000000d|%.9999999s|%.200f" 0.5}}', `%!(NOVERB)|%!(NOVERB)|${(0.5).toFixed(100)}`],
    ['{{range $i := 3}}{{$i}}{{end}}', '012'],
  ])('%s', (template, expected) => {
    expect(createGoTemplate(template, true)(pods)).toBe(expected);
  });

  it.each(['{{.x', '{{nofunction .}}', '{{range .items}}', '{{index .items 7}}', '{{.items.name}}'])(
    '%s is an error of its own',
    (template) => {
      expect(() => createGoTemplate(template, true)(pods)).toThrow(KubectlError);
    },
  );

  it.each(['{{range 9000000000}}x{{end}}', '{{range 2000}}{{range 2000}}{{end}}{{end}}'])(
    '%s is given up before it fills the memory',
    (template) => {
      expect(() => createGoTemplate(template, true)(pods)).toThrow('the template goes round too often');
    },
  );
});

describe('secrets', () => {
  const secret = {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 's', annotations: { 'kubectl.kubernetes.io/last-applied-configuration': 'hidden' } },
    data: { a: 'hidden' },
    stringData: { b: 'hidden' },
  };
  it.each([
    ['alone', secret],
    ['in a list', { kind: 'List', items: [{ kind: 'Pod' }, secret] }],
    ['without their kind', { kind: 'SecretList', items: [{ ...secret, kind: undefined }] }],
    ['in a table', { kind: 'Table', rows: [{ cells: ['s'], object: secret }] }],
    ['in an event', { type: 'ADDED', object: secret }],
  ])('%s lose their values', (_where, value) => {
    const { value: shown, found } = maskSecrets(value);
    expect(found).toBe(true);
    expect(JSON.stringify(shown)).not.toContain('hidden');
    expect(JSON.stringify(shown)).toContain('<masked>');
  });

  it('leave everything else as it is', () => {
    const other = { kind: 'ConfigMap', data: { a: 'shown' } };
    expect(maskSecrets(other)).toEqual({ value: other, found: false });
    const reference = { kind: 'HelmRelease', spec: { valuesFrom: [{ kind: 'Secret', name: 'db' }] } };
    expect(maskSecrets(reference)).toEqual({ value: reference, found: false });
  });
});
