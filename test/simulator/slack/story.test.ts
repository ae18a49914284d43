import { describe, expect, test } from 'vitest';
import { slackStory } from '../../language/slack.ts';
import { incidents, simulate } from './support.ts';

describe('the test language', () => {
  test('waits for what comes later, moving the clock on while nothing happens', async () => {
    const { client, clock, story } = await simulate();
    const posting = clock.sleep(3_600_000).then(() => client.chat.postMessage({ channel: incidents, text: 'SEV1 at last' }));
    const root = await story.channel('#incidents').expectMessage(/SEV1/);
    const { ts } = await posting;
    expect(root.ts).toBe(ts);
    expect(clock.now().toISOString()).toBe('2026-03-01T04:00:00.000Z');
  });

  test('says what was there instead', async () => {
    const { client, workspace } = await simulate();
    await client.chat.postMessage({ channel: incidents, text: 'SEV2 disk full' });
    const impatient = slackStory(workspace, { ceilingMs: 50 });
    const channel = impatient.channel('#incidents');
    await expect(channel.expectMessage(/SEV1/)).rejects.toThrow(/expected \/SEV1\/ in #incidents; there was:\n.*SEV2 disk full/);
    await expect(channel.expectNoMessage(/SEV2/)).rejects.toThrow(/nothing like \/SEV2\/.*\n.*disk full/);
    const root = await channel.expectMessage(/SEV2/);
    await expect(root.thread.expectReply(/ack/)).rejects.toThrow(/there was nothing/);
    await expect(impatient.person('ana').seesOnlyToThem(/x/)).rejects.toThrow(/only to ana/);
    await expect(impatient.person('ana').modal.expect(/Declare/)).rejects.toThrow(/no modal is open/);
    await expect(root.button('Acknowledge').pressedBy(impatient.person('ana'))).rejects.toThrow(/nothing called "Acknowledge"/);
    await expect(impatient.person('ana').types('/nonsense', { in: channel })).rejects.toThrow(/is not a valid command/);
  });
});
