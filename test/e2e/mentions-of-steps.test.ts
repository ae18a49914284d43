import { beforeEach, describe, expect, it } from 'vitest';
import { startSlackChat } from './slack-chat.ts';
import type { SlackChat } from './slack-chat.ts';

let world: SlackChat;
beforeEach(async () => {
  world = await startSlackChat();
});

/** A mention of the bot in the incident's thread. */
async function says(name: string, words: string): Promise<void> {
  await world.story.person(name).types(`@tocsin ${words}`, { in: world.story.channel('#incidents'), thread: world.card });
  await world.rests();
}

const answerTo = (name: string, pattern: RegExp) => world.story.person(name).seesOnlyToThem(pattern);
const states = async () => (await world.executions()).map(({ number, step, state }) => `#${number} ${step} ${state}`);

describe('steps that are asked for by a mention in the thread', () => {
  it('run: everybody sees what it finds, once, however often the event comes', async () => {
    world.workspace.faults.set({ duplicateEvents: {} });
    await says('ben', 'run 2');
    await answerTo('ben', /Running .*2\. Initial Investigation/);
    await world.card.thread.expectReply(/#1 · 2\. Initial Investigation.*done/);
    expect(await states()).toEqual(['#1 2 done']);
    await says('chloe', 'please run 2');
    await answerTo('chloe', /I do not know "please"/);
    await says('chloe', ': run 2.1');
    expect(await states()).toEqual(['#1 2 done', '#2 2.1 done']);
  });

  it('mitigate and approve: planned by one, approved by another, applied once', async () => {
    await says('ana', 'mitigate 5');
    await answerTo('ana', /5\. Log Analysis.* changes nothing, so it needs no approval/);
    expect(await states()).toEqual([]);
    await says('ana', 'mitigate 8');
    await answerTo('ana', /Planning .*#1 · 8\. .*Nothing is changed yet/);
    const proposal = await world.card.thread.expectReply(/#1 · 8\. .*waits for approval/);

    await says('ana', 'approve 1');
    await answerTo('ana', /You asked for #1 yourself\. Somebody else has to approve it\./);
    await says('ben', 'approve 2');
    await answerTo('ben', /There is no #2 in INC-1: there is only #1\./);
    await says('ben', 'approve it');
    await answerTo('ben', /Say which one by its number, such as 3\./);
    expect([...world.chat.outside.sends.values()]).toEqual([]);

    world.workspace.faults.set({ duplicateEvents: {} });
    await says('ben', 'approve 1');
    await answerTo('ben', /You approved .*#1/);
    await proposal.expectText(/· applied/);
    expect([...world.chat.outside.sends.values()]).toEqual([1]);
    expect((await world.executions())[0]?.votes.map(({ by }) => by.name)).toEqual(['ben']);
  });

  it('deny: with its reason, and without one by a button that opens the form, as a mention opens none', async () => {
    await says('ana', 'mitigate 8');
    await says('ben', 'deny 1');
    const offer = await answerTo('ben', /This needs a few answers/);
    await offer.button('Open the form').pressedBy(world.story.person('ben'));
    await world.story.person('ben').modal.expect(/Deny a mitigation/);
    await says('chloe', 'deny 1 The autoscaler would undo it <!channel>');
    await answerTo('chloe', /You denied .*#1/);
    expect(await world.executions()).toMatchObject([{ state: 'denied', finding: expect.stringContaining('The autoscaler would undo it') }]);
    const shown = JSON.stringify(world.card.thread.replies().map(({ text, blocks }) => [text, blocks]));
    expect(shown).toContain('The autoscaler would undo it');
    expect(shown).not.toContain('<!channel>');
  });

  it('in another thread or channel are about the only incident that is open, and say which one', async () => {
    const engineering = world.story.channel('#incidents');
    await world.story.person('ben').types('@tocsin run 2', { in: engineering });
    await world.rests();
    await answerTo('ben', /Running .*2\. Initial Investigation/);
    expect(await states()).toEqual(['#1 2 done']);
  });
});
