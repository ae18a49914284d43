import { afterEach, describe, expect, it } from 'vitest';
import type { Tocsin } from '../../src/bot.ts';
import { silentLog } from '../../src/kernel/log.ts';
import { startTocsin } from '../../src/main.ts';
import { openStore } from '../../src/store/open-store.ts';
import { seedAlert, startWorld, testConfig } from '../support/world.ts';
import type { World } from '../support/world.ts';
import { startDeliveryWorld } from './delivery-world.ts';
import type { DeliveryWorld } from './delivery-world.ts';
import { perform } from './incident-story.ts';

const minuteMs = 60_000;

/** What those on call were told besides the announcement, as it looks now. */
function callsIn(world: World): readonly string[] {
  const texts = world.slack
    .channel('#oncall')
    .messages()
    .map(({ visibleText }) => visibleText);
  return texts.filter((text) => /acknowledged (this|it) for/.test(text));
}

describe('an incident that nobody acknowledges', () => {
  let world: World;
  const others: Tocsin[] = [];
  afterEach(async () => {
    await Promise.all(others.splice(0).map((other) => other.stop()));
    await world.end();
  });

  /** One more process before the same store and the same Slack. */
  async function another(): Promise<Tocsin> {
    const config = testConfig({ storeUrl: world.storeUrl, slackApiUrl: world.slackApiUrl });
    const started = await startTocsin(config, { clock: world.clock, log: silentLog });
    others.push(started);
    return started;
  }

  it('is announced in #oncall at 15 and at 30 minutes, once each, though two processes look after it and one is restarted', async () => {
    world = await startWorld();
    await another();
    const { slack, clock } = world;
    const [incidents, oncall, ana] = [slack.channel('#incidents'), slack.channel('#oncall'), slack.person('ana')];
    await world.notify(seedAlert);
    const card = await incidents.expectMessage(/INC-1/);
    const announcement = await oncall.expectMessage(/INC-1/);
    await card.expectText(/on-call is told again at/);
    await slack.settled();
    expect(callsIn(world)).toEqual([]);

    clock.advance(15 * minuteMs);
    const first = await oncall.expectMessage(/Nobody has acknowledged this for 1[5-7] min/);
    await first.expectText(/Said here again at/);
    await first.expectText(/Open the thread/);
    await world.restart();
    clock.advance(15 * minuteMs);
    const last = await oncall.expectMessage(/Nobody has acknowledged this for 30 min/);
    await last.expectText(/Call 2 of 2, made at .* told so far: this channel only/);
    await last.expectText(/This was the last call/);
    await card.expectText(/on-call was told 2 more times, and is not told again/);

    await last.button('Acknowledge').pressedBy(ana);
    for (const message of [card, announcement, first, last]) await message.expectText(/Acknowledged|acknowledged by/);
    await last.expectText(/Acknowledged\*? by <@U0ANA/);
    expect(last.hasButton('Acknowledge')).toBe(false);
    clock.advance(60 * minuteMs);
    await slack.settled();
    expect(callsIn(world)).toHaveLength(2);
    expect(card.thread.replies().filter(({ visibleText }) => /for (15|30) min/.test(visibleText))).toEqual([]);

    const store = await openStore(world.storeUrl, { log: silentLog });
    const incident = await store.incidents.getByNumber(1);
    const entries = incident === undefined ? [] : await store.timeline.read(incident.id);
    expect(entries.filter(({ kind }) => kind === 'escalated')).toHaveLength(2);
    await store.close();
  });

  it('is announced at once when the process comes back after the time, and says how late that is', async () => {
    world = await startWorld();
    const { slack, clock } = world;
    await world.notify(seedAlert);
    await slack.channel('#oncall').expectMessage(/INC-1/);
    await world.tocsin().stop();
    clock.advance(20 * minuteMs);
    await world.restart();
    const call = await slack.channel('#oncall').expectMessage(/Nobody has acknowledged this for 20 min/);
    await call.expectText(/This comes 5 min late: it was due at/);
    await call.expectText(/Said here again at/);
    const metrics = await (await fetch(new URL('/metrics', world.tocsin().webhookUrl))).text();
    expect(metrics).toContain('tocsin_due_work_lateness_seconds_bucket{le="60",kind="escalate"} 0');
    expect(metrics).toContain('tocsin_due_work_lateness_seconds_bucket{le="1800",kind="escalate"} 1');
    await slack.settled();
    expect(callsIn(world)).toHaveLength(1);
  });

  it('is not announced when it was acknowledged before, nor when the ladder is empty', async () => {
    world = await startWorld();
    const { slack, clock } = world;
    await world.notify(seedAlert);
    const card = await slack.channel('#incidents').expectMessage(/INC-1/);
    clock.advance(14 * minuteMs);
    await card.button('Acknowledge').pressedBy(slack.person('ben'));
    await card.expectText(/acknowledged by|IC/i);
    clock.advance(30 * minuteMs);
    await slack.settled();
    await world.restart({ escalation: { steps: [] } });
    await world.notify({ ...seedAlert, labels: { ...seedAlert.labels, service: 'audio' }, fingerprint: 'b1b2c3d4e5f60718' });
    await slack.channel('#oncall').expectMessage(/INC-2/);
    clock.advance(60 * minuteMs);
    await slack.channel('#oncall').expectNoMessage(/acknowledged (this|it) for/);
  });
});

describe('Slack is away at the time of an announcement', () => {
  let world: DeliveryWorld;
  afterEach(() => world.end());

  it('one call is made afterwards, the latest, and it says when it was meant to be', async () => {
    world = await startDeliveryWorld();
    await perform(world, 'video', 'alert');
    await world.rests();
    await world.slackLeaves();
    await world.passes(60 * minuteMs);
    await world.slackReturns();
    await world.rests();
    const calls = callsIn(world);
    expect(calls).toHaveLength(1);
    expect(calls[0]).toMatch(/Nobody has acknowledged this for 3\d min[\s\S]*Call 2 of 2, made at/);
    expect((await world.store.outbox.counts()).dead).toBe(0);
  });

  it('nobody is called afterwards for what somebody has by then', async () => {
    world = await startDeliveryWorld();
    await perform(world, 'video', 'alert');
    await perform(world, 'audio', 'alert');
    await world.rests();
    await world.slackLeaves();
    await world.passes(17 * minuteMs);
    await perform(world, 'video', 'ack');
    await world.passes(minuteMs);
    await world.slackReturns();
    await world.passes(5 * minuteMs);
    const calls = callsIn(world);
    expect(calls).toHaveLength(1);
    expect(calls[0]).toContain('INC-2');
    expect(calls[0]).toMatch(/Nobody has acknowledged this for 1[5-7] min/);
  });
});
