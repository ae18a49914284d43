import { afterEach, describe, expect, it } from 'vitest';
import { acceptBlocks } from '../../src/simulator/slack/blocks/accept.ts';
import { testStart } from '../support/desk.ts';
import { deliveredIn } from './delivered.ts';
import { startDeliveryWorld } from './delivery-world.ts';
import type { DeliveryWorld } from './delivery-world.ts';

let world: DeliveryWorld;
afterEach(() => world.end());

/** So many groups at once, each its own service; every second is critical. */
async function burst(from: number, count: number): Promise<void> {
  for (let number = from; number < from + count; number += 1) {
    const service = `service-${String(number).padStart(2, '0')}`;
    const labels = {
      alertname: `Fails <!channel> ${number}`,
      service,
      severity: number % 2 === 0 ? 'critical' : 'warning',
      deployment: service,
    };
    const fingerprint = number.toString(16).padStart(16, '0');
    expect(
      await world.notify({ labels, annotations: { summary: `${service} fails` }, startsAt: testStart.toISOString(), fingerprint }),
    ).toBe(200);
  }
}

/** Lets time pass by so much again and again until it is so. */
async function until(isSo: () => Promise<boolean>, stepMs: number): Promise<void> {
  for (let step = 0; step < 400; step += 1) {
    if (await isSo()) return;
    await world.passes(stepMs, stepMs);
  }
  throw new Error('it never came to that');
}

const cardsIn = (channel: string) =>
  world.workspace
    .channel(channel)
    .messages()
    .filter(({ text }) => text.startsWith('Alert storm'));

describe('forty groups fire at once', () => {
  it('one card goes ahead of the threads, follows them, and says the end; nothing is lost, and commands work meanwhile', async () => {
    world = await startDeliveryWorld();
    await burst(1, 40);
    await until(async () => (await world.store.outbox.countRoots('incidents')) >= 39, 1);
    const threads = world.workspace.channel('#incidents').messages().length;
    await until(async () => cardsIn('#incidents').length > 0, 250);
    const [card] = cardsIn('#incidents');
    expect(card?.visibleText).toMatch(/Alert storm · \d+ incidents since 03:00 UTC/);
    expect(card?.visibleText).toMatch(/\d+ threads wait\S* about 1 minute at the present pace/);
    expect(card?.visibleText).not.toContain('<!channel>');
    expect(() => acceptBlocks(card?.blocks ?? [], 12_000)).not.toThrow();
    expect(world.workspace.channel('#incidents').messages()).toHaveLength(threads + 1);

    const ana = world.slack.person('ana');
    await ana.types('/incident ack INC-4', { in: world.slack.channel('#engineering') });
    await ana.seesOnlyToThem(/You acknowledged INC-4/);
    await world.passes(20_000);
    // A deploy in the middle of it.
    await world.restart();
    await until(async () => (await world.store.storms.latest())?.endedAt !== undefined, 2000);
    await world.rests();

    const over = cardsIn('#incidents');
    expect(over).toHaveLength(1);
    expect(over[0]?.edited).toBe(true);
    expect(over[0]?.visibleText).toMatch(/Alert storm over · 40 incidents[\s\S]*20 critical[\s\S]*20 warning[\s\S]*40 threads, all open/);
    expect(over[0]?.visibleText).toMatch(/acknowledged by <@U0ANA00000>/);
    expect(cardsIn('#oncall')).toHaveLength(1);
    const delivered = await deliveredIn(world);
    expect(new Set(delivered.map(({ key }) => key)).size).toBe(delivered.length);
    expect(delivered.filter(({ key }) => key.endsWith(':card'))).toHaveLength(40);
    expect(await world.store.outbox.counts()).toMatchObject({ due: 0, sending: 0, ambiguous: 0, dead: 0 });
    for (const channel of ['#incidents', '#oncall']) expect(world.workspace.stats.posts(channel).mostPerSecond).toBeLessThanOrEqual(1);
  });
});
