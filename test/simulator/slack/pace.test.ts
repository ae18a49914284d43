import { WebAPIRateLimitedError } from '@slack/web-api';
import { describe, expect, test } from 'vitest';
import { errorOf, incidents, simulate } from './support.ts';

async function waitOf(call: Promise<unknown>): Promise<number> {
  const error: unknown = await call.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof WebAPIRateLimitedError)) throw new Error(`expected a 429, got ${String(error)}`);
  return error.retryAfter;
}

test('a channel takes its burst at once, then one post a second, with Retry-After', async () => {
  const { client, clock, workspace } = await simulate({ postBurst: 2 });
  const post = () => client.chat.postMessage({ channel: incidents, text: 'x' });
  await post();
  await post();
  expect(await waitOf(post())).toBe(1);
  clock.advance(999);
  expect(await waitOf(post())).toBe(1);
  clock.advance(1);
  await post();
  expect(await waitOf(post())).toBe(1);
  expect(workspace.channel('#incidents').messages()).toHaveLength(3);
  expect(workspace.stats.posts('#incidents')).toEqual({ accepted: 3, mostPerSecond: 2, mostAttemptedPerSecond: 4 });
  expect(workspace.stats.rateLimited('chat.postMessage')).toBe(3);
});

test('one channel does not slow another one down', async () => {
  const { client } = await simulate({ postBurst: 1 });
  await client.chat.postMessage({ channel: incidents, text: 'x' });
  expect(await errorOf(client.chat.postMessage({ channel: 'C0ONCALL000', text: 'x' }))).toBe('ok');
});

test('posts a second apart never exceed one a second, and the counters show it', async () => {
  const { client, clock, workspace } = await simulate({ postBurst: 1 });
  for (let index = 0; index < 5; index += 1) {
    await client.chat.postMessage({ channel: incidents, text: 'x' });
    clock.advance(1000);
  }
  expect(workspace.stats.posts(incidents)).toEqual({ accepted: 5, mostPerSecond: 1, mostAttemptedPerSecond: 1 });
});

describe('tiers are per method and workspace, over a sliding minute', () => {
  test('chat.update: the fifty-first in a minute waits for the first to leave it', async () => {
    const { client, clock } = await simulate();
    const { ts = '' } = await client.chat.postMessage({ channel: incidents, text: 'x' });
    const update = () => client.chat.update({ channel: incidents, ts, text: 'y' });
    for (let index = 0; index < 50; index += 1) {
      await update();
      clock.advance(100);
    }
    expect(await waitOf(update())).toBe(55);
    // Another method has a budget of its own.
    expect(await errorOf(client.auth.test())).toBe('ok');
    clock.advance(55_000);
    expect(await errorOf(update())).toBe('ok');
  });

  test('with limits off nothing waits', async () => {
    const { client } = await simulate({ limits: 'off' });
    for (let index = 0; index < 30; index += 1) expect(await errorOf(client.users.list({}))).toBe('ok');
  });
});
