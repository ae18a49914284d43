import { describe, expect, it } from 'vitest';
import { isProblem, kubectlProgram, parseKubectl, type KubectlProblem } from '../../../../src/doors/kubectl/call.ts';
import { kubectlRegistry } from '../../../../src/doors/kubectl/registry.ts';
import type { KubectlCall, Verb } from '../../../../src/doors/kubectl/verb.ts';

const logs: Verb = {
  name: 'logs',
  aliases: ['log'],
  flags: [
    { name: 'tail', value: 'number' },
    { name: 'since', value: 'duration' },
    { name: 'follow', short: 'f', value: 'none' },
    { name: 'previous', short: 'p', value: 'none' },
    { name: 'container', short: 'c', value: 'text' },
  ],
  effect: () => ({ type: 'read' }),
  needs: () => [],
  run: async () => 0,
};
const exec: Verb = { ...logs, name: 'exec', aliases: [], flags: [{ name: 'container', short: 'c', value: 'text' }] };
const status: Verb = { ...logs, name: 'rollout status', aliases: [], flags: [] };
const registry: readonly Verb[] = [logs, exec, status, ...kubectlRegistry];

function parsed(argv: string, program: 'kubectl' | 'oc' = 'kubectl'): KubectlCall {
  const call = parseKubectl(program, argv.split(' '), registry);
  if (isProblem(call)) throw new Error(call.text);
  return call;
}

function problem(argv: string): KubectlProblem {
  const call = parseKubectl('kubectl', argv.split(' '), registry);
  if (!isProblem(call)) throw new Error(`${argv} was read as ${call.verb}`);
  return call;
}

describe('a kubectl command line', () => {
  it.each([
    'get pods -n prod',
    '-n prod get pods',
    '--namespace=prod get pods',
    'get -nprod pods',
    'get pods -n=prod',
    'get --namespace prod pods',
  ])('%s means the same namespace', (argv) => {
    expect(parsed(argv)).toMatchObject({ verb: 'get', args: ['pods'], namespace: 'prod', allNamespaces: false });
  });

  it('takes clustered and attached short flags apart', () => {
    const call = parsed('logs -fp -cweb --tail=5 --since 1h30m web-1');
    expect(call.args).toEqual(['web-1']);
    expect(Object.fromEntries(call.flags)).toEqual({
      follow: ['true'],
      previous: ['true'],
      container: ['web'],
      tail: ['5'],
      since: ['1h30m'],
    });
  });

  it.each(['exec -it web -- ls -la', 'exec web -ti -- ls -la', 'exec -i -t web -- ls -la', 'exec --stdin --tty web -- ls -la'])(
    '%s drops the terminal and keeps the input',
    (argv) => {
      const call = parsed(argv);
      expect(call).toMatchObject({ args: ['web'], after: ['ls', '-la'] });
      expect([...call.flags.keys()]).toEqual(['stdin']);
    },
  );

  it('finds verbs of two words, with flags between them', () => {
    expect(parsed('rollout -n prod status deploy/web')).toMatchObject({ verb: 'rollout status', args: ['deploy/web'], namespace: 'prod' });
    expect(parsed('log web-1').verb).toBe('logs');
  });

  it('keeps each value of a list flag', () => {
    expect(parsed('get pods -L app -L tier,rank').flags.get('label-columns')).toEqual(['app', 'tier,rank']);
  });

  it.each([
    ['get pods --bogus', "error: unknown flag: --bogus\nSee 'kubectl get --help' for usage.\n"],
    ['get pods -AZ', "error: unknown shorthand flag: 'Z' in -Z\nSee 'kubectl get --help' for usage.\n"],
    ['get -n', "error: flag needs an argument: 'n' in -n\nSee 'kubectl get --help' for usage.\n"],
    [
      'logs x --tail=abc',
      'error: invalid argument "abc" for "--tail" flag: strconv.ParseInt: parsing "abc": invalid syntax\nSee \'kubectl logs --help\' for usage.\n',
    ],
    [
      'logs x --since=5',
      'error: invalid argument "5" for "--since" flag: time: missing unit in duration "5"\nSee \'kubectl logs --help\' for usage.\n',
    ],
    ['rollout foo', 'error: unknown command "foo"\nSee \'kubectl rollout -h\' for help and examples\n'],
    ['foo', 'error: unknown command "foo" for "kubectl"\n\nDid you mean this?\n\ttop\n'],
  ])('%s fails as kubectl fails', (argv, text) => {
    expect(problem(argv)).toMatchObject({ text, exitCode: 1 });
  });

  it.each([
    '--server=http://evil get pods',
    'get pods --server http://evil',
    'get pods -s http://evil',
    'get pods --token=x',
    'get pods --as=admin',
    'get pods --as-group=system:masters',
    '--kubeconfig /tmp/x get pods',
    'get pods --context=other',
    'get pods --insecure-skip-tls-verify',
    'get pods --user=x',
    'get pods --cluster=x',
    'edit deploy/web --as=admin',
    'nosuch --token=x',
  ])('%s is refused by name', (argv) => {
    const { problem: kind, text } = problem(argv);
    expect(kind).toBe('refused');
    expect(text).toMatch(/^error: --[a-z-]+ cannot be used here/);
  });

  it.each([
    'edit deploy/web',
    'port-forward svc/web 8080:80',
    'debug node/n1 -it --image=busybox',
    'cp web-1:/x .',
    'apply -f x.yaml',
    'run tmp --rm -it --image=busybox -- sh',
    'config view',
    'cluster-info dump',
  ])('%s is recognised and stays manual', (argv) => {
    const call = parsed(argv);
    const verb = registry.find(({ name }) => name === call.verb);
    expect(verb?.effect(call)).toMatchObject({ type: 'manual', reason: expect.stringMatching(/\w/) });
  });

  it('knows what only oc has', () => {
    expect(parsed('adm must-gather', 'oc').verb).toBe('adm');
    expect(problem('rsh web-1').problem).toBe('unknown-verb');
  });

  it('reads nothing after -- as a flag', () => {
    expect(parsed('exec web -- curl --server=x -n y')).toMatchObject({ after: ['curl', '--server=x', '-n', 'y'], namespace: undefined });
  });

  it('knows its programs', () => {
    expect(['kubectl', 'k', 'oc', 'sudo'].map(kubectlProgram)).toEqual(['kubectl', 'kubectl', 'oc', undefined]);
  });
});
