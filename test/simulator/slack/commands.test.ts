import { describe, expect, test } from 'vitest';
import { createClient, errorOf, incidents, listenAsApp, simulate } from './support.ts';

const form = (title = 'Form') => ({
  type: 'modal' as const,
  title: { type: 'plain_text' as const, text: title },
  blocks: [{ type: 'divider' as const }],
});

function post(url: unknown, body: unknown): Promise<{ status: number; text: string }> {
  return fetch(String(url), { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }).then(
    async (response) => ({
      status: response.status,
      text: await response.text(),
    }),
  );
}

describe('a slash command', () => {
  test('arrives as a form, complete and with strings only', async () => {
    const { workspace, listening } = await simulate();
    const app = await listenAsApp(workspace);
    await workspace.person('ana').command('#incidents', '/incident assign @ben  #oncall & <now> https://example.com/a?b=1&c=2');
    const [heard] = app.heard;
    expect(heard?.headers['content-type']).toBe('application/x-www-form-urlencoded');
    expect(heard?.payload).toEqual({
      token: expect.any(String),
      team_id: 'T0TOCSIN00',
      team_domain: 'tocsin-example',
      channel_id: incidents,
      channel_name: 'incidents',
      user_id: 'U0ANA00000',
      user_name: 'ana',
      command: '/incident',
      text: 'assign <@U0BEN00000|ben>  <#C0ONCALL000|oncall> &amp; &lt;now&gt; <https://example.com/a?b=1&amp;c=2>',
      api_app_id: 'A0TOCSIN00',
      is_enterprise_install: 'false',
      response_url: expect.stringContaining(listening.url),
      trigger_id: expect.stringMatching(/^\d+\.\d+\.[0-9a-f]+$/),
    });
  });

  test('without should_escape the names stay as typed', async () => {
    const commands = [{ command: '/plain', description: '', usageHint: '', shouldEscape: false }];
    const { workspace } = await simulate({}, { commands });
    const app = await listenAsApp(workspace);
    await workspace.person('ana').command('#incidents', '/plain @ben <b>');
    expect(app.heard[0]?.payload['text']).toBe('@ben &lt;b&gt;');
  });

  test('is not for threads, strangers, or channels one is not in', async () => {
    const { workspace, client } = await simulate();
    const app = await listenAsApp(workspace);
    const { ts = '' } = await client.chat.postMessage({ channel: incidents, text: 'root' });
    const ana = workspace.person('ana');
    expect(await ana.types('#incidents', '/incident ack', { thread: ts })).toEqual({
      ok: false,
      error: '/incident is not supported in threads. Sorry!',
    });
    expect(await ana.types('#incidents', '/nonsense')).toEqual({ ok: false, error: '/nonsense is not a valid command.' });
    expect(await workspace.person('emeka').types('#oncall', '/incident ack')).toEqual({ ok: false, error: 'not_in_channel' });
    expect(app.heard).toEqual([]);
  });

  test('an answer in the acknowledgement is for the person, or for everybody', async () => {
    const { workspace } = await simulate();
    const app = await listenAsApp(workspace, (_, response) => response.end('plain words'));
    const channel = workspace.channel('#incidents');
    await workspace.person('ana').command('#incidents', '/incident one');
    expect(channel.ephemeralsFor('ana').at(-1)).toMatchObject({ text: 'plain words', user: 'U0TOCSIN00' });
    app.answerWith((_, response) =>
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ response_type: 'in_channel', text: 'all' })),
    );
    await workspace.person('ana').command('#incidents', '/incident two');
    expect(channel.messages().at(-1)?.text).toBe('all');
  });

  test('what fails is told to the person by Slackbot', async () => {
    const { workspace } = await simulate({ ackDeadlineMs: 100 });
    const app = await listenAsApp(workspace, () => {});
    const ana = workspace.person('ana');
    const told = () => workspace.channel('#incidents').ephemeralsFor('ana').at(-1);
    expect(await ana.command('#incidents', '/incident x')).toEqual({ ok: false, error: 'operation_timeout' });
    expect(told()).toMatchObject({ user: 'USLACKBOT', text: '/incident failed with the error "operation_timeout"' });
    app.answerWith((_, response) => response.writeHead(500).end());
    expect(await ana.command('#incidents', '/incident x')).toEqual({ ok: false, error: 'dispatch_failed' });
    app.answerWith((_, response) => response.writeHead(200, { 'content-type': 'application/json' }).end('{"blocks":[{"type":"nope"}]}'));
    expect(await ana.command('#incidents', '/incident x')).toEqual({ ok: false, error: 'invalid_command_response' });
    workspace.setRequestUrl('http://127.0.0.1:1/slack/events');
    expect(await ana.command('#incidents', '/incident x')).toEqual({ ok: false, error: 'dispatch_failed' });
    expect(workspace.channel('#incidents').ephemeralsFor('ben')).toEqual([]);
  });
});

describe('a trigger_id', () => {
  test('opens one modal, within three seconds', async () => {
    const { workspace, client, clock } = await simulate();
    const app = await listenAsApp(workspace);
    const trigger = async () => {
      await workspace.person('ana').command('#incidents', '/incident form');
      return String(app.heard.at(-1)?.payload['trigger_id']);
    };
    const open = (id: string) => errorOf(client.views.open({ trigger_id: id, view: form() }));
    const used = await trigger();
    expect(await open(used)).toBe('ok');
    expect(await open(used)).toBe('exchanged_trigger_id');
    const inTime = await trigger();
    clock.advance(3000);
    expect(await open(inTime)).toBe('ok');
    const late = await trigger();
    clock.advance(3001);
    expect(await open(late)).toBe('expired_trigger_id');
    expect(await open('12345.98765.abcd2358fdea')).toBe('invalid_trigger_id');
    expect(await open('nonsense')).toBe('invalid_trigger_id');
  });
});

describe('a response_url', () => {
  async function begin() {
    const simulation = await simulate();
    const app = await listenAsApp(simulation.workspace);
    await simulation.workspace.person('ana').command('#incidents', '/incident x');
    return { ...simulation, app, url: app.heard[0]?.payload['response_url'] };
  }

  test('works five times', async () => {
    const { workspace, url } = await begin();
    for (let use = 1; use <= 5; use += 1) expect(await post(url, { text: `use ${use}` })).toEqual({ status: 200, text: 'ok' });
    expect(await post(url, { text: 'use 6' })).toEqual({ status: 404, text: 'used_url' });
    expect(workspace.channel('#incidents').ephemeralsFor('ana')).toHaveLength(5);
  });

  test('works for thirty minutes', async () => {
    const { clock, url } = await begin();
    clock.advance(30 * 60_000);
    expect((await post(url, { text: 'x' })).status).toBe(200);
    clock.advance(1);
    expect(await post(url, { text: 'x' })).toEqual({ status: 404, text: 'expired_url' });
  });

  test('posts for everybody on request, into a thread on request, and refuses bad blocks', async () => {
    const { workspace, client, url } = await begin();
    const { ts = '' } = await client.chat.postMessage({ channel: incidents, text: 'root' });
    await post(url, { text: 'reply', response_type: 'in_channel', replace_original: false, thread_ts: ts });
    expect(
      workspace
        .channel('#incidents')
        .thread(ts)
        .map((message) => message.text),
    ).toEqual(['reply']);
    expect(await post(url, { text: 'x', blocks: [{ type: 'nope' }] })).toEqual({ status: 400, text: 'invalid_blocks' });
    expect(await post(`${String(url)}0`, { text: 'x' })).toMatchObject({ status: 404 });
  });

  test('replaces and deletes the message whose button was pressed; an ephemeral one stays ephemeral', async () => {
    const { workspace, client } = await simulate();
    const app = await listenAsApp(workspace);
    const blocks = [
      {
        type: 'actions' as const,
        elements: [{ type: 'button' as const, text: { type: 'plain_text' as const, text: 'Go' }, action_id: 'go' }],
      },
    ];
    const { ts = '' } = await client.chat.postMessage({ channel: incidents, text: 'public', blocks });
    const channel = workspace.channel('#incidents');
    await workspace.person('ana').press({ channel: incidents, ts }, 'Go');
    await post(app.heard[0]?.payload['response_url'], { text: 'replaced', replace_original: true });
    expect(channel.find(ts)).toMatchObject({ text: 'replaced', edited: true });
    await post(app.heard[0]?.payload['response_url'], { delete_original: true });
    expect(channel.find(ts)).toBeUndefined();

    const { message_ts: hidden = '' } = await client.chat.postEphemeral({
      channel: incidents,
      user: 'U0ANA00000',
      text: 'private',
      blocks,
    });
    await workspace.person('ana').press({ channel: incidents, ts: hidden }, 'go');
    expect(app.heard[1]?.payload).toMatchObject({ container: { is_ephemeral: true } });
    expect(app.heard[1]?.payload).not.toHaveProperty('message');
    await post(app.heard[1]?.payload['response_url'], { text: 'still private', replace_original: true, response_type: 'in_channel' });
    expect(channel.ephemeralsFor('ana').map((message) => message.text)).toEqual(['still private']);
    expect(channel.messages()).toEqual([]);
  });
});

test('a press carries what the person saw, even when the message has changed since', async () => {
  const { workspace, client } = await simulate();
  const app = await listenAsApp(workspace);
  const actions = (value: string) => [
    {
      type: 'actions' as const,
      block_id: `b${value}`,
      elements: [{ type: 'button' as const, text: { type: 'plain_text' as const, text: 'Go' }, action_id: 'go', value }],
    },
  ];
  const { ts = '' } = await client.chat.postMessage({ channel: incidents, text: 'v1', blocks: actions('1') });
  const seen = workspace.channel('#incidents').find(ts);
  if (seen === undefined) throw new Error('the message is gone');
  await client.chat.update({ channel: incidents, ts, text: 'v2', blocks: actions('2') });
  expect(await workspace.person('ben').press(seen, 'Go')).toEqual({ ok: true });
  expect(app.heard[0]?.payload).toMatchObject({
    type: 'block_actions',
    user: { id: 'U0BEN00000' },
    container: { type: 'message', message_ts: ts, channel_id: incidents, is_ephemeral: false },
    message: { ts, text: 'v2' },
    actions: [{ type: 'button', action_id: 'go', block_id: 'b1', value: '1', action_ts: expect.stringMatching(/^\d{10}\.\d{6}$/) }],
  });
  await expect(workspace.person('ben').press({ channel: incidents, ts }, 'Stop')).rejects.toThrow(/only: Go/);
});

test('a bot that is not known here cannot use the workspace, and a real token cannot start it', async () => {
  const { listening } = await simulate();
  expect(await errorOf(createClient(listening, {}, ['xoxb', '123456789012', 'abc'].join('-')).auth.test())).toBe('invalid_auth');
  await expect(simulate({}, { botToken: ['xoxb', '123456789012', 'abcdef'].join('-') })).rejects.toThrow(/xoxb-simulated-/);
});
