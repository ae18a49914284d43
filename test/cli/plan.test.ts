import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { UsageError } from '../../src/cli/cli-command.ts';
import { plan } from '../../src/cli/plan.ts';
import { openCliWorld, runCommand } from './terminal.ts';
import type { CliWorld, Given } from './terminal.ts';

const seed = fileURLToPath(new URL('../../runbooks/video-processing-error-budget.md', import.meta.url));

let world: CliWorld;
let own: string;
beforeAll(async () => {
  world = await openCliWorld();
  own = world.file(
    'own.md',
    [
      '# Own',
      '## Immediate Actions',
      '### Look',
      '```bash\nkubectl get pods -n <namespace>\n```',
      '### Scale',
      '```bash\nkubectl scale deployment <deployment> --replicas=4 -n video-processing\n```',
      '### Edit by hand',
      '```bash\nvim /etc/hosts\n```',
      '### Scale nothing',
      '```bash\nkubectl scale deployment nothing --replicas=4 -n video-processing\n```',
      '### Ask',
      '```promql\nup\n```',
      '### Clear',
      '```bash\nkubectl annotate deployment api-gateway cleared=yes -n video-processing\nkubectl exec -n video-processing deployment/api-gateway -- clear-jobs\n```',
      '',
    ].join('\n\n'),
  );
});
afterAll(() => world.close());

const run = (args: readonly string[], given: Given = {}) => runCommand(plan, args, { env: world.env, ...given });
const writes = () => world.cluster.requests().filter(({ method, query }) => method !== 'GET' && !query.includes('dryRun=All'));

describe('tocsin plan', () => {
  it('shows what a step would change, from what to what, what to know, how to take it back, and the digest', async () => {
    const { exitCode, stdout, stderr } = await run([`${seed}#8`]);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(stdout.replace(/[0-9a-f]{64}/, 'DIGEST')).toMatchInlineSnapshot(`
      "8. If Resource Constrained

        1. scale Deployment video-processing/gpu-worker from 3 to 10 replicas
           replicas: 3 -> 10
           can be undone: scale Deployment video-processing/gpu-worker back from 10 to 3 replicas
        2. scale Deployment video-processing/asr-worker from 2 to 5 replicas
           replicas: 2 -> 5
           can be undone: scale Deployment video-processing/asr-worker back from 5 to 2 replicas
        3. scale Deployment video-processing/api-gateway from 2 to 5 replicas
           replicas: 2 -> 5
           can be undone: scale Deployment video-processing/api-gateway back from 5 to 2 replicas

      Before it is approved:
        warning: Autoscaler asr-worker keeps Deployment asr-worker between 2 and 4 replicas and will overwrite this.
        warning: Deployment api-gateway is managed by Argo CD (video-api), which may put the old state back. Change it in Git too.

      It would print:
        deployment.apps/gpu-worker scaled (server dry run)
        deployment.apps/asr-worker scaled (server dry run)
        deployment.apps/api-gateway scaled (server dry run)

      plan DIGEST
      "
    `);
    expect(writes()).toEqual([]);
  });

  it('says what is new, and what cannot be tried out first', async () => {
    const { exitCode, stdout } = await run([`${own}#6`]);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/annotation cleared: not set -> yes\n/);
    expect(stdout).toMatch(/clear-jobs[^\n]*\n {5}cannot be tried out first: this is what is sent\n/);
  });

  it('gives the whole plan as JSON, with the same digest each time', async () => {
    const digests = new Set<string>();
    for (let time = 0; time < 2; time += 1) {
      const { exitCode, stdout } = await run([`${seed}#8.1`, '--format', 'json']);
      expect(exitCode).toBe(0);
      const read: unknown = JSON.parse(stdout);
      expect(read).toMatchObject({
        outcome: 'planned',
        number: '8.1',
        plan: { operations: [{ words: 'scale Deployment video-processing/gpu-worker from 3 to 10 replicas', undo: { type: 'possible' } }] },
      });
      digests.add(z.object({ plan: z.object({ digest: z.string().length(64) }) }).parse(read).plan.digest);
    }
    expect(digests.size).toBe(1);
  });

  it('says of a diagnostic that it only reads', async () => {
    const outcome = await run([`${own}#1`, 'namespace=video-processing']);
    expect(outcome).toMatchObject({ exitCode: 0, stderr: '' });
    expect(outcome.stdout).toMatch(/^1\. Look\n\nIt only reads, so it needs no plan\.\nIt ran: \d+ pods/);
    expect(await run([`${own}#5`])).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('It only reads') });
  });

  it('takes values for what a step leaves open, and none else', async () => {
    const planned = await run([`${own}#2`, 'deployment=asr-worker']);
    expect(planned).toMatchObject({ exitCode: 0 });
    expect(planned.stdout).toContain('scale Deployment video-processing/asr-worker from 2 to 4 replicas');
    await expect(run([`${own}#2`])).rejects.toThrow(/2 needs deployment=\.\.\. \(name of a deployment, for <deployment>\)/);
    await expect(run([`${own}#2`, 'deployment=a;b', 'x=1'])).rejects.toThrow(/no parameter "x"/);
    await expect(run([`${own}#2`, 'deployment=--server=evil'])).rejects.toThrow(UsageError);
    await expect(run([`${own}#2`, 'deployment=a$(id)'])).rejects.toThrow(/expected a name/);
    await expect(run([`${own}#2`, 'asr-worker'])).rejects.toThrow(/right form is name=value/);
  });

  it('ends with 1 when there is no plan, and says why', async () => {
    const failed = await run([`${own}#4`]);
    expect(failed).toMatchObject({ exitCode: 1, stderr: '' });
    expect(failed.stdout).toMatch(/There is no plan: .*"nothing" not found/);
    const manual = await run([`${own}#3`]);
    expect(manual).toMatchObject({ exitCode: 1 });
    expect(manual.stdout).toMatch(/people do it\.[\s\S]*By hand:\n {2}3\.1 vim \/etc\/hosts: /);
  });

  it('lets nothing from outside steer the terminal', async () => {
    const file = world.file('hostile.md', '# H\n## Immediate Actions\n### Look \u001b[2J\n```bash\necho "\u001b[31mred"\n```\n');
    const { stdout } = await run([`${file}#1`]);
    expect(stdout).not.toContain('\u001b');
    expect(stdout).toContain('red');
  });

  it('says what is wrong with the call, the file or the configuration', async () => {
    for (const args of [[], [seed], [`${seed}#0`], [`${seed}#x`], [`${seed}#8`, '--format', 'yaml']]) {
      await expect(run(args)).rejects.toThrow(UsageError);
    }
    expect(await run(['no/such.md#1'])).toMatchObject({ exitCode: 66, stdout: '' });
    const unknown = await run([`${own}#9`]);
    expect(unknown).toMatchObject({ exitCode: 66, stdout: '' });
    expect(unknown.stderr).toMatch(/there is no 9 in .*own\.md: its steps are 1 to 6/);
    expect(await run([`${own}#1`, 'namespace=x'], { env: { KUBECONFIG: 'no/such' } })).toMatchObject({ exitCode: 78 });
  });
});
