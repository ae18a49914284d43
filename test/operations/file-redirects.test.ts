import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import type { Server, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createStepWorld } from './step-world.ts';
import type { StepWorld } from './step-world.ts';

const area = 'video-processing';

let world: StepWorld;
let listener: Server;
let port = 0;
let folder = '';
const callers: Socket[] = [];
beforeAll(async () => {
  world = await createStepWorld();
  folder = mkdtempSync(join(tmpdir(), 'tocsin-redirects-'));
  listener = createServer((socket) => {
    callers.push(socket);
    socket.destroy();
  });
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  const address = listener.address();
  port = typeof address === 'object' && address !== null ? address.port : 0;
});
afterAll(async () => {
  await world.close();
  await new Promise((resolve) => listener.close(resolve));
  rmSync(folder, { recursive: true, force: true });
});

const get = `kubectl get pods -n ${area} -o name`;

describe('a redirect reaches nothing outside the script', () => {
  const sockets: readonly [string, (place: string) => string, RegExp][] = [
    ['writing', (place) => `${get} > ${place}`, /no connection was opened/],
    ['appending', (place) => `${get} >> ${place}`, /no connection was opened/],
    ['errors', (place) => `kubectl get pod nobody -n ${area} 2> ${place}`, /no connection was opened/],
    ['both', (place) => `${get} &> ${place}`, /no connection was opened/],
    ['tee', (place) => `${get} | tee ${place}`, /no connection was opened/],
    ['a descriptor', (place) => `exec 3<> ${place}; echo hello >&3; cat <&3`, /no connection was opened/],
    ['reading', (place) => `cat < ${place}`, /No such file or directory/],
    ['another shell', (place) => `bash -i >& ${place} 0>&1`, /no connection was opened/],
  ];
  it.each(sockets)('%s to a socket, and says so', async (how, text, words) => {
    const place = `/dev/${how === 'appending' ? 'udp' : 'tcp'}/127.0.0.1/${port}`;
    const report = await world.run(text(place));
    expect(report.output.head).toMatch(words);
    expect(report.output.head).toContain(place);
    expect(callers).toEqual([]);
    expect(world.sent()).toEqual([]);
  });

  it('a file is there for the script alone, and whoever wrote it is told so', async () => {
    const file = join(folder, 'pods');
    const report = await world.run(`${get} > pods.txt\n${get} > /etc/pods\n${get} > ${file}\nwc -l < ${file}\nhead -1 ${file}`);
    expect(report).toMatchObject({ state: 'done', output: { head: expect.stringMatching(/^9\npod\//) } });
    expect(report.output.head).toMatch(/note: .*pods\.txt.*: files are kept only while the script runs/);
    expect(report.output.head).not.toMatch(/\/etc[, ]/);
    expect(readdirSync(folder)).toEqual([]);
    expect(await world.run(`cat ${file}`)).toMatchObject({ state: 'failed', finding: expect.stringContaining('No such file') });
  });

  it.each([
    ['a file of the host', '/etc/passwd', /passwd: No such file/],
    ['the environment', '/proc/self/environ', /environ: No such file/],
    ['the account’s token', '/var/run/secrets/kubernetes.io/serviceaccount/token', /token: No such file|is not run here/],
    ['a way out of the folder', '../../../../etc/passwd', /passwd: No such file/],
  ])('%s cannot be read: %s', async (_, path, words) => {
    const report = await world.run(`while read -r line; do echo "[$line]"; done < ${path}`);
    expect(report).toMatchObject({ state: 'failed', finding: expect.stringMatching(words) });
    expect(report.output.head).not.toContain('[');
  });

  it('nothing is written beside the runbook, the configuration or the store', async () => {
    for (const path of [`${folder}/x`, '/etc/cron.d/x', '~/.ssh/authorized_keys', '../x', 'tocsin.db'])
      await world.run(`echo owned > ${path} || true`);
    expect(readdirSync(folder)).toEqual([]);
    expect(['/etc/cron.d/x', '../x', 'tocsin.db'].filter((path) => existsSync(path))).toEqual([]);
  });

  it('a change whose output goes to a socket is the same change, and the socket stays closed', async () => {
    const plan = await world.planned(`kubectl scale deployment gpu-worker --replicas=4 -n ${area} > /dev/tcp/127.0.0.1/${port}`);
    expect(plan.operations.map(({ words }) => words)).toEqual([`scale Deployment ${area}/gpu-worker from 3 to 4 replicas`]);
    const { report } = await world.apply(plan);
    expect(report).toMatchObject({ state: 'applied', output: { head: expect.stringContaining('no connection was opened') } });
    expect(callers).toEqual([]);
    world.reset();
  });
});
