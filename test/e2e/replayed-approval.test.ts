import { beforeEach, describe, expect, it } from 'vitest';
import type { Delivery } from '../../src/simulator/slack/workspace-types.ts';
import { guest } from '../executions/world.ts';
import type { MessageStory } from '../language/slack.ts';
import { changedInteraction, latest, sendSigned } from './signed-requests.ts';
import { startSlackChat } from './slack-chat.ts';
import type { SlackChat } from './slack-chat.ts';

const minuteMs = 60_000;
/** After this time the way in has forgotten a request; the incident itself has not. */
const forgottenMs = 61 * minuteMs;
const [ben, chloe] = [
  { id: 'U0BEN00000', name: 'ben' },
  { id: 'U0CHLOE000', name: 'chloe' },
];

let world: SlackChat;
let proposal: MessageStory;

async function propose(quorum: number): Promise<void> {
  world = await startSlackChat({ quorum });
  await world.story.person('ana').types('/incident mitigate 8', { in: world.story.channel('#incidents') });
  await world.rests();
  proposal = await world.card.thread.expectReply(/#1 · 8\. .*waits for approval/);
}

async function pressed(by: string): Promise<Delivery> {
  await proposal.button('Approve').pressedBy(world.story.person(by));
  await world.rests();
  return latest(world, 'block_actions');
}

/** The same click as if somebody else had made it, signed as Slack signs. */
function asIfBy(delivery: Delivery, user: { id: string; name: string }): Delivery {
  return changedInteraction(delivery, (payload) => ({
    ...payload,
    // It belongs to whoever clicked.
    response_url: undefined,
    user: { id: user.id, username: user.name, name: user.name },
  }));
}

let signatures = 0;

/** Signed anew: each time another second, hence another signature. */
async function sent(delivery: Delivery): Promise<void> {
  signatures += 1;
  expect(await sendSigned(world, delivery, { aheadMs: signatures * 1000 })).toBe(200);
  await world.rests();
}

const sends = () => [...world.chat.outside.sends.values()];
const told = (name: string) =>
  world.workspace
    .channel('#incidents')
    .ephemeralsFor(name)
    .map(({ visibleText }) => visibleText);
const lastTold = (name: string) => told(name).at(-1) ?? '';

/** As a process that has just begun: the signature and the click are new to it. */
function forgets(): void {
  world.clock.advance(forgottenMs);
}

describe('an approval that comes again', () => {
  describe('after it was applied', () => {
    beforeEach(() => propose(1));

    it('does nothing, whether byte for byte, signed anew, or before a process that has forgotten it', async () => {
      const click = await pressed('ben');
      expect((await world.executions())[0]).toMatchObject({ state: 'applied' });
      const kinds = await world.kinds();
      const before = told('ben').length;
      expect((await world.workspace.replay(click)).status).toBe(200);
      await sent(click);
      expect(told('ben')).toHaveLength(before);
      forgets();
      await sent(click);
      expect(lastTold('ben')).toMatch(/#1 .*applied/);
      expect(lastTold('ben')).not.toContain('being applied');
      const [execution, ...more] = await world.executions();
      expect([execution?.state, execution?.votes.length, more]).toEqual(['applied', 1, []]);
      expect(await world.kinds()).toEqual(kinds);
      expect(sends()).toEqual([1]);
    });

    it('counts for nobody else whose id is put into it', async () => {
      const click = await pressed('ben');
      for (const user of [chloe, { id: 'U0ANA00000', name: 'ana' }, guest]) await sent(asIfBy(click, user));
      expect(lastTold('chloe')).toContain('#1 takes no votes: it was applied already.');
      expect(lastTold('ana')).toContain('#1 takes no votes: it was applied already.');
      expect((await world.executions())[0]?.votes.map(({ by }) => by.id)).toEqual([ben.id]);
      expect(sends()).toEqual([1]);
    });
  });

  describe('before enough people stand behind it', () => {
    beforeEach(() => propose(2));

    it('counts once, and with the requester’s, a guest’s or no one’s id inside not at all', async () => {
      const click = await pressed('ben');
      expect(lastTold('ben')).toContain('1 of 2 approvals are there');
      await sent(click);
      await sent(asIfBy(click, { id: 'U0ANA00000', name: 'ana' }));
      expect(lastTold('ana')).toContain('You asked for #1 yourself.');
      await sent(asIfBy(click, guest));
      await sent(asIfBy(click, ben));
      const [execution] = await world.executions();
      expect([execution?.state, execution?.votes.map(({ by }) => by.id)]).toEqual(['proposed', [ben.id]]);
      expect(sends()).toEqual([]);
    });

    it('is refused with a signature that is not Slack’s, whoever is inside', async () => {
      const click = await pressed('ben');
      expect(await sendSigned(world, asIfBy(click, chloe), { secret: 'a-secret-made-up' })).toBe(401);
      expect(await sendSigned(world, asIfBy(click, chloe), { aheadMs: -6 * minuteMs })).toBe(401);
      expect((await world.executions())[0]?.votes).toHaveLength(1);
    });

    it('does nothing after it was denied, and says so', async () => {
      const click = await pressed('ben');
      await world.story.person('chloe').types('/incident deny 1 The autoscaler would undo it', { in: world.story.channel('#incidents') });
      const kinds = await world.kinds();
      await sent(click);
      await sent(asIfBy(click, { id: 'U0DMITRI00', name: 'dmitri' }));
      expect(lastTold('dmitri')).toContain('#1 takes no votes: it was denied');
      forgets();
      await sent(click);
      expect(lastTold('ben')).toMatch(/#1 .*denied/);
      expect(lastTold('ben')).not.toContain('being applied');
      expect((await world.executions())[0]).toMatchObject({ state: 'denied' });
      expect([await world.kinds(), sends()]).toEqual([kinds, []]);
    });

    it('does nothing after it expired, and says so', async () => {
      const click = await pressed('ben');
      world.chat.clock.advance(16 * minuteMs);
      await sent(click);
      await sent(asIfBy(click, chloe));
      expect(lastTold('chloe')).toContain('#1 has expired. Ask for a new plan.');
      forgets();
      await sent(click);
      expect(lastTold('ben')).toContain('1 of 2 approvals are there');
      expect(lastTold('ben')).not.toContain('being applied');
      expect((await world.executions())[0]?.votes.map(({ by }) => by.id)).toEqual([ben.id]);
      expect(sends()).toEqual([]);
    });

    it('does not carry over to the next plan of the same step', async () => {
      const click = await pressed('ben');
      await world.story.person('ana').types('/incident cancel 1', { in: world.story.channel('#incidents') });
      await world.rests();
      await world.story.person('ana').types('/incident mitigate 8', { in: world.story.channel('#incidents') });
      await world.rests();
      const next = changedInteraction(asIfBy(click, chloe), (payload) => ({
        ...payload,
        actions: JSON.parse(JSON.stringify(payload['actions']).replace('run:approve:1:1.', 'run:approve:1:2.')),
      }));
      await sent(next);
      expect(lastTold('chloe')).toContain('#2 is not the plan that you looked at any more.');
      const [, second] = await world.executions();
      expect([second?.state, second?.votes]).toEqual(['proposed', []]);
    });
  });
});
