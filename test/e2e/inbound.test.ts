import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openStore } from '../../src/store/open-store.ts';
import type { EntryKind } from '../../src/timeline/entry.ts';
import type { MessageStory } from '../language/slack.ts';
import { startDeliveryWorld } from './delivery-world.ts';
import type { DeliveryWorld } from './delivery-world.ts';
import { incidentOf, perform } from './incident-story.ts';
import { changedCommand, changedInteraction, latest, sendSigned } from './signed-requests.ts';
import { behind, createGate } from './slow-store.ts';
import type { Gate } from './slow-store.ts';

const minuteMs = 60_000;
let world: DeliveryWorld;
let gate: Gate;
let card: MessageStory;

beforeEach(async () => {
  gate = createGate();
  world = await startDeliveryWorld({
    host: () => ({ openStore: async (url, deps) => behind(gate, await openStore(url, deps)) }),
    workspace: { events: ['app_mention', 'message.channels'] },
  });
  await perform(world, 'video', 'alert');
  await world.rests();
  card = await world.slack.channel('#incidents').expectMessage(/INC-1/);
});
afterEach(async () => {
  gate.open();
  await world.end();
});

const incidents = () => world.slack.channel('#incidents');
const engineering = () => world.slack.channel('#engineering');

async function entries(kind: EntryKind) {
  await world.rests();
  const { id } = await incidentOf(world, 'video');
  return (await world.store.timeline.read(id)).filter((entry) => entry.kind === kind);
}

async function threadHas(pattern: RegExp): Promise<number> {
  await world.rests();
  return card.thread.replies().filter(({ visibleText }) => pattern.test(visibleText)).length;
}

describe('a request that comes again', () => {
  it('with the same signature is answered and does nothing', async () => {
    const ana = world.slack.person('ana');
    await ana.types('/incident note GPU nodes are full', { in: engineering() });
    await card.button('Acknowledge').pressedBy(ana);
    await card.button('Update').pressedBy(ana);
    await ana.modal.expect(/Post an update/);
    await ana.modal.fill({ text: 'A bad deploy' }).submit();
    for (const name of ['/incident', 'block_actions', 'view_submission']) {
      expect((await world.workspace.replay(latest(world, name))).status).toBe(200);
    }
    expect(await entries('note')).toHaveLength(1);
    expect(await entries('acknowledged')).toHaveLength(1);
    expect(await entries('update')).toHaveLength(1);
    expect(await threadHas(/GPU nodes are full/)).toBe(1);
    expect(await threadHas(/A bad deploy/)).toBe(1);
  });

  it('with a new signature does nothing either, also after a restart', async () => {
    const ana = world.slack.person('ana');
    await ana.types('/incident note GPU nodes are full', { in: engineering() });
    await card.button('Update').pressedBy(ana);
    await ana.modal.expect(/Post an update/);
    await ana.modal.fill({ text: 'A bad deploy' }).submit();
    await world.rests();
    const again = [latest(world, '/incident'), latest(world, 'view_submission')];
    for (const request of again) expect(await sendSigned(world, request)).toBe(200);
    await world.restart();
    const { slackUrl: url = '' } = world.tocsin();
    for (const request of again) expect(await sendSigned(world, { ...request, url })).toBe(200);
    expect(await entries('note')).toHaveLength(1);
    expect(await entries('update')).toHaveLength(1);
  });

  it('as an event, twice, late or out of order, is taken once', async () => {
    const ben = world.slack.person('ben');
    world.workspace.faults.set({ duplicateEvents: {} });
    await ben.types('@tocsin note one', { in: incidents(), thread: card });
    world.workspace.faults.set({ reorderEvents: { methods: ['app_mention'], times: 1 } });
    await ben.types('@tocsin note two', { in: incidents(), thread: card });
    await ben.types('@tocsin note three', { in: incidents(), thread: card });
    world.workspace.faults.set({ lateEvents: { methods: ['app_mention'], ms: 90 * minuteMs } });
    await ben.types('@tocsin note four', { in: incidents(), thread: card });
    await world.passes(91 * minuteMs, minuteMs);
    const notes = await entries('note');
    const texts = notes.map(({ parts }) => (parts.text !== undefined && 'value' in parts.text ? parts.text.value : undefined));
    expect(texts).toHaveLength(4);
    expect(new Set(texts)).toEqual(new Set(['one', 'two', 'three', 'four']));
    const mention = latest(world, 'app_mention');
    expect(await sendSigned(world, mention)).toBe(200);
    expect(await entries('note')).toHaveLength(4);
  });

  it('typed again by a person who saw it fail is told what stands already', async () => {
    const ana = world.slack.person('ana');
    await ana.types('/incident ack', { in: engineering() });
    await ana.types('/incident ack', { in: engineering() });
    await ana.seesOnlyToThem(/You acknowledged INC-1 already/);
    await ana.types('/incident resolve Rolled back', { in: engineering() });
    await ana.types('/incident resolve INC-1 Rolled back', { in: engineering() });
    expect(await entries('acknowledged')).toHaveLength(1);
    expect(await entries('resolved')).toHaveLength(1);
    expect(await threadHas(/Rolled back/)).toBe(1);
  });
});

describe('two people who press the same button at once', () => {
  it('one of them acknowledges, the other is told who did', async () => {
    const [ana, ben] = [world.slack.person('ana'), world.slack.person('ben')];
    await Promise.all([card.button('Acknowledge').pressedBy(ana), card.button('Acknowledge').pressedBy(ben)]);
    const [entry, ...more] = await entries('acknowledged');
    expect(more).toEqual([]);
    const winner = JSON.stringify(entry?.parts.actor).includes(ana.id) ? ana : ben;
    await (winner === ana ? ben : ana).seesOnlyToThem(/acknowledged INC-1 already/);
    expect(await threadHas(/acknowledged and is on it/)).toBe(1);
  });
});

describe('a request that is not for us', () => {
  it.each([
    ['a time far ahead', { aheadMs: 6 * minuteMs }],
    ['a time long ago', { aheadMs: -6 * minuteMs }],
    ['the wrong secret', { secret: 'another-secret' }],
  ])('with %s is refused', async (_, how) => {
    await world.slack.person('ana').types('/incident help', { in: engineering() });
    const forged = changedCommand(latest(world, '/incident'), { text: 'ack INC-1', trigger_id: '1.2.new' });
    expect(await sendSigned(world, forged, how)).toBe(401);
    expect(await entries('acknowledged')).toEqual([]);
    expect(await sendSigned(world, forged, { aheadMs: 4 * minuteMs })).toBe(200);
    expect(await entries('acknowledged')).toHaveLength(1);
  });

  it('of another workspace, well signed, does nothing', async () => {
    await world.slack.person('ana').types('/incident help', { in: engineering() });
    const command = changedCommand(latest(world, '/incident'), { text: 'ack INC-1', trigger_id: '1.2.new', team_id: 'T0ANOTHER00' });
    expect(await sendSigned(world, command)).toBe(200);
    await card.button('Take IC').pressedBy(world.slack.person('ana'));
    await world.rests();
    const press = changedInteraction(latest(world, 'block_actions'), (payload) => ({
      ...payload,
      team: { id: 'T0ANOTHER00', domain: 'another' },
      user: { id: 'U0BEN00000', username: 'ben', name: 'ben' },
    }));
    expect(await sendSigned(world, press)).toBe(200);
    expect(await entries('acknowledged')).toEqual([]);
    expect(await entries('role_assigned')).toHaveLength(1);
  });

  it('with a button that means nothing to us is acknowledged and left at that', async () => {
    await card.button('Take IC').pressedBy(world.slack.person('ana'));
    await world.rests();
    const { version } = await incidentOf(world, 'video');
    for (const action_id of ['', 'somebody-elses-button', '%00', '{"type":"run"}']) {
      const press = changedInteraction(latest(world, 'block_actions'), (payload) => ({
        ...payload,
        actions: [{ type: 'button', action_id, block_id: 'x', action_ts: '1.000001' }],
      }));
      expect(await sendSigned(world, press)).toBe(200);
    }
    await world.passes(2000);
    expect((await incidentOf(world, 'video')).version).toBe(version);
  });
});

describe('while the store does not answer', () => {
  /** What is asked of the store hangs; two of the bot's seconds later everybody has an answer of some kind. */
  async function whileStuck<T>(act: () => Promise<T>): Promise<T> {
    gate.close();
    const before = gate.waiting();
    const acted = act();
    await world.slack.until(
      () => (gate.waiting() > before && world.workspace.inFlight() > 0 ? true : undefined),
      () => 'the store was not asked',
    );
    world.clock.advance(2000);
    return await acted;
  }

  it('a command is acknowledged in time, and answered when it does', async () => {
    const ana = world.slack.person('ana');
    await whileStuck(() => ana.types('/incident ack INC-1', { in: engineering() }));
    await ana.seesOnlyToThem(/Working on it/);
    gate.open();
    await ana.seesOnlyToThem(/You acknowledged INC-1/);
    expect(await entries('acknowledged')).toHaveLength(1);
  });

  it('a button is acknowledged in time, and does its work when it can', async () => {
    const ana = world.slack.person('ana');
    await whileStuck(() => card.button('Acknowledge').pressedBy(ana));
    gate.open();
    await ana.seesOnlyToThem(/You acknowledged INC-1/);
    expect(await entries('acknowledged')).toHaveLength(1);
  });

  it('a form is acknowledged in time, and says later what came of it', async () => {
    const ana = world.slack.person('ana');
    await card.button('Update').pressedBy(ana);
    await ana.modal.expect(/Post an update/);
    await whileStuck(() => ana.modal.fill({ text: 'A bad deploy' }).submit());
    await ana.modal.expect(/Working on it/);
    gate.open();
    await ana.modal.expect(/Your update is out/);
    expect(await entries('update')).toHaveLength(1);
  });

  it('a mention is answered in time, comes again where it was not done, and is done once', async () => {
    const ben = world.slack.person('ben');
    await whileStuck(() => ben.types('@tocsin note GPU nodes are full', { in: incidents(), thread: card }));
    const first = latest(world, 'app_mention');
    expect(first.status).toBeDefined();
    gate.open();
    await world.passes(6 * minuteMs, 5000);
    await ben.seesOnlyToThem(/note/i);
    expect(await entries('note')).toHaveLength(1);
  });
});
