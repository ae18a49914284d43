import { assert, property, string } from 'fast-check';
import { parse } from 'unbash';
import { describe, expect, it } from 'vitest';
import { fillParameters, fillQuery } from '../../src/reading/fill.ts';
import { offersFor } from '../../src/reading/offers.ts';
import { readCommand } from '../../src/reading/read-command.ts';

/** The words that bash would give to the first program, with the variables in place. */
function words(text: string, values: Record<string, string>): string[] {
  const filled = fillParameters(text, values);
  if (!filled.ok) throw new Error(filled.problems.join('; '));
  const { script, variables } = filled;
  const statement = parse(script).commands[0]?.command;
  if (statement?.type !== 'Command') throw new Error(`no simple command: ${script}`);
  return [statement.name, ...statement.args].map((word) =>
    (word?.text ?? '').replace(/"?\$\{?(\w+)\}?"?/g, (_, name: string) => variables[name] ?? '?').replace(/^'([^']*)'$/, '$1'),
  );
}

const ATTACKS = [
  '--server=http://evil',
  '-oyaml',
  'a b',
  '$(x)',
  '`x`',
  'a;b',
  'a|b',
  'a&b',
  'a\nb',
  'a\tb',
  '"',
  "'",
  'a"b',
  "a'b",
  '${IFS}',
  '',
  '..',
  '../x',
  'a/../b',
  'pоd',
  'ｐod',
  'po\u200Bd',
  'po\u0301d',
  'a\u00A0b',
  '\u202Ea',
  '*',
  'a?',
  '[a]',
  'a\\',
  '>x',
  '<x',
  '{a,b}',
  '!x',
  '#x',
  '~',
  'pod\r',
  '\u0000',
  '%0a',
];

describe('values for the holes of a command', () => {
  it('go in as one word through a quoted variable', () => {
    expect(fillParameters('kubectl logs <pod> -n <namespace>', { pod: 'web-1', namespace: 'prod' })).toEqual({
      ok: true,
      script: 'kubectl logs "${tocsin_pod}" -n "${tocsin_namespace}"',
      variables: { tocsin_pod: 'web-1', tocsin_namespace: 'prod' },
    });
  });

  it.each([
    ['kubectl get pod $POD', { POD: 'web-1' }, ['kubectl', 'get', 'pod', 'web-1']],
    ['kubectl get pod "${POD}"', { POD: 'web-1' }, ['kubectl', 'get', 'pod', 'web-1']],
    ['kubectl get pod/<pod-name>', { 'pod-name': 'web-1' }, ['kubectl', 'get', 'pod/web-1']],
    ['kubectl get pods -l app=<app>', { app: 'api' }, ['kubectl', 'get', 'pods', '-l', 'app=api']],
    ['kubectl get pods -n {namespace}', { namespace: 'prod' }, ['kubectl', 'get', 'pods', '-n', 'prod']],
    ['kubectl describe node YOUR_NODE', { YOUR_NODE: 'n1' }, ['kubectl', 'describe', 'node', 'n1']],
    ['kubectl logs {{ $labels.pod }}', { pod: 'web-1' }, ['kubectl', 'logs', 'web-1']],
    ['kubectl logs web-xxxxx', { 'web-xxxxx': 'web-12345' }, ['kubectl', 'logs', 'web-12345']],
    ['kubectl logs [pod-name]', { 'pod-name': 'web-1' }, ['kubectl', 'logs', 'web-1']],
  ])('%s', (text, values: Record<string, string>, expected) => {
    expect(words(text, values)).toEqual(expected);
  });

  it('inside of quotes stay inside of them', () => {
    const script = (text: string, values: Record<string, string>) => {
      const filled = fillParameters(text, values);
      return filled.ok ? filled.script : filled.problems;
    };
    expect(script('oc get x -o jsonpath=\'{.items[?(@.name=="<id>")]}\'', { id: 'a' })).toBe(
      'oc get x -o jsonpath=\'{.items[?(@.name=="\'"${tocsin_id}"\'")]}\'',
    );
    expect(script('curl "http://p/api/v1/query?query=up{pod=\'<pod>\'}"', { pod: 'a' })).toBe(
      'curl "http://p/api/v1/query?query=up{pod=\'${tocsin_pod}\'}"',
    );
    expect(script('cat <<EOF\nname: <pod>\nEOF', { pod: 'a' })).toBe('cat <<EOF\nname: ${tocsin_pod}\nEOF');
    expect(script("cat <<'EOF'\nname: <pod>\nEOF", {})).toBe("cat <<'EOF'\nname: <pod>\nEOF");
    expect(script("echo $'a<pod>'", { pod: 'a' })).toBe("echo $'a'\"${tocsin_pod}\"$''");
    expect(script('kubectl get pod `kubectl get pods -n <ns> -o name | head -1`', { ns: 'a' })).toContain('-n "${tocsin_ns}"');
  });

  it('do not meet in one variable, however alike the names are', () => {
    expect(words('kubectl logs <pod-name> --since <pod_name>', { 'pod-name': 'web-1', pod_name: '5m' })).toEqual([
      'kubectl',
      'logs',
      'web-1',
      '--since',
      '5m',
    ]);
  });

  it('that are missing are named', () => {
    expect(fillParameters('kubectl logs <pod>', {})).toEqual({ ok: false, problems: ['pod: a value is needed'] });
    expect(fillParameters('kubectl logs <pod>', Object.create({ pod: 'inherited' }) as Record<string, string>)).toMatchObject({
      ok: false,
    });
  });

  const PLACES = [
    ['kubectl logs <pod>', 'pod'],
    ['kubectl get pods -n $NAMESPACE', 'NAMESPACE'],
    ['kubectl logs x -c <container>', 'container'],
    ['kubectl logs x --tail=<lines>', 'lines'],
    ['kubectl logs x --since <duration>', 'duration'],
    ['kubectl get pods -l app=<app>', 'app'],
    ["watch 'kubectl get pods | grep <word>'", 'word'],
    ['kubectl exec x -- sh -c "grep <word> /log"', 'word'],
    ['kubectl exec x -- /bin/sh -c "grep \'<word>\' /log"', 'word'],
    ['kubectl exec x -- bash -l -c "grep \'<word>\' /log"', 'word'],
    ['kubectl exec x -- su app -c "grep \'<word>\' /log"', 'word'],
    ['kubectl exec x -- psql -c "select 1 from t where id = \'<thing>\'"', 'thing'],
    ['kubectl exec x -- psql -c "select 1 from t where id = \'$THING\'"', 'THING'],
    ['kubectl patch crontab x --type merge -p \'{ "spec": { "image": "<thing>" } }\'', 'thing'],
    ['curl "http://p:9090/api/v1/query?query=up{job=\'<thing>\'}"', 'thing'],
    ['curl http://<address>/x', 'address'],
    ['kubectl patch deploy x -p \'{"spec":{"replicas":<count>}}\'', 'count'],
  ] as const;

  it.each(PLACES)('no attack gets into %s', (text, name) => {
    for (const attack of ATTACKS) expect(fillParameters(text, { [name]: attack }), JSON.stringify(attack)).toMatchObject({ ok: false });
  });

  it('of free text may hold signs, but nothing that splits, expands or begins a flag', () => {
    for (const attack of ['--server=http://evil', '-oyaml', 'a b', 'a\nb', '', 'pоd', 'a\u00A0b', '*']) {
      expect(fillParameters('kubectl get pods | grep <word>', { word: attack }), attack).toMatchObject({ ok: false });
    }
    expect(words('grep <word>', { word: '$(x)' })).toEqual(['grep', '$(x)']);
  });

  it('are never a second word, a flag or syntax, whatever was typed (property)', () => {
    assert(
      property(string({ unit: 'grapheme', maxLength: 20 }), (value) => {
        for (const [text, name] of PLACES) {
          const filled = fillParameters(text, { [name]: value });
          if (!filled.ok) continue;
          expect(filled.script).not.toContain(value === '' ? '<' : `"${value}"`);
          expect(value).toMatch(/^[A-Za-z0-9_/][A-Za-z0-9_.:/,-]*$/);
        }
      }),
    );
  });

  it('read and export in a block are asked for beforehand', () => {
    expect(fillParameters('read -p "Pod? " POD\nkubectl logs $POD', { POD: 'web-1' })).toEqual({
      ok: true,
      script: ':\nkubectl logs "$POD"',
      variables: { POD: 'web-1' },
    });
  });

  it('edit takes a patch, in quotes that nothing in it can close', () => {
    expect(fillParameters('oc edit flowcollector cluster', { patch: '{"a": "it\'s $(x) \\u00e9"}' })).toEqual({
      ok: true,
      script: 'oc patch --type merge -p \'{"a":"it\\u0027s $(x) \\u00e9"}\' flowcollector cluster',
      variables: {},
    });
    for (const patch of ['', '[]', '3', 'x', '--server=x', "{}'; rm"])
      expect(fillParameters('oc edit pvc x', { patch })).toMatchObject({ ok: false });
    expect(readCommand('oc edit secret x').kind).toBe('manual');
  });
});

describe('values for the holes of a query', () => {
  it('are escaped in strings', () => {
    expect(fillQuery('rate(x{ns="<namespace>", pod="$pod"}[<range>])', { namespace: 'prod', pod: 'web-1', range: '5m' })).toEqual({
      ok: true,
      promql: 'rate(x{ns="prod", pod="web-1"}[5m])',
    });
  });

  it('end no string', () => {
    for (const attack of ['a"} or vector(1)', 'a\\', '"', "'", 'a b'])
      expect(fillQuery('x{job="<thing>"}', { thing: attack })).toMatchObject({ ok: false });
  });
});

describe('what is offered', () => {
  const parameterOf = (text: string) => {
    const [parameter] = readCommand(text).parameters;
    if (parameter === undefined) throw new Error('no parameter');
    return parameter;
  };

  it('comes from the labels of all alerts, with its origin', () => {
    const alertLabels = [
      { alertname: 'A', pod: 'web-1' },
      { alertname: 'B', pod: 'web-2' },
      { alertname: 'C', pod: 'web-1' },
    ];
    expect(offersFor(parameterOf('kubectl logs <pod-name>'), { alertLabels })).toEqual([
      { value: 'web-1', origin: 'label pod of A' },
      { value: 'web-2', origin: 'label pod of B' },
    ]);
  });

  it('is the label that the placeholder names', () => {
    const alertLabels = [{ alertname: 'A', instance: 'n1.example:9100', namespace: 'prod', mountpoint: '/var' }];
    expect(offersFor(parameterOf("NODE='<value of instance label from alert>'"), { alertLabels })).toEqual([
      { value: 'n1.example', origin: 'label instance of A' },
    ]);
    expect(offersFor(parameterOf("M='<value of mountpoint label from alert>'"), { alertLabels })).toEqual([
      { value: '/var', origin: 'label mountpoint of A' },
    ]);
    expect(offersFor(parameterOf('kubectl get pods -n $NS'), { alertLabels })).toEqual([{ value: 'prod', origin: 'label namespace of A' }]);
  });

  it('holds nothing that would be refused', () => {
    for (const pod of ATTACKS) expect(offersFor(parameterOf('kubectl logs <pod>'), { alertLabels: [{ alertname: 'A', pod }] })).toEqual([]);
  });
});
