import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { UsageError } from '../../src/cli/cli-command.ts';
import { sh } from '../../src/cli/sh.ts';
import { openCliWorld, runCommand } from './terminal.ts';
import type { CliWorld, Given } from './terminal.ts';

let world: CliWorld;
beforeAll(async () => {
  world = await openCliWorld();
});
afterAll(() => world.close());

const run = (args: readonly string[], given: Given = {}) => runCommand(sh, args, { env: world.env, ...given });
const replicas = (name: string): unknown =>
  z.object({ spec: z.object({ replicas: z.number() }) }).parse(world.cluster.object('Deployment', { namespace: 'video-processing', name }))
    .spec.replicas;

describe('tocsin sh', () => {
  it('gives output, errors and exit status apart, in the order of a terminal, and nothing else', async () => {
    const script = 'echo one; kubectl get deploy gpu-worker nope -n video-processing -o name; echo two >&2; exit 3';
    const outcome = await run(['-c', script]);
    expect(outcome).toEqual({
      exitCode: 3,
      stdout: 'one\ndeployment.apps/gpu-worker\n',
      stderr: 'Error from server (NotFound): deployments.apps "nope" not found\ntwo\n',
      all: 'one\ndeployment.apps/gpu-worker\nError from server (NotFound): deployments.apps "nope" not found\ntwo\n',
    });
  });

  it('takes the status of the last command', async () => {
    expect(await run(['-c', 'kubectl get pod nope'])).toMatchObject({ exitCode: 1, stdout: '' });
    expect(await run(['-c', 'kubectl get ns -o name | grep -c video'])).toMatchObject({ exitCode: 0, stdout: '1\n', stderr: '' });
  });

  it('takes the script from a file and from standard input', async () => {
    const file = world.file('look.sh', '# how many\nkubectl get deploy -n video-processing --no-headers | wc -l | tr -d " "\n');
    const fromFile = await run([file]);
    expect(fromFile).toMatchObject({ exitCode: 0, stderr: '' });
    expect(Number(fromFile.stdout)).toBeGreaterThan(3);
    expect(await run([], { stdin: 'echo hello\n' })).toMatchObject({ exitCode: 0, stdout: 'hello\n', stderr: '' });
    expect(await run(['-'], { stdin: 'echo hello\n' })).toMatchObject({ exitCode: 0, stdout: 'hello\n', stderr: '' });
  });

  it('means the namespace that was given, else that of the settings', async () => {
    const script = ['-c', 'kubectl get deploy gpu-worker -o name'];
    expect(await run(script)).toMatchObject({ exitCode: 1 });
    expect(await run([...script, '-n', 'video-processing'])).toMatchObject({ exitCode: 0, stdout: 'deployment.apps/gpu-worker\n' });
    const TOCSIN_CONFIG = world.file('namespace.yaml', 'kubernetes: { defaultNamespace: video-processing }\n');
    expect(await run(script, { env: { ...world.env, TOCSIN_CONFIG } })).toMatchObject({ exitCode: 0 });
    expect(await run([...script, '--namespace=default'], { env: { ...world.env, TOCSIN_CONFIG } })).toMatchObject({ exitCode: 1 });
  });

  it('finds the kubeconfig at home when none is named, and does without a cluster when there is none', async () => {
    const { KUBECONFIG: _, ...env } = world.env;
    const outcome = await run(['-c', 'kubectl get ns; echo still'], { env: { ...env, HOME: world.file('home', '') } });
    expect(outcome).toMatchObject({ exitCode: 0, stdout: 'still\n' });
    expect(outcome.stderr).toMatch(/cluster/);
  });

  it('asks the configured Prometheus, by its own name and by those of the settings', async () => {
    for (const origin of [world.prometheusUrl, 'http://prometheus:9090']) {
      const outcome = await run(['-c', `curl -s '${origin}/api/v1/query?query=vector(7)' | jq -r '.data.result[0].value[1]'`]);
      expect(outcome).toMatchObject({ exitCode: 0, stdout: '7\n', stderr: '' });
    }
  });

  it('refuses changes, and does them at once with --allow-mutations, saying so', async () => {
    const args = ['-c', 'kubectl scale deploy/job-orchestrator --replicas=4 -n video-processing'];
    const before = replicas('job-orchestrator');
    const refused = await run(args);
    expect(refused).toMatchObject({ exitCode: 1, stdout: '' });
    expect(refused.stderr).toMatch(/^error: .*needs a plan and the approval of a second person/);
    expect(replicas('job-orchestrator')).toBe(before);

    const done = await run([...args, '--allow-mutations']);
    expect(done).toMatchObject({ exitCode: 0, stdout: 'deployment.apps/job-orchestrator scaled\n' });
    expect(done.stderr).toMatch(
      /^tocsin sh: changes are carried out at once, with your own rights of http:\/\/127\.0\.0\.1:\d+; nobody approves/,
    );
    expect(replicas('job-orchestrator')).toBe(4);
  });

  it('masks secrets in either mode', async () => {
    world.cluster.apply({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'keys', namespace: 'default' },
      data: { token: Buffer.from('s3cr3t-value').toString('base64') },
    });
    const script = 'kubectl get secret keys -o yaml; echo "password=correct-horse-battery"; echo AKIAIOSFODNN7EXAMPLE >&2';
    for (const args of [[], ['--allow-mutations']]) {
      const outcome = await run(['-c', script, ...args]);
      expect(outcome.all).not.toMatch(/czNjcjN0|s3cr3t|correct-horse|AKIAIOSFODNN7EXAMPLE/);
      expect(outcome).toMatchObject({ exitCode: 0 });
    }
  });

  it('reaches no file, program or environment of this machine', async () => {
    const own = world.file('own.txt', 'mine');
    const outcome = await run(['-c', `cat ${own}; node -e 1; echo "[\${KUBECONFIG:-none}]"`]);
    expect(outcome.stdout).toBe('[none]\n');
    expect(outcome.stderr).toMatch(/No such file[\s\S]*node: command not found/);
  });

  it('ends with 130 at an interruption', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const running = run(['-c', 'echo begun; sleep 100'], { interrupted: promise });
    resolve();
    expect(await running).toMatchObject({ exitCode: 130 });
  });

  it('says what is wrong with the call, the file or the configuration', async () => {
    await expect(run(['-c', 'true', 'file'])).rejects.toThrow(UsageError);
    await expect(run(['a', 'b'])).rejects.toThrow(UsageError);
    await expect(run(['--nope'])).rejects.toThrow(UsageError);
    await expect(run([], { stdin: Object.assign(Readable.from([]), { isTTY: true }) })).rejects.toThrow(/give a script/);
    const missing = await run([world.file('there', '').replace(/there$/, 'not-there')]);
    expect(missing).toMatchObject({ exitCode: 66, stdout: '' });
    expect(missing.stderr).toMatch(/^tocsin sh: .*not-there/);
  });

  it.each([
    ['KUBECONFIG', { KUBECONFIG: 'no/such/config' }, /^tocsin sh: KUBECONFIG names no\/such\/config, and no such file/],
    ['PROMETHEUS_URL', { PROMETHEUS_URL: 'prometheus:9090' }, /^tocsin sh: PROMETHEUS_URL is not an http\(s\) address/],
    ['TOCSIN_CONFIG', { TOCSIN_CONFIG: 'no/such.yaml' }, /^tocsin sh: .*no such file/],
  ])('ends with 78 when %s is wrong', async (_, wrong, said) => {
    const outcome = await run(['-c', 'true'], { env: { ...world.env, ...wrong } });
    expect(outcome).toMatchObject({ exitCode: 78, stdout: '' });
    expect(outcome.stderr).toMatch(said);
  });

  it('ends with 78 when the context is unknown, and names those there are', async () => {
    const outcome = await run(['-c', 'true', '--context', 'prod']);
    expect(outcome).toMatchObject({ exitCode: 78, stdout: '' });
    expect(outcome.stderr).toMatch(/has no context "prod": it has simulated/);
    expect(await run(['-c', 'kubectl get ns default -o name', '--context', 'simulated'])).toMatchObject({ stdout: 'namespace/default\n' });
  });
});
