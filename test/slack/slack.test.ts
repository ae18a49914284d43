import { describe, expect, it } from 'vitest';
import { toInstant } from '../../src/kernel/instant.ts';
import { eventually, startScene } from './setup.ts';

describe('Slack', () => {
  it('that is away keeps nobody from starting, and is connected to when it is back', async () => {
    const scene = await startScene({ slackIsAway: true });
    await eventually(() => scene.slack.status().problem?.includes('ECONNREFUSED'), 'the problem shows');
    const post = async () =>
      await scene.slack.sender.post({
        lane: 'incidents',
        key: 'k',
        message: { summary: 'x', blocks: [] },
        broadcast: false,
        plain: false,
        since: toInstant(scene.clock.now()),
      });
    expect(await post()).toMatchObject({ type: 'not_applied' });
    await scene.story.person('ana').types('/incident status', { in: scene.story.channel('#incidents') });
    await scene.story.person('ana').seesOnlyToThem(/heard status/);

    await scene.slackComesBack();
    scene.clock.advance(60_000);
    await eventually(() => scene.slack.status().team, 'the team is known');
    expect(scene.slack.status().problem).toBeUndefined();
    expect(await post()).toMatchObject({ type: 'sent', channel: 'C0INCIDENTS' });
  });

  it('tells who and where we are', async () => {
    const scene = await startScene();
    await eventually(() => scene.slack.status().team, 'the team is known');
    expect(scene.slack.status()).toMatchObject({ team: 'Tocsin Example' });
    expect(scene.slack.linkTo({ channel: 'C1', ts: '1.000002' })).toBe(`http://127.0.0.1:${scene.apiPort}/archives/C1/p1000002`);
    expect(await scene.slack.nameOf('U0BEN00000')).toBe('ben');
    expect(await scene.slack.nameOf('U0NOBODY00')).toBeUndefined();
  });
});
