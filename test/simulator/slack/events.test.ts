import { describe, expect, test } from 'vitest';
import { signatureOf } from '../../../src/simulator/slack/wire/sign.ts';
import { listenAsApp, simulate, type Heard } from './support.ts';

const kinds = (heard: readonly Heard[]) =>
  heard.map((item) => [item.headers['x-slack-retry-num'] ?? 'first', item.headers['x-slack-retry-reason'] ?? '']);
const names = (heard: readonly Heard[]) => heard.map((item) => (item.payload['event'] as { text?: string }).text);

test("a mention arrives signed, with Slack's headers and a bare content type", async () => {
  const { workspace } = await simulate();
  const app = await listenAsApp(workspace);
  await workspace.person('ana').types('#incidents', 'hello @tocsin');
  const [heard] = app.heard;
  if (heard === undefined) throw new Error('nothing arrived');
  expect(heard.headers['content-type']).toBe('application/json');
  const timestamp = String(heard.headers['x-slack-request-timestamp']);
  expect(heard.headers['x-slack-signature']).toBe(signatureOf('simulated-signing-secret', timestamp, heard.body));
  expect(heard.payload).toMatchObject({
    type: 'event_callback',
    team_id: 'T0TOCSIN00',
    api_app_id: 'A0TOCSIN00',
    event: { type: 'app_mention', user: 'U0ANA00000', text: 'hello <@U0TOCSIN00>', channel: 'C0INCIDENTS' },
    authorizations: [{ user_id: 'U0TOCSIN00', is_bot: true }],
  });
  expect(heard.payload['event_id']).toMatch(/^Ev/);
});

test('only what the app subscribed to, and only where it is a member', async () => {
  const { workspace } = await simulate({}, { events: ['app_mention', 'message.channels'] });
  const app = await listenAsApp(workspace);
  await workspace.person('ana').types('#incidents', 'nothing for anybody');
  await workspace.person('ana').types('#engineering', 'hello @tocsin');
  await workspace.person('ana').types('#incidents', 'hello @tocsin');
  const types = app.heard.map((item) => (item.payload['event'] as { type: string }).type);
  expect(types.toSorted()).toEqual(['app_mention', 'message', 'message']);
  workspace.channel('#incidents').archive();
  expect(app.heard).toHaveLength(3);
});

describe('retries', () => {
  test('at once, after one minute and after five, with both headers and the same event_id', async () => {
    const { workspace, story } = await simulate();
    const app = await listenAsApp(workspace, (_, response) => response.writeHead(500).end());
    const raised = workspace.raise({ type: 'app_mention', text: 'x' });
    await expect.poll(() => app.heard.length).toBe(2);
    await story.passes(59_000);
    expect(app.heard).toHaveLength(2);
    await story.passes(2000);
    expect(app.heard).toHaveLength(3);
    await story.passes(300_000);
    await raised;
    expect(kinds(app.heard)).toEqual([
      ['first', ''],
      ['1', 'http_error'],
      ['2', 'http_error'],
      ['3', 'http_error'],
    ]);
    expect(new Set(app.heard.map((item) => item.payload['event_id'])).size).toBe(1);
  });

  test('x-slack-no-retry ends them, and so does a success', async () => {
    const { workspace } = await simulate();
    const app = await listenAsApp(workspace, (_, response) => response.writeHead(500, { 'x-slack-no-retry': '1' }).end());
    await workspace.raise({ type: 'app_mention' });
    expect(app.heard).toHaveLength(1);
    app.answerWith((heard, response) => response.writeHead(heard.headers['x-slack-retry-num'] === '1' ? 200 : 503).end());
    await workspace.raise({ type: 'app_mention' });
    expect(kinds(app.heard.slice(1))).toEqual([
      ['first', ''],
      ['1', 'http_error'],
    ]);
  });

  test('silence and a refused connection have reasons of their own', async () => {
    const { workspace } = await simulate({ ackDeadlineMs: 100, eventRetryDelaysMs: [0] });
    const app = await listenAsApp(workspace, () => {});
    await workspace.raise({ type: 'app_mention' });
    expect(kinds(app.heard)[1]).toEqual(['1', 'http_timeout']);
  });
});

describe('events under faults', () => {
  test('twice', async () => {
    const { workspace } = await simulate();
    const app = await listenAsApp(workspace);
    workspace.faults.set({ duplicateEvents: { methods: ['app_mention'] } });
    await workspace.raise({ type: 'app_mention' });
    expect(app.heard).toHaveLength(2);
    expect(app.heard[0]?.body).toBe(app.heard[1]?.body);
  });

  test('out of order', async () => {
    const { workspace } = await simulate();
    const app = await listenAsApp(workspace);
    workspace.faults.set({ reorderEvents: { times: 1 } });
    await workspace.raise({ type: 'app_mention', text: 'first' });
    expect(app.heard).toEqual([]);
    await workspace.raise({ type: 'app_mention', text: 'second' });
    expect(names(app.heard)).toEqual(['second', 'first']);
  });

  test('hours late', async () => {
    const { workspace, clock } = await simulate();
    const app = await listenAsApp(workspace);
    workspace.faults.set({ lateEvents: { ms: 7_200_000 } });
    const raised = workspace.raise({ type: 'app_mention' });
    clock.advance(7_199_000);
    expect(app.heard).toEqual([]);
    clock.advance(1000);
    await raised;
    expect(app.heard).toHaveLength(1);
  });
});

test('the identical signed request can be sent again', async () => {
  const { workspace } = await simulate();
  const app = await listenAsApp(workspace);
  await workspace.person('ana').types('#incidents', '/incident help');
  const [delivery] = workspace.deliveries();
  if (delivery === undefined) throw new Error('nothing was delivered');
  const again = await workspace.replay(delivery);
  expect(again.status).toBe(200);
  const [first, second] = app.heard;
  expect(second?.body).toBe(first?.body);
  expect(second?.headers).toEqual(first?.headers);
});
