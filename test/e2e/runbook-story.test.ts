import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { seedAlert, startWorld } from '../support/world.ts';
import type { World } from '../support/world.ts';

let world: World;
beforeEach(async () => {
  world = await startWorld({ withCluster: true });
});
afterEach(() => world.end());

const minuteMs = 60_000;

function replicasOf(name: string): unknown {
  const deployment = world.cluster?.object('Deployment', { namespace: 'video-processing', name });
  return Reflect.get(Object(deployment?.['spec']), 'replicas');
}

async function openIncident() {
  const { slack, prometheus, clock } = world;
  prometheus.begin(new Date(clock.now().getTime() - 10 * minuteMs));
  expect(await world.notify(seedAlert)).toBe(200);
  return await slack.channel('#incidents').expectMessage(/INC-1/);
}

describe("the seed's runbook, run from the thread", () => {
  it('shows what a diagnostic finds, to everybody', async () => {
    const { slack } = world;
    const card = await openIncident();
    const ana = slack.person('ana');
    await ana.types('/incident runbook', { in: slack.channel('#incidents') });
    await ana.seesOnlyToThem(/2\. .*Initial Investigation.*reads/s);
    await ana.types('/incident run 2', { in: slack.channel('#incidents') });
    const run = await card.thread.expectReply(/#1 · 2\. Initial/);
    await run.expectText(/· done/);
    await run.expectText(/gpu_out_of_memory/);
    await card.expectText(/Initial Investigation: .*gpu_out_of_memory/);
  });

  it('mitigates after a second person approved, sees that it helped, and takes it back', async () => {
    const { slack, clock } = world;
    const card = await openIncident();
    const [ana, ben] = [slack.person('ana'), slack.person('ben')];
    const incidents = slack.channel('#incidents');
    await ana.types('/incident mitigate 8.1', { in: incidents });
    const proposal = await card.thread.expectReply(/#1 · 8\.1\. Scale up workers\* · waits for approval/);
    await proposal.expectText(/gpu-worker.*3.*10/s);
    expect(replicasOf('gpu-worker')).toBe(3);

    await proposal.button('Approve').pressedBy(ana);
    await ana.seesOnlyToThem(/your own|yourself|somebody else/i);
    expect(replicasOf('gpu-worker')).toBe(3);

    await proposal.button('Approve').pressedBy(ben);
    await proposal.expectText(/· applied/);
    expect(replicasOf('gpu-worker')).toBe(10);
    expect(replicasOf('api-gateway')).toBe(2);

    for (let minute = 0; minute < 12; minute += 1) {
      clock.advance(minuteMs);
      await slack.settled();
    }
    await proposal.expectText(/better/);

    await proposal.button('Plan undo').pressedBy(ana);
    const undo = await card.thread.expectReply(/#2 · Undo of.*waits for approval/);
    await undo.button('Approve').pressedBy(ben);
    await undo.expectText(/· applied/);
    expect(replicasOf('gpu-worker')).toBe(3);
  });
});
