import { WebAPIHTTPError, WebAPIPlatformError, WebAPIRateLimitedError, WebAPIRequestError } from '@slack/web-api';
import { describe, expect, test } from 'vitest';
import type { FaultChange } from '../../../src/simulator/slack/faults.ts';
import { createClient, errorOf, incidents, listenAsApp, simulate, type Simulation } from './support.ts';

const thrownBy = (call: Promise<unknown>): Promise<unknown> =>
  call.then(
    () => undefined,
    (error: unknown) => error,
  );

async function postUnder(faults: FaultChange, timeoutMs = 0): Promise<{ error: unknown; stored: number } & Simulation> {
  const simulation = await simulate({ limits: 'off' });
  simulation.workspace.faults.set(faults);
  const client = createClient(simulation.listening, { timeout: timeoutMs });
  const error = await thrownBy(client.chat.postMessage({ channel: incidents, text: 'x' }));
  return { error, stored: simulation.workspace.channel('#incidents').messages().length, ...simulation };
}

describe('one call under each fault: what the client sees, and whether it happened', () => {
  test('dropBeforeApply', async () => {
    const { error, stored } = await postUnder({ dropBeforeApply: {} });
    expect(error).toBeInstanceOf(WebAPIRequestError);
    expect(stored).toBe(0);
  });

  test('dropAfterApply', async () => {
    const { error, stored } = await postUnder({ dropAfterApply: {} });
    expect(error).toBeInstanceOf(WebAPIRequestError);
    expect(stored).toBe(1);
  });

  test.each([
    ['serverErrorBeforeApply', 0],
    ['serverErrorAfterApply', 1],
  ] as const)('%s', async (name, happened) => {
    const { error, stored } = await postUnder({ [name]: { status: 502 } });
    expect(error).toBeInstanceOf(WebAPIHTTPError);
    expect(error).toMatchObject({ statusCode: 502 });
    expect(stored).toBe(happened);
  });

  test.each([
    [false, 0],
    [true, 1],
  ])('html, applied: %s', async (applied, happened) => {
    const { error, stored } = await postUnder({ html: { applied } });
    expect(error).toBeInstanceOf(WebAPIPlatformError);
    expect(JSON.stringify(error)).toContain('<html>');
    expect(stored).toBe(happened);
  });

  test('truncatedBody', async () => {
    const { error, stored } = await postUnder({ truncatedBody: {} });
    expect(error).toBeInstanceOf(TypeError);
    expect(stored).toBe(1);
  });

  test("stalledBody ends only with the client's patience", async () => {
    const { error, stored } = await postUnder({ stalledBody: {} }, 200);
    expect(error).toMatchObject({ name: 'TimeoutError' });
    expect(stored).toBe(1);
  });

  test('rateLimited with and without Retry-After', async () => {
    const given = await postUnder({ rateLimited: { retryAfterS: 7 } });
    expect(given.error).toBeInstanceOf(WebAPIRateLimitedError);
    expect(given.error).toMatchObject({ retryAfter: 7 });
    const bare = await postUnder({ rateLimited: { retryAfterS: null } });
    expect(bare.error).toBeInstanceOf(Error);
    expect(bare.error).not.toBeInstanceOf(WebAPIRateLimitedError);
    expect(given.stored + bare.stored).toBe(0);
    expect(given.workspace.stats.rateLimited('chat.postMessage')).toBe(1);
  });

  test('fatalErrorAfterApply', async () => {
    const { error, stored } = await postUnder({ fatalErrorAfterApply: {} });
    expect(error).toMatchObject({ data: { error: 'fatal_error' } });
    expect(stored).toBe(1);
  });

  test('tokenRevoked', async () => {
    const { error, stored } = await postUnder({ tokenRevoked: {} });
    expect(error).toMatchObject({ data: { error: 'token_revoked' } });
    expect(stored).toBe(0);
  });

  test('channelArchived, and everything is well once it is cleared', async () => {
    const { error, client, workspace } = await postUnder({ channelArchived: { channels: ['#incidents'] } });
    expect(error).toMatchObject({ data: { error: 'is_archived' } });
    workspace.faults.set({ channelArchived: null });
    expect(await errorOf(client.chat.postMessage({ channel: incidents, text: 'x' }))).toBe('ok');
  });

  test("latency runs on the workspace's clock", async () => {
    const { client, clock, workspace } = await simulate();
    workspace.faults.set({ latency: { ms: 5000 } });
    let answered = false;
    const call = client.auth.test().then(() => {
      answered = true;
    });
    const before = clock.now().getTime();
    await expect.poll(() => clock.advanceToNext()).toBe(true);
    expect(answered).toBe(false);
    await call;
    expect(clock.now().getTime() - before).toBe(5000);
  });
});

describe('what a fault hits', () => {
  test('named methods, the next n calls, after some, each nth', async () => {
    const { client, workspace } = await simulate({ limits: 'off' });
    const outcomes = async (count: number) => {
      const seen: string[] = [];
      for (let index = 0; index < count; index += 1) seen.push(await errorOf(client.auth.test()));
      return seen.map((error) => (error === 'ok' ? '.' : 'x')).join('');
    };
    workspace.faults.set({ fatalErrorAfterApply: { methods: ['chat.postMessage'] } });
    expect(await outcomes(2)).toBe('..');
    workspace.faults.set({ fatalErrorAfterApply: { methods: ['auth.test'], times: 2 } });
    expect(await outcomes(4)).toBe('xx..');
    expect(workspace.faults.current()).toEqual({});
    workspace.faults.set({ fatalErrorAfterApply: { skip: 2, times: 1 } });
    expect(await outcomes(4)).toBe('..x.');
    workspace.faults.set({ fatalErrorAfterApply: { every: 3 } });
    expect(await outcomes(6)).toBe('x..x..');
    workspace.faults.clear();
    expect(await outcomes(2)).toBe('..');
  });

  test('over HTTP: set, read, clear, and refused when misspelt', async () => {
    const { listening, workspace } = await simulate();
    const send = async (body: unknown) => {
      const headers = { 'content-type': 'application/json' };
      const response = await fetch(`${listening.url}/sim/faults`, { method: 'POST', headers, body: JSON.stringify(body) });
      return { status: response.status, body: await response.json() };
    };
    expect(await send({ historyLag: { ms: 5000 }, dropAfterApply: { times: 1 } })).toEqual({
      status: 200,
      body: { historyLag: { ms: 5000 }, dropAfterApply: { times: 1 } },
    });
    expect(await send({ dropAfterApply: null })).toMatchObject({ body: { historyLag: { ms: 5000 } } });
    expect(workspace.faults.current()).toEqual({ historyLag: { ms: 5000 } });
    expect(await send({ historyLagg: { ms: 1 } })).toMatchObject({ status: 400, body: { error: expect.stringContaining('historyLagg') } });
    expect(await send({ latency: {} })).toMatchObject({ status: 400 });
  });
});

describe('faults of storing and reading', () => {
  test('historyLag hides a fresh post from history and replies, and not from people', async () => {
    const { client, clock, workspace } = await simulate();
    workspace.faults.set({ historyLag: { ms: 10_000 } });
    const { ts = '' } = await client.chat.postMessage({ channel: incidents, text: 'x' });
    const read = async () => (await client.conversations.history({ channel: incidents })).messages?.length;
    expect(await read()).toBe(0);
    expect(await errorOf(client.conversations.replies({ channel: incidents, ts }))).toBe('thread_not_found');
    expect(workspace.channel('#incidents').messages()).toHaveLength(1);
    clock.advance(10_000);
    expect(await read()).toBe(1);
  });

  test('longTextSplit makes several messages and tells the first one', async () => {
    const { client, workspace } = await simulate({ limits: 'off' });
    const text = 'y'.repeat(9000);
    await client.chat.postMessage({ channel: incidents, text });
    workspace.faults.set({ longTextSplit: {} });
    const { ts } = await client.chat.postMessage({ channel: incidents, text });
    const [whole, ...parts] = workspace.channel('#incidents').messages();
    expect(whole?.text).toHaveLength(9000);
    expect(parts.map((part) => part.text.length)).toEqual([4000, 4000, 1000]);
    expect(parts[0]?.ts).toBe(ts);
  });

  test('cumulativeCap can be moved and taken off', async () => {
    const { client, workspace } = await simulate({ limits: 'off' });
    const section = { type: 'section' as const, text: { type: 'mrkdwn' as const, text: 'z'.repeat(3000) } };
    const post = (count: number) =>
      errorOf(client.chat.postMessage({ channel: incidents, text: 'x', blocks: Array.from({ length: count }, () => section) }));
    expect(await post(4)).toBe('ok');
    expect(await post(5)).toBe('msg_blocks_too_long');
    workspace.faults.set({ cumulativeCap: { enabled: true, characters: 3000 } });
    expect(await post(2)).toBe('msg_blocks_too_long');
    workspace.faults.set({ cumulativeCap: { enabled: false } });
    expect(await post(5)).toBe('ok');
  });

  test('burstDropped answers ok for a post that is nowhere', async () => {
    const { client, workspace } = await simulate({ postBurst: 1 });
    workspace.faults.set({ burstDropped: {} });
    await client.chat.postMessage({ channel: incidents, text: 'kept' });
    const swallowed = await client.chat.postMessage({ channel: incidents, text: 'lost' });
    expect(swallowed.ok).toBe(true);
    expect(workspace.channel('#incidents').find(swallowed.ts ?? '')).toBeUndefined();
    expect(workspace.stats.posts(incidents)).toEqual({ accepted: 1, mostPerSecond: 1, mostAttemptedPerSecond: 2 });
  });

  test('clockSkew moves ts, signatures and event times', async () => {
    const { client, clock, workspace } = await simulate({ signingClock: { now: () => new Date('2026-03-01T03:00:00Z') } });
    const app = await listenAsApp(workspace);
    workspace.faults.set({ clockSkew: { ms: -600_000 } });
    const { ts = '' } = await client.chat.postMessage({ channel: incidents, text: 'x' });
    const skewed = clock.now().getTime() / 1000 - 600;
    expect(Number(ts)).toBeCloseTo(skewed, 3);
    await workspace.raise({ type: 'app_mention' });
    expect(app.heard[0]?.headers['x-slack-request-timestamp']).toBe(String(skewed));
    expect(app.heard[0]?.payload['event_time']).toBe(skewed);
  });
});
