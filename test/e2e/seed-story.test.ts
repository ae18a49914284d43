import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { verifyExport } from '../../src/export/verify.ts';
import { apiToken, seedAlert, startWorld } from '../support/world.ts';
import type { World } from '../support/world.ts';

let world: World;
beforeEach(async () => {
  world = await startWorld();
});
afterEach(() => world.end());

const minuteMs = 60_000;

describe("the seed's incident", () => {
  it('goes from the alert to a verified export', async () => {
    const { slack, prometheus, clock } = world;
    const incidents = slack.channel('#incidents');
    const [ana, ben] = [slack.person('ana'), slack.person('ben')];
    prometheus.begin(new Date(clock.now().getTime() - 10 * minuteMs));

    expect(await world.notify(seedAlert)).toBe(200);
    const card = await incidents.expectMessage(/INC-1/);
    await card.expectText(/critical/i);
    await card.expectText(/Video Processing Error Budget Exhausted/);
    await card.expectText(/Users cannot process videos or get poor quality results/);
    await card.expectText(/Current error rate\D*7\.\d/i);
    await slack.channel('#oncall').expectMessage(/INC-1/);

    const brief = await card.thread.expectReply(/Internal Update/i);
    await brief.expectText(/Current error rate: 7\.\d\d? ?%/);
    await brief.expectText(/Impact: Users unable to process videos/);
    await brief.expectText(/ETA: .*not known yet/);
    await card.thread.expectReply(/Investigation.*15.*60/s);

    await ben.types('@tocsin ack', { in: incidents, thread: card });
    await card.expectText(/Acknowledged/i);
    await card.thread.expectReply(/ben.*acknowledged/i);
    await ana.types('/incident ack', { in: incidents });
    await ana.seesOnlyToThem(/ben acknowledged INC-1 already/);

    await card.button('Take IC').pressedBy(ana);
    await card.expectText(/ana/);
    await ana.types('/incident note GPU nodes are out of memory', { in: incidents });
    await card.thread.expectReply(/GPU nodes are out of memory/);
    await card.button('Update').pressedBy(ana);
    await ana.modal.expect(/update/i);

    prometheus.recover();
    clock.advance(20 * minuteMs);
    await world.notify({ ...seedAlert, status: 'resolved', endsAt: clock.now().toISOString() });
    await card.thread.expectReply(/alerts have cleared/i);
    await ana.modal.close();
    await ana.types('/incident resolve Scaled the GPU workers', { in: incidents });
    await card.expectText(/Resolved/);
    await card.thread.expectReply(/Scaled the GPU workers/);

    await ana.types('/incident export INC-1', { in: incidents });
    await ana.seesOnlyToThem(/exports\/INC-1\.json/);
    const address = new URL('/exports/INC-1.json', world.tocsin().webhookUrl);
    const response = await fetch(address, { headers: { Authorization: `Bearer ${apiToken}` } });
    expect(verifyExport(await response.text())).toMatchObject({ ok: true, incident: 'INC-1' });
    expect(world.workspace.stats.posts('#incidents').mostPerSecond).toBe(1);
  });

  it('survives a restart in the middle without a second message', async () => {
    const { slack } = world;
    const incidents = slack.channel('#incidents');
    await world.notify(seedAlert);
    const card = await incidents.expectMessage(/INC-1/);
    await world.restart();
    await card.thread.expectReply(/Internal Update/i);
    await slack.person('ana').types('/incident ack', { in: incidents });
    await card.expectText(/Acknowledged/i);
    await slack.settled();
    expect(incidents.messages().filter(({ visibleText }) => visibleText.includes('INC-1'))).toHaveLength(1);
    expect(card.thread.replies().filter(({ visibleText }) => /Internal Update/i.test(visibleText))).toHaveLength(1);
  });
});
