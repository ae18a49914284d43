import { describe, expect, test } from 'vitest';
import { messageLimits } from '../../../src/simulator/slack/tables/block-limits.ts';
import { createClient, engineering, errorOf, incidents, simulate } from './support.ts';

const divider = [{ type: 'divider' as const }];

describe('who may call', () => {
  test('no token, a wrong token, a missing scope', async () => {
    const { listening, client, workspace } = await simulate({}, { scopes: ['chat:write'] });
    const anonymous = await fetch(`${listening.apiUrl}auth.test`, { method: 'POST' });
    expect(await anonymous.json()).toEqual({ ok: false, error: 'not_authed' });
    expect(await errorOf(createClient(listening, {}, 'xoxb-simulated-other').auth.test())).toBe('invalid_auth');
    expect(await errorOf(client.users.info({ user: 'U0ANA00000' }))).toBe('missing_scope');
    const answer = await fetch(`${listening.apiUrl}users.info?user=U0ANA00000`, {
      headers: { authorization: 'Bearer xoxb-simulated-tocsin' },
    });
    expect(answer.headers.get('x-oauth-scopes')).toBe('chat:write');
    expect(answer.headers.get('x-accepted-oauth-scopes')).toBe('users:read');
    expect(await answer.json()).toMatchObject({ needed: 'users:read', provided: 'chat:write' });
    expect(workspace.stats.calls('users.info')).toBe(2);
  });

  test('forms, JSON and queries carry the same arguments; other bodies and unknown methods are refused', async () => {
    const { listening } = await simulate();
    const headers = { authorization: 'Bearer xoxb-simulated-tocsin' };
    const call = async (method: string, init: RequestInit) => {
      const response = await fetch(`${listening.apiUrl}${method}`, { method: 'POST', ...init });
      return response.json();
    };
    const args = { channel: incidents, text: 'hello' };
    const json = { ...headers, 'content-type': 'application/json; charset=utf-8' };
    expect(await call('chat.postMessage', { headers: json, body: JSON.stringify(args) })).toMatchObject({ ok: true });
    expect(await call('chat.postMessage', { headers, body: new URLSearchParams(args) })).toMatchObject({ ok: true });
    expect(await call('chat.postMessage', { body: new URLSearchParams({ ...args, token: 'xoxb-simulated-tocsin' }) })).toMatchObject({
      ok: true,
    });
    expect(await call('chat.postMessage', { headers: { ...headers, 'content-type': 'text/xml' }, body: '<a/>' })).toMatchObject({
      error: 'invalid_post_type',
    });
    expect(await call('users.info', { headers: json, body: JSON.stringify({ user: 'U0ANA00000' }) })).toMatchObject({
      error: 'invalid_arguments',
    });
    expect(await call('chat.postFax', { headers, body: new URLSearchParams() })).toMatchObject({ error: 'unknown_method' });
    expect(await call('chat.postMessage', { headers, body: new URLSearchParams({ text: 'x' }) })).toMatchObject({
      error: 'invalid_arguments',
      response_metadata: { messages: ['[ERROR] missing required field: channel [json-pointer:]'] },
    });
    expect(
      await call('chat.update', { headers, body: new URLSearchParams({ ...args, ts: '1.000000', unfurl_links: 'false' }) }),
    ).toMatchObject({
      error: 'invalid_arguments',
      errors: ['invalid additional property: unfurl_links [json-pointer:]'],
    });
  });
});

describe('posting', () => {
  test('ts rises within a channel, with six digits, however fast the posts come', async () => {
    const { client, workspace } = await simulate({ limits: 'off' });
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) => client.chat.postMessage({ channel: incidents, text: `${index}` })),
    );
    const seen = workspace
      .channel('#incidents')
      .messages()
      .map((message) => message.ts);
    expect(new Set(answers.map((answer) => answer.ts))).toEqual(new Set(seen));
    expect(seen.every((ts) => /^\d{10}\.\d{6}$/.test(ts))).toBe(true);
    expect(seen.toSorted()).toEqual(seen);
    expect(new Set(seen).size).toBe(20);
  });

  test('the answer carries the message, the channel id and our own app', async () => {
    const { client } = await simulate();
    const answer = await client.chat.postMessage({ channel: '#incidents', text: 'hello', blocks: divider });
    expect(answer.channel).toBe(incidents);
    expect(answer.message).toMatchObject({
      text: 'hello',
      user: 'U0TOCSIN00',
      bot_id: 'B0TOCSIN00',
      app_id: 'A0TOCSIN00',
      type: 'message',
    });
    expect(answer.message?.blocks?.[0]?.block_id).toMatch(/^\w{5}$/);
  });

  test('channels that are not there, not joined, or archived', async () => {
    const { client, workspace } = await simulate();
    const post = (channel: string) => errorOf(client.chat.postMessage({ channel, text: 'x' }));
    expect(await post('C0NOWHERE00')).toBe('channel_not_found');
    expect(await post(engineering)).toBe('not_in_channel');
    await client.conversations.join({ channel: engineering });
    expect(await post(engineering)).toBe('ok');
    workspace.channel('#engineering').archive();
    expect(await post(engineering)).toBe('is_archived');
    expect(await errorOf(client.conversations.join({ channel: engineering }))).toBe('is_archived');
  });

  test('a post to a person opens direct messages', async () => {
    const { client, workspace } = await simulate();
    const { channel } = await client.chat.postMessage({ channel: 'U0ANA00000', text: 'psst' });
    expect(channel).toMatch(/^D/);
    expect((await client.conversations.open({ users: 'U0ANA00000' })).channel?.id).toBe(channel);
    expect(workspace.channel(channel ?? '').messages()).toHaveLength(1);
  });

  test('nothing to say, too much to say', async () => {
    const { client, workspace } = await simulate({ limits: 'off' });
    expect(await errorOf(client.chat.postMessage({ channel: incidents, text: '' }))).toBe('no_text');
    const long = 'x'.repeat(messageLimits.postText + 1);
    await client.chat.postMessage({ channel: incidents, text: long });
    expect(workspace.channel('#incidents').messages()[0]?.text).toHaveLength(messageLimits.postText);
    const markdown = (text: string, extra = {}) =>
      errorOf(client.apiCall('chat.postMessage', { channel: incidents, markdown_text: text, ...extra }));
    expect(await markdown('**hi**')).toBe('ok');
    expect(await markdown('**hi**', { text: 'hi' })).toBe('markdown_text_conflict');
    const attachments = (count: number) => Array.from({ length: count }, () => ({ text: 'a' }));
    expect(await errorOf(client.chat.postMessage({ channel: incidents, text: 'x', attachments: attachments(100) }))).toBe('ok');
    expect(await errorOf(client.chat.postMessage({ channel: incidents, text: 'x', attachments: attachments(101) }))).toBe(
      'too_many_attachments',
    );
  });

  test('invalid blocks name the place, in both reported forms', async () => {
    const { client } = await simulate();
    const call = client.apiCall('chat.postMessage', {
      channel: incidents,
      text: 'x',
      blocks: [...divider, { type: 'actions', elements: [] }],
    });
    await expect(call).rejects.toMatchObject({
      data: {
        error: 'invalid_blocks',
        errors: ['no fewer than 1 items allowed [json-pointer:/blocks/1/elements]'],
        response_metadata: { messages: ['[ERROR] no fewer than 1 items allowed [json-pointer:/blocks/1/elements]'] },
      },
    });
  });

  test('metadata: full only on request, refused when malformed or too large', async () => {
    const { client } = await simulate({ limits: 'off' });
    const metadata = { event_type: 'incident_card', event_payload: { k: 'abc' } };
    await client.chat.postMessage({ channel: incidents, text: 'x', metadata });
    const plain = await client.conversations.history({ channel: incidents });
    expect(plain.messages?.[0]?.metadata).toEqual({ event_type: 'incident_card' });
    const full = await client.conversations.history({ channel: incidents, include_all_metadata: true });
    expect(full.messages?.[0]?.metadata).toEqual(metadata);
    const post = (given: unknown) => errorOf(client.apiCall('chat.postMessage', { channel: incidents, text: 'x', metadata: given }));
    expect(await post('{')).toBe('invalid_metadata_format');
    expect(await post({ event_type: 'x' })).toBe('invalid_metadata_schema');
    const sized = (bytes: number) => {
      const empty = { event_type: 'x', event_payload: { k: '' } };
      return { event_type: 'x', event_payload: { k: 'k'.repeat(bytes - JSON.stringify(empty).length) } };
    };
    expect(await post(sized(messageLimits.metadataBytes))).toBe('ok');
    expect(await post(sized(messageLimits.metadataBytes + 1))).toBe('metadata_too_large');
  });

  test('client_msg_id is recognised only while the knob says so', async () => {
    const { client, workspace } = await simulate({ limits: 'off' });
    const post = () => client.apiCall('chat.postMessage', { channel: incidents, text: 'x', client_msg_id: 'one' });
    const first = await post();
    expect(first).not.toHaveProperty('is_duplicate');
    await post();
    expect(workspace.channel('#incidents').messages()).toHaveLength(2);
    workspace.faults.set({ dedupeClientMsgId: {} });
    const again = await post();
    expect(again).toMatchObject({ is_duplicate: true });
    expect(workspace.channel('#incidents').messages()).toHaveLength(2);
  });
});

describe('changing', () => {
  test('update marks as edited, keeps what it does not name, and stays within its sizes', async () => {
    const { client, workspace } = await simulate();
    const metadata = { event_type: 't', event_payload: { k: 'v' } };
    const { ts = '' } = await client.chat.postMessage({ channel: incidents, text: 'one', blocks: divider, metadata });
    const update = (args: Record<string, unknown>) => errorOf(client.apiCall('chat.update', { channel: incidents, ts, ...args }));
    expect(await update({ text: 'two' })).toBe('ok');
    const [message] = workspace.channel('#incidents').messages();
    expect(message).toMatchObject({ ts, text: 'two', edited: true, blocks: [{ type: 'divider' }] });
    expect(await update({ text: 'three', blocks: [] })).toBe('ok');
    const history = await client.conversations.history({ channel: incidents, include_all_metadata: true });
    expect(history.messages?.[0]).toMatchObject({ text: 'three', metadata, edited: { user: 'U0TOCSIN00' } });
    expect(history.messages?.[0]?.blocks).toBeUndefined();
    expect(await update({ text: 'x'.repeat(messageLimits.updateText) })).toBe('ok');
    expect(await update({ text: 'x'.repeat(messageLimits.updateText + 1) })).toBe('msg_too_long');
    expect(await update({})).toBe('no_text');
  });

  test('only our own messages, only where they are, only in living channels', async () => {
    const { client, workspace } = await simulate();
    await workspace.person('ana').types('#incidents', 'mine');
    const theirs = workspace.channel('#incidents').messages()[0]?.ts ?? '';
    const update = (ts: string) => errorOf(client.chat.update({ channel: incidents, ts, text: 'x' }));
    expect(await update(theirs)).toBe('cant_update_message');
    expect(await errorOf(client.chat.delete({ channel: incidents, ts: theirs }))).toBe('cant_delete_message');
    expect(await update('1.000001')).toBe('message_not_found');
    const { ts = '' } = await client.chat.postMessage({ channel: incidents, text: 'ours' });
    workspace.channel('#incidents').archive();
    expect(await update(ts)).toBe('is_inactive');
  });

  test('rich text is not replaced by other blocks', async () => {
    const { client, workspace } = await simulate();
    const rich = [{ type: 'rich_text', elements: [{ type: 'rich_text_section', elements: [{ type: 'text', text: 'hi' }] }] }];
    await client.apiCall('chat.postMessage', { channel: incidents, text: 'x', blocks: rich });
    const ts = workspace.channel('#incidents').messages()[0]?.ts ?? '';
    const update = (blocks: unknown) => errorOf(client.apiCall('chat.update', { channel: incidents, ts, text: 'x', blocks }));
    expect(await update(divider)).toBe('block_mismatch');
    expect(await update(rich)).toBe('ok');
  });

  test('a deleted root with replies leaves a tombstone, one without leaves nothing', async () => {
    const { client, workspace } = await simulate();
    const root = await client.chat.postMessage({ channel: incidents, text: 'root' });
    const ts = root.ts ?? '';
    await client.chat.postMessage({ channel: incidents, text: 'reply', thread_ts: ts });
    await client.chat.delete({ channel: incidents, ts });
    const { messages = [] } = await client.conversations.history({ channel: incidents });
    expect(messages).toMatchObject([{ subtype: 'tombstone', ts, reply_count: 1 }]);
    expect(await errorOf(client.chat.update({ channel: incidents, ts, text: 'x' }))).toBe('message_not_found');
    const reply = workspace.channel('#incidents').thread(ts)[0]?.ts ?? '';
    await client.chat.delete({ channel: incidents, ts: reply });
    expect(workspace.channel('#incidents').thread(ts)).toEqual([]);
  });
});

describe('ephemerals', () => {
  test('only for their person, never in history, never to be changed', async () => {
    const { client, workspace } = await simulate();
    const answer = await client.chat.postEphemeral({ channel: incidents, user: 'U0ANA00000', text: 'secret' });
    const channel = workspace.channel('#incidents');
    expect(channel.ephemeralsFor('ana').map((message) => message.text)).toEqual(['secret']);
    expect(channel.ephemeralsFor('ben')).toEqual([]);
    expect(channel.messages()).toEqual([]);
    expect((await client.conversations.history({ channel: incidents })).messages).toEqual([]);
    expect(await errorOf(client.chat.update({ channel: incidents, ts: answer.message_ts ?? '', text: 'x' }))).toBe('message_not_found');
    expect(await errorOf(client.chat.postEphemeral({ channel: 'C0ONCALL000', user: 'U0EMEKA000', text: 'x' }))).toBe('user_not_in_channel');
  });
});
