import { afterAll, describe, expect, it } from 'vitest';
import { runScript } from '../../src/interpreter/run-script.ts';
import { createScriptWorkers } from '../../src/interpreter/workers.ts';
import { systemClock } from '../../src/kernel/clock.ts';
import { recordingDoor, scriptRequest } from './support.ts';

const workers = createScriptWorkers({ max: 2, keep: 2 });
afterAll(() => workers.close());

async function attack(script: string) {
  const doors = ['kubectl', 'oc', 'curl', 'wget', 'watch'].map((name) => recordingDoor(name));
  const result = await runScript(doors, scriptRequest(script, systemClock), { clock: systemClock, workers });
  return { ...result, text: result.combined.head };
}

const stoppedByLimits: readonly [string, string, RegExp][] = [
  ['fork bomb', ':(){ :|:& };:', /calls itself without an end/],
  ['endless loop', 'while true; do :; done', /loop went round too many times/],
  ['a hundred million numbers', 'seq 1 100000000 | wc -l', /loop went round too many times/],
  ['brace bomb', 'echo {1..1000000000}', /brace expansion/],
  ['doubling text', 'x=aaaaaaaa; while :; do x=$x$x; done', /memory or work/],
  ['wide format', "printf '%0900000000d' 1", /memory or work/],
  ['endless recursion', 'f(){ f; }; f', /calls itself without an end/],
  ['endless awk', "awk 'BEGIN{while(1){i++}}'", /loop went round too many times/],
  ['endless jq', "jq -n 'last(range(1e12))'", /memory or work/],
  ['endless sed', "echo a | sed ':a;s/a/aa/;ba'", /too many times|memory or work/],
];

describe('what has no end is stopped, and says why', () => {
  it.each(stoppedByLimits)('%s', async (_, script, problem) => {
    const result = await attack(script);
    expect(result).toMatchObject({ ended: 'stopped', problem: expect.stringMatching(problem) });
    expect(result.calls).toEqual([]);
  });
});

const missing: readonly [string, string, string][] = [
  [
    'node in a substitution',
    'echo "[$(node -e 1)]"',
    'node: command not found (only kubectl, oc, curl, wget, watch and text filters run here',
  ],
  ['another shell', 'bash -c "kubectl get pods"', 'bash: command not found'],
  ['python', 'python3 -c 1', 'python3: command not found'],
  ['the environment', 'env; printenv', 'env: command not found'],
  ['yes', 'yes | head -c 100000000', 'yes: command not found'],
  ['alias', "alias kubectl='rm -rf'", 'alias: command not found'],
  ['sudo', 'sudo kubectl get pods', 'sudo: command not found'],
  ['a path of the host', '/usr/bin/python3 -c 1', 'No such file'],
  ['passwords', 'cat /etc/passwd', '/etc/passwd: No such file or directory'],
  ['environment of a process', 'cat /proc/self/environ', '/proc/self/environ: No such file or directory'],
  ['sourcing', 'source /etc/profile', '/etc/profile: No such file or directory'],
  ['reading a socket', 'cat < /dev/tcp/10.0.0.1/80', '/dev/tcp/10.0.0.1/80: No such file or directory'],
  ['an unset variable', 'kubectl delete pod -l app=$APP', 'APP: unbound variable'],
];

describe('what is not there is named', () => {
  it.each(missing)('%s', async (_, script, message) => {
    const result = await attack(script);
    expect(result.stderr.head).toContain(message);
    expect(result.exitCode === 0 && result.calls.length > 0).toBe(false);
    expect(result.calls).toEqual([]);
  });

  it('shows nothing of the process that runs it', async () => {
    const { text } = await attack('export -p; set; echo "$$ $PPID $UID $HOSTNAME $HOME"; cat /proc/self/status; echo /*; echo ~');
    expect(text).toContain('HOME=/home/user');
    expect(Object.entries(process.env).length).toBeGreaterThan(0);
    for (const [name, value = ''] of Object.entries(process.env)) {
      if (/^(?:npm|VITEST|NODE)_/i.test(name)) expect(text, name).not.toContain(name);
      if (value.length > 20) expect(text, name).not.toContain(value);
    }
    expect(text).not.toContain(process.cwd());
  });

  it('keeps a file for the script alone, and says so', async () => {
    const result = await attack('echo a > /dev/tcp/10.0.0.1/80; echo b > out.txt; cat out.txt');
    expect(result.stdout.head).toBe('b\n');
    expect(result.stderr.head).toContain('out.txt: files are kept only while the script runs');
  });
});

const reaching: readonly [string, string, readonly (readonly string[])[]][] = [
  ['command', 'command kubectl get pods', [['kubectl', 'get', 'pods']]],
  ['eval', 'eval "kubectl get pods"', [['kubectl', 'get', 'pods']]],
  ['exec', 'exec kubectl get pods', [['kubectl', 'get', 'pods']]],
  [
    'xargs',
    'echo a b | xargs -n1 kubectl get',
    [
      ['kubectl', 'get', 'a'],
      ['kubectl', 'get', 'b'],
    ],
  ],
  ['xargs -I{}', 'echo a | xargs -I{} kubectl get {} -o name', [['kubectl', 'get', 'a', '-o', 'name']]],
  [
    'a pipe and a background job',
    'kubectl a | kubectl b & wait',
    [
      ['kubectl', 'a'],
      ['kubectl', 'b'],
    ],
  ],
  ['process substitution', 'cat <(kubectl get pods)', [['kubectl', 'get', 'pods']]],
  ['a here-document', 'kubectl apply -f - <<EOF\n  a: 1\nEOF', [['kubectl', 'apply', '-f', '-']]],
  ['k', 'k get pods', [['kubectl', 'get', 'pods']]],
  ['an assignment before it', 'KUBECONFIG=/x kubectl get pods', [['kubectl', 'get', 'pods']]],
  [
    'a value is never read as a command',
    `x='$(kubectl delete ns prod)'; kubectl get "$x"`,
    [['kubectl', 'get', '$(kubectl delete ns prod)']],
  ],
];

describe('every way to a program ends at its door', () => {
  it.each(reaching)('%s', async (_, script, calls) => {
    const result = await attack(script);
    expect(result.calls.map(({ argv }) => argv)).toEqual(calls);
  });

  it('a function in the place of a door reaches nothing else', async () => {
    const result = await attack('kubectl() { echo "mine: $*"; }; kubectl delete ns prod');
    expect(result).toMatchObject({ text: 'mine: delete ns prod\n', calls: [] });
  });

  it('a syntax error runs nothing', async () => {
    expect(await attack('kubectl get pods; if')).toMatchObject({ exitCode: 2, stderr: { head: expect.stringContaining('syntax error') } });
  });

  it.each(['a b', 'a*', 'a\nb', 'x\u0000'])('refuses the value %j before anything runs', async (value) => {
    const door = recordingDoor('kubectl');
    const request = scriptRequest('kubectl delete pod $POD', systemClock, { variables: { POD: value } });
    expect(await runScript([door], request, { clock: systemClock, workers })).toMatchObject({
      ended: 'stopped',
      problem: expect.stringContaining('POD'),
    });
    expect(door.calls).toEqual([]);
  });

  it.each(['IFS', 'PATH', 'BASH_ENV', 'a-b'])('refuses the variable %s', async (name) => {
    const request = scriptRequest('true', systemClock, { variables: { [name]: 'x' } });
    expect(await runScript([], request, { clock: systemClock, workers })).toMatchObject({
      ended: 'stopped',
      problem: expect.stringContaining(name),
    });
  });
});
