import { describe, expect, test } from 'vitest';
import { engineering, errorOf, incidents, simulate } from './support.ts';

describe('threads and history', () => {
  test('replies stay out of the channel unless broadcast, and the root sums them up', async () => {
    const { client, workspace } = await simulate({ limits: 'off' });
    const { ts = '' } = await client.chat.postMessage({ channel: incidents, text: 'root' });
    await client.chat.postMessage({ channel: incidents, text: 'one', thread_ts: ts });
    await workspace.person('ben').types('#incidents', 'two', { thread: ts });
    const loud = await client.chat.postMessage({ channel: incidents, text: 'three', thread_ts: ts, reply_broadcast: true });
    const { messages = [] } = await client.conversations.history({ channel: incidents });
    expect(messages.map((message) => message.text)).toEqual(['three', 'root']);
    expect(messages[0]).toMatchObject({ subtype: 'thread_broadcast', thread_ts: ts });
    expect(messages[1]).toMatchObject({ reply_count: 3, reply_users: ['U0TOCSIN00', 'U0BEN00000'], latest_reply: loud.ts });
    const thread = await client.conversations.replies({ channel: incidents, ts });
    expect(thread.messages?.map((message) => message.text)).toEqual(['root', 'one', 'two', 'three']);
    expect(thread.messages?.[1]).toMatchObject({ parent_user_id: 'U0TOCSIN00', thread_ts: ts });
  });

  test('no thread hangs on a reply or on nothing', async () => {
    const { client } = await simulate({ limits: 'off' });
    const { ts = '' } = await client.chat.postMessage({ channel: incidents, text: 'root' });
    const reply = await client.chat.postMessage({ channel: incidents, text: 'one', thread_ts: ts });
    const post = (thread: string) => errorOf(client.chat.postMessage({ channel: incidents, text: 'x', thread_ts: thread }));
    expect(await post(reply.ts ?? '')).toBe('cannot_reply_to_message');
    expect(await post('1.000001')).toBe('cannot_reply_to_message');
    expect(await errorOf(client.conversations.replies({ channel: incidents, ts: '1.000001' }))).toBe('thread_not_found');
  });

  test('paging and spans give everything once, newest first', async () => {
    const { client } = await simulate({ limits: 'off' });
    const posted: string[] = [];
    for (let index = 0; index < 25; index += 1) {
      const { ts = '' } = await client.chat.postMessage({ channel: incidents, text: `${index}` });
      posted.push(ts);
    }
    const read: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await client.conversations.history({ channel: incidents, limit: 10, ...(cursor === undefined ? {} : { cursor }) });
      read.push(...(page.messages ?? []).map((message) => message.ts ?? ''));
      cursor = page.response_metadata?.next_cursor;
      expect(page.has_more).toBe(cursor !== undefined);
    } while (cursor !== undefined);
    expect(read).toEqual(posted.toReversed());
    const [, second = '', third = '', fourth = ''] = posted;
    const span = async (inclusive: boolean) => {
      const page = await client.conversations.history({ channel: incidents, oldest: second, latest: fourth, inclusive });
      return page.messages?.map((message) => message.ts);
    };
    expect(await span(false)).toEqual([third]);
    expect(await span(true)).toEqual([fourth, third, second]);
    expect(await errorOf(client.conversations.history({ channel: incidents, oldest: 'yesterday' }))).toBe('invalid_ts_oldest');
    expect(await errorOf(client.conversations.history({ channel: incidents, cursor: 'nonsense' }))).toBe('invalid_cursor');
    expect(await errorOf(client.conversations.history({ channel: engineering }))).toBe('not_in_channel');
  });

  test('replies page as well, the root once', async () => {
    const { client } = await simulate({ limits: 'off' });
    const { ts = '' } = await client.chat.postMessage({ channel: incidents, text: 'root' });
    for (let index = 0; index < 5; index += 1) await client.chat.postMessage({ channel: incidents, text: `r${index}`, thread_ts: ts });
    const first = await client.conversations.replies({ channel: incidents, ts, limit: 3 });
    expect(first.messages?.map((message) => message.text)).toEqual(['root', 'r0', 'r1']);
    const rest = await client.conversations.replies({ channel: incidents, ts, cursor: first.response_metadata?.next_cursor ?? '' });
    expect(rest.messages?.map((message) => message.text)).toEqual(['r2', 'r3', 'r4']);
    expect(rest.has_more).toBe(false);
  });
});
