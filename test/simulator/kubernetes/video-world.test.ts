import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createManualClock } from '../../../src/kernel/clock.ts';
import type { ManualClock } from '../../../src/kernel/clock.ts';
import type { Access } from '../../../src/simulator/kubernetes/cluster.ts';
import { factsAt } from '../../../src/simulator/kubernetes/facts.ts';
import { nameOf } from '../../../src/simulator/kubernetes/tree.ts';
import { createVideoWorld } from '../../../src/simulator/kubernetes/video-world.ts';
import type { VideoWorld } from '../../../src/simulator/kubernetes/video-world.ts';

let world: VideoWorld;
let clock: ManualClock;
let access: Access;

beforeEach(async () => {
  clock = createManualClock(new Date('2026-05-04T10:00:00Z'));
  world = createVideoWorld({ clock, prometheusAnswer: (url) => `asked ${url}` });
  access = await world.listen();
});
afterEach(() => world.close());

async function patch(path: string, body: object, type = 'application/merge-patch+json'): Promise<number> {
  const headers = { authorization: `Bearer ${access.token}`, 'content-type': type };
  return (await fetch(access.url + path, { method: 'PATCH', headers, body: JSON.stringify(body) })).status;
}

type Ended = { stdout: string; status: string; code: number };

/** Runs a command over a WebSocket, as a client of version 5 of the protocol. */
function run(workload: string, argv: readonly string[], namespace = 'video-processing'): Promise<Ended> {
  const pod =
    world
      .objects('Pod', namespace)
      .map(nameOf)
      .find((name) => name.startsWith(workload)) ?? '';
  const query = new URLSearchParams([['stdout', 'true'], ['stderr', 'true'], ...argv.map((word): [string, string] => ['command', word])]);
  const address = `${access.url.replace('http', 'ws')}/as/${access.token}/api/v1/namespaces/${namespace}/pods/${pod}/exec?${query}`;
  const socket = new WebSocket(address, ['v5.channel.k8s.io', 'v4.channel.k8s.io']);
  socket.binaryType = 'arraybuffer';
  const text = { 1: '', 2: '', 3: '' };
  return new Promise((resolve) => {
    socket.addEventListener('message', ({ data }) => {
      const bytes = Buffer.from(data);
      const channel = bytes[0];
      if (channel === 1 || channel === 2 || channel === 3) text[channel] += bytes.subarray(1).toString('utf8');
    });
    socket.addEventListener('close', ({ code }) => resolve({ stdout: text[1], status: text[3], code }));
    // A broken connection is an error and a close; the close tells enough.
    socket.addEventListener('error', () => {});
  });
}

const deployments = '/apis/apps/v1/namespaces/video-processing/deployments';

describe('the example cluster', () => {
  it('begins calm, with too few GPU workers', () => {
    expect(world.state()).toMatchObject({ gpuWorkers: { desired: 3, ready: 3 }, uploadsPaused: false, dbMaxConnections: 20 });
    expect(world.state().pods.map(({ workload }) => workload)).toEqual(expect.arrayContaining(['nats', 'prometheus', 'api-gateway']));
  });

  it('tells what the mitigations of the runbook change, and when', async () => {
    const before = clock.now();
    expect(await patch(`${deployments}/gpu-worker/scale`, { spec: { replicas: 10 } })).toBe(200);
    expect(world.state().gpuWorkers).toMatchObject({ desired: 10, ready: 3 });
    clock.advance(30_000);
    expect(world.state().gpuWorkers.ready).toBe(10);
    expect(factsAt(world.history(), before)?.gpuWorkers.ready).toBe(3);

    const paused = { spec: { template: { metadata: { annotations: { 'pause-uploads': 'true' } } } } };
    await patch(`${deployments}/api-gateway`, paused, 'application/strategic-merge-patch+json');
    clock.advance(60_000);
    expect(world.state().uploadsPaused).toBe(true);

    await patch('/api/v1/namespaces/video-processing/configmaps/api-gateway-config', { data: { DB_MAX_CONNECTIONS: '50' } });
    expect(world.state().dbMaxConnections).toBe(20);
    const restart = { spec: { template: { metadata: { annotations: { 'kubectl.kubernetes.io/restartedAt': '2026-05-04T10:05:00Z' } } } } };
    await patch(`${deployments}/api-gateway`, restart);
    clock.advance(60_000);
    expect(world.state()).toMatchObject({ dbMaxConnections: 50, apiGateways: { restartedAt: new Date('2026-05-04T10:05:00Z') } });
  });

  it('puts the asr-worker back within the bounds of its autoscaler', async () => {
    await patch(`${deployments}/asr-worker/scale`, { spec: { replicas: 5 } });
    clock.advance(40_000);
    expect(world.state().asrWorkers.desired).toBe(4);
  });

  it('runs the commands of the runbook in its containers', async () => {
    expect(await run('nats', ['nats-server', '--version'])).toMatchObject({
      stdout: 'nats-server: v2.11.8\n',
      status: '{"metadata":{},"status":"Success"}',
      code: 1000,
    });
    expect((await run('api-gateway', ['curl', '-s', 'http://localhost:8080/health'])).stdout).toContain('"status":"ok"');
    expect((await run('gpu-worker', ['nvidia-smi'])).stdout).toContain('Tesla T4');
    expect((await run('prometheus', ['curl', '-s', 'http://localhost:9090/api/v1/query?query=up'], 'monitoring')).stdout).toBe(
      'asked /api/v1/query?query=up',
    );
    await run('api-gateway', ['curl', '-X', 'POST', 'http://localhost:8080/api/jobs/clear-stuck']);
    expect(world.state().clearedJobs.times).toBe(1);
    expect((await run('api-gateway', ['false'])).status).toContain('"reason":"NonZeroExitCode"');
    expect((await run('api-gateway', ['foo'])).status).toContain('exec: \\"foo\\": executable file not found in $PATH');
  });

  it('loses the end of a command when told so, although it ran', async () => {
    world.faults.set({ type: 'execLost', times: 1 });
    const ended = await run('job-orchestrator', ['curl', '-X', 'POST', 'http://localhost:8080/api/jobs/prioritize']);
    expect(ended).toMatchObject({ status: '', code: 1006 });
    expect(world.state().prioritized.times).toBe(1);
  });

  it('logs what the greps of the runbook look for', async () => {
    const pod =
      world
        .objects('Pod', 'video-processing')
        .map(nameOf)
        .find((name) => name.startsWith('gpu-worker')) ?? '';
    const headers = { authorization: `Bearer ${access.tokens.reader}` };
    const text = await (
      await fetch(`${access.url}/api/v1/namespaces/video-processing/pods/${pod}/log?sinceSeconds=3600`, { headers })
    ).text();
    expect(text).toMatch(/ERROR .*gpu memory/);
    expect(text).toMatch(/timeout/);
  });
});
