import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ControlPlane, Outcome } from '../support/control-plane.ts';
import { realKubernetes, startControlPlane } from '../support/control-plane.ts';
import { requireOrSkip } from '../support/require.ts';
import { maskText, splitWords } from './compare.ts';
import { shop } from './get-objects.ts';

const { name, present, how } = realKubernetes;
const program = fileURLToPath(new URL('../../../src/cli.ts', import.meta.url));
const where = { namespace: 'shop' };

const lines = [
  'get pods -n shop --no-headers -o name -l app=job',
  'get deploy,svc -n shop',
  'get deploy web -n shop -o jsonpath={.spec.replicas}',
  'get pods nope -n shop',
  'get nonsense',
  'get pods -n shop --nonsense',
  'auth can-i delete pods -n shop',
  'rollout history deployment/web -n shop',
];

requireOrSkip(
  name,
  present,
  how,
)('tocsin sh as a process, beside real kubectl', () => {
  let plane: ControlPlane;
  beforeAll(async () => {
    plane = await startControlPlane();
    await plane.apply(shop);
    const rolled = await plane.kubectl(['rollout', 'status', 'deployment/web', '-n', 'shop', '--timeout=60s']);
    expect(rolled.exitCode, rolled.stderr).toBe(0);
  });
  afterAll(() => plane.stop());

  async function sh(args: readonly string[]): Promise<Outcome> {
    const child = spawn(process.execPath, [program, 'sh', ...args], {
      // Not the project's folder, whose tocsin.yaml would count.
      cwd: tmpdir(),
      env: { PATH: process.env['PATH'] ?? '', HOME: tmpdir(), KUBECONFIG: plane.kubeconfig },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const outcome = { stdout: '', stderr: '', exitCode: -1 };
    child.stdout.setEncoding('utf8').on('data', (text: string) => void (outcome.stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => void (outcome.stderr += text));
    await once(child, 'close');
    return { ...outcome, exitCode: child.exitCode ?? -1 };
  }
  const masked = ({ stdout, stderr, exitCode }: Outcome) => ({
    stdout: maskText(stdout, where),
    stderr: maskText(stderr, where),
    exitCode,
  });

  it.each(lines)('kubectl %s', async (line) => {
    expect(masked(await sh(['-c', `kubectl ${line}`]))).toEqual(masked(await plane.kubectl(splitWords(line))));
  });

  it('changes with --allow-mutations what kubectl would, and nothing without', async () => {
    const line = 'scale deployment/web --replicas=3 -n shop';
    const replicas = async () => (await plane.kubectl(['get', 'deploy', 'web', '-n', 'shop', '-o', 'jsonpath={.spec.replicas}'])).stdout;
    const refused = await sh(['-c', `kubectl ${line}`]);
    expect(refused).toMatchObject({
      exitCode: 1,
      stdout: '',
      stderr: expect.stringMatching(/needs a plan and the approval of a second person/),
    });
    expect(await replicas()).toBe('2');
    const done = await sh(['-c', `kubectl ${line}`, '--allow-mutations']);
    expect(done).toMatchObject({ exitCode: 0, stdout: 'deployment.apps/web scaled\n' });
    expect(await replicas()).toBe('3');
  });
});
