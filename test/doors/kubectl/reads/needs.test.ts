import { describe, expect, it } from 'vitest';
import { isProblem, parseKubectl } from '../../../../src/doors/kubectl/call.ts';
import { kubectlRegistry } from '../../../../src/doors/kubectl/registry.ts';

function read(line: string, program: 'kubectl' | 'oc' = 'kubectl') {
  const call = parseKubectl(program, line.split(' '), kubectlRegistry);
  if (isProblem(call)) throw new Error(call.text);
  const verb = kubectlRegistry.find((candidate) => candidate.name === call.verb);
  if (verb === undefined) throw new Error(call.verb);
  const needs = verb
    .needs(call)
    .map((need) => [need.verb, need.apiGroup, need.resource, need.name, need.namespace, need.for].map((part) => part ?? '-').join(' '));
  return { effect: verb.effect(call), needs };
}

describe('rights', () => {
  it('exec needs the pod, and both verbs on its exec', () => {
    expect(read('exec -n prod web-1 -- ls').needs).toEqual([
      'get  pods web-1 prod read',
      'get  pods/exec web-1 prod change',
      'create  pods/exec web-1 prod change',
    ]);
  });
  it('exec in a deployment also needs the deployment and the list of pods', () => {
    expect(read('exec deploy/web -- ls').needs.slice(0, 2)).toEqual(['get apps deployments web - read', 'list  pods - - read']);
  });
  it('logs by selector lists pods', () => {
    expect(read('logs -l app=web -n prod').needs).toEqual(['list  pods - prod read', 'get  pods/log - prod read']);
  });
});

describe('effects', () => {
  it('exec hands its words on', () => {
    expect(read('exec web-1 -it -- nvidia-smi -L').effect).toEqual({ type: 'exec', argv: ['nvidia-smi', '-L'] });
  });
  it.each(['exec -it web-1 -- bash', 'exec -it web-1 -- /bin/sh', 'describe -f x.yaml', 'cluster-info dump'])('%s stays manual', (line) => {
    expect(read(line).effect.type).toBe('manual');
  });
  it.each(['rsh web-1', 'whoami -t', 'project other'])('oc %s stays manual', (line) => {
    expect(read(line, 'oc').effect.type).toBe('manual');
  });
  it('oc rsh with a command is an exec', () => {
    expect(read('rsh web-1 df', 'oc').effect).toEqual({ type: 'exec', argv: ['df'] });
  });
});
