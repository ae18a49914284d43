import { describe, expect, test } from 'vitest';
import { exampleScopes } from '../../../src/simulator/slack/example-workspace.ts';
import { allMethods } from '../../../src/simulator/slack/tables/all-methods.ts';
import { engineering, errorOf, incidents, simulate } from './support.ts';

test('identity, team and people', async () => {
  const { client } = await simulate();
  expect(await client.auth.test()).toMatchObject({ user_id: 'U0TOCSIN00', bot_id: 'B0TOCSIN00', team_id: 'T0TOCSIN00' });
  expect((await client.team.info()).team).toMatchObject({ id: 'T0TOCSIN00', domain: 'tocsin-example' });
  expect((await client.users.info({ user: 'U0EMEKA000' })).user).toMatchObject({ name: 'emeka', is_restricted: true });
  expect((await client.users.info({ user: 'U0ANA00000' })).user).toMatchObject({ name: 'ana', is_restricted: false, is_bot: false });
  expect(await errorOf(client.users.info({ user: 'U0NOBODY00' }))).toBe('user_not_found');
  const first = await client.users.list({ limit: 3 });
  const rest = await client.users.list({ cursor: first.response_metadata?.next_cursor ?? '' });
  expect([...(first.members ?? []), ...(rest.members ?? [])].map((member) => member.name)).toEqual([
    'ana',
    'ben',
    'chloe',
    'dmitri',
    'emeka',
    'tocsin',
    'slackbot',
  ]);
  expect(await errorOf(client.apps.connections.open({}))).toBe('not_allowed_token_type');
});

test('user groups belong to the paid plans', async () => {
  const { client } = await simulate();
  const [group] = (await client.usergroups.list({ include_users: true })).usergroups ?? [];
  expect(group).toMatchObject({ handle: 'on-call', users: ['U0ANA00000', 'U0BEN00000'] });
  expect((await client.usergroups.users.list({ usergroup: 'S0ONCALL00' })).users).toEqual(['U0ANA00000', 'U0BEN00000']);
  expect(await errorOf(client.usergroups.users.list({ usergroup: 'S0NOTHING0' }))).toBe('no_such_subteam');
  const free = await simulate({ plan: 'free' });
  expect(await errorOf(free.client.usergroups.list({}))).toBe('plan_upgrade_required');
});

test('channels: what the bot may see, join and list', async () => {
  const { client, workspace } = await simulate();
  const names = async (args: { exclude_archived?: boolean } = {}) =>
    (await client.conversations.list(args)).channels?.map((channel) => channel.name);
  expect(await names()).toEqual(['incidents', 'oncall', 'engineering']);
  workspace.channel('#oncall').archive();
  expect(await names({ exclude_archived: true })).toEqual(['incidents', 'engineering']);
  expect((await client.conversations.info({ channel: engineering })).channel).toMatchObject({ is_member: false, is_archived: false });
  await client.conversations.join({ channel: engineering });
  expect((await client.conversations.members({ channel: engineering })).members).toContain('U0TOCSIN00');
  expect(await errorOf(client.conversations.list({ types: 'secret' }))).toBe('invalid_types');
  workspace.channel('#engineering').rename('eng');
  expect((await client.conversations.info({ channel: engineering })).channel?.name).toBe('eng');
});

describe('what hangs on a message', () => {
  test('reactions', async () => {
    const { client, workspace } = await simulate();
    const { ts = '' } = await client.chat.postMessage({ channel: incidents, text: 'x' });
    const item = { channel: incidents, timestamp: ts };
    await client.reactions.add({ ...item, name: 'eyes' });
    expect(await errorOf(client.reactions.add({ ...item, name: 'eyes' }))).toBe('already_reacted');
    expect(await errorOf(client.reactions.add({ ...item, name: 'No Such' }))).toBe('invalid_name');
    expect(workspace.channel('#incidents').find(ts)?.reactions).toEqual([{ name: 'eyes', users: ['U0TOCSIN00'] }]);
    expect((await client.reactions.get(item)).message?.reactions).toMatchObject([{ name: 'eyes', count: 1 }]);
    await client.reactions.remove({ ...item, name: 'eyes' });
    expect(await errorOf(client.reactions.remove({ ...item, name: 'eyes' }))).toBe('no_reaction');
    expect(await errorOf(client.reactions.add({ ...item, timestamp: 'soon', name: 'eyes' }))).toBe('bad_timestamp');
  });

  test('pins, a hundred of them', async () => {
    const { client, workspace } = await simulate({ limits: 'off' });
    const pin = async () => {
      const { ts = '' } = await client.chat.postMessage({ channel: incidents, text: 'x' });
      return { ts, error: await errorOf(client.pins.add({ channel: incidents, timestamp: ts })) };
    };
    const { ts } = await pin();
    expect(await errorOf(client.pins.add({ channel: incidents, timestamp: ts }))).toBe('already_pinned');
    for (let index = 1; index < 100; index += 1) expect((await pin()).error).toBe('ok');
    expect((await pin()).error).toBe('too_many_pins');
    await client.pins.remove({ channel: incidents, timestamp: ts });
    expect(await errorOf(client.pins.remove({ channel: incidents, timestamp: ts }))).toBe('no_pin');
    expect(workspace.channel('#incidents').pins()).toHaveLength(99);
  });

  test('bookmarks', async () => {
    const { client, workspace } = await simulate();
    const add = (link: string) => client.bookmarks.add({ channel_id: incidents, title: 'Runbook', type: 'link', link });
    const { bookmark } = await add('https://example.com/runbook');
    expect(await errorOf(add('javascript:alert(1)'))).toBe('invalid_link');
    await client.bookmarks.edit({ channel_id: incidents, bookmark_id: bookmark?.id ?? '', title: 'Status' });
    expect(workspace.channel('#incidents').bookmarks()).toMatchObject([{ title: 'Status', link: 'https://example.com/runbook' }]);
    expect(await errorOf(client.bookmarks.edit({ channel_id: incidents, bookmark_id: 'Bk0', title: 'x' }))).toBe('not_found');
  });
});

describe('files', () => {
  test("the SDK's own upload ends as a message in the thread", async () => {
    const { client, workspace, listening } = await simulate();
    const { ts = '' } = await client.chat.postMessage({ channel: incidents, text: 'root' });
    const content = Buffer.from('# Post-mortem\n');
    await client.filesUploadV2({
      channel_id: incidents,
      thread_ts: ts,
      file: content,
      filename: 'pm.md',
      title: 'Post-mortem',
      initial_comment: 'here',
    });
    const [reply] = workspace.channel('#incidents').thread(ts);
    expect(reply).toMatchObject({ text: 'here', files: [{ title: 'Post-mortem', name: 'pm.md', size: content.length }] });
    const id = reply?.files?.[0]?.id ?? '';
    expect(workspace.file(id)?.content).toEqual(content);
    expect((await client.files.info({ file: id })).file?.shares?.public?.[incidents]).toEqual([{ ts: reply?.ts, thread_ts: ts }]);
    const download = await fetch(`${listening.url}/files/${id}`);
    expect(download.headers.get('content-disposition')).toContain('attachment');
    expect(await download.text()).toBe('# Post-mortem\n');
  });

  test('a picture is served to look at, by what it is and not by its name', async () => {
    const { client, listening } = await simulate();
    const upload = async (filename: string, content: Buffer) => {
      const { upload_url: url = '', file_id: id = '' } = await client.files.getUploadURLExternal({ filename, length: content.length });
      await fetch(url, { method: 'POST', body: new Uint8Array(content) });
      return (await fetch(`${listening.url}/files/${id}`)).headers;
    };
    const picture = await upload('chart.png', Buffer.from('89504e470d0a1a0a00', 'hex'));
    expect([picture.get('content-type'), picture.get('x-content-type-options')]).toEqual(['image/png', 'nosniff']);
    const lie = await upload('chart.png', Buffer.from('<script>alert(1)</script>'));
    expect([lie.get('content-type'), lie.get('content-disposition')?.split(';')[0]]).toEqual(['application/octet-stream', 'attachment']);
  });

  test('the announced length counts, and nothing is shared before it came', async () => {
    const { client } = await simulate();
    const { upload_url: url = '', file_id: id = '' } = await client.files.getUploadURLExternal({ filename: 'a.txt', length: 3 });
    expect(await errorOf(client.files.completeUploadExternal({ files: [{ id, title: 'a' }], channel_id: incidents }))).toBe(
      'file_not_found',
    );
    expect((await fetch(url, { method: 'POST', body: 'four' })).status).toBe(400);
    expect((await fetch(url, { method: 'POST', body: 'abc' })).status).toBe(200);
    expect(await errorOf(client.files.completeUploadExternal({ files: [{ id, title: 'a' }], channel_id: engineering }))).toBe(
      'not_in_channel',
    );
    expect(await errorOf(client.files.completeUploadExternal({ files: [{ id, title: 'a' }], channel_id: incidents }))).toBe('ok');
  });
});

test('canvases: one per channel, one change per edit', async () => {
  const { client, workspace } = await simulate();
  const markdown = (text: string) => ({ type: 'markdown' as const, markdown: text });
  const create = () => client.conversations.canvases.create({ channel_id: incidents, document_content: markdown('# One') });
  const { canvas_id: id = '' } = await create();
  expect(await errorOf(create())).toBe('channel_canvas_already_exists');
  const insert = { operation: 'insert_at_end' as const, document_content: markdown('two') };
  await client.canvases.edit({ canvas_id: id, changes: [insert] });
  expect(workspace.channel('#incidents').canvas()).toBe('# One\ntwo');
  expect(await errorOf(client.apiCall('canvases.edit', { canvas_id: id, changes: [insert, insert] }))).toBe('invalid_arguments');
  expect(await errorOf(client.canvases.edit({ canvas_id: 'F0NOTHING', changes: [insert] }))).toBe('canvas_not_found');
  const large = { operation: 'insert_at_end' as const, document_content: markdown('x'.repeat(1024 * 1024)) };
  expect(await errorOf(client.canvases.edit({ canvas_id: id, changes: [large] }))).toBe('canvas_too_large');
  const free = await simulate({ plan: 'free' });
  expect(await errorOf(free.client.canvases.create({ document_content: markdown('x') }))).toBe(
    'free_teams_cannot_create_standalone_canvases',
  );
});

test('a permalink leads to the page with the message', async () => {
  const { client, listening } = await simulate();
  const { ts = '' } = await client.chat.postMessage({ channel: incidents, text: 'x' });
  const { permalink = '' } = await client.chat.getPermalink({ channel: incidents, message_ts: ts });
  expect(permalink).toBe(`${listening.url}/archives/${incidents}/p${ts.replace('.', '')}`);
  const answer = await fetch(permalink, { redirect: 'manual' });
  expect(answer.headers.get('location')).toBe(`/?channel=${incidents}&ts=${ts}`);
  expect(await errorOf(client.chat.getPermalink({ channel: incidents, message_ts: '1.000001' }))).toBe('message_not_found');
});

test('the example app has a scope for every method, and none that no method asks for', () => {
  const given: readonly string[] = exampleScopes;
  for (const [method, { scopes }] of Object.entries(allMethods)) {
    expect([method, scopes.length === 0 || scopes.some((scope) => given.includes(scope))]).toEqual([method, true]);
  }
  const asked = new Set(Object.values(allMethods).flatMap(({ scopes }) => scopes));
  // Commands and mentions arrive without a method being called.
  expect(given.filter((scope) => !asked.has(scope))).toEqual(['app_mentions:read', 'commands']);
});

test('each kind of channel wants a scope of its own', async () => {
  const { client, workspace } = await simulate({}, { scopes: ['channels:read', 'channels:history', 'chat:write'], events: ['message.im'] });
  await workspace.person('ana').types('@tocsin', 'just between us');
  const { channel = '' } = await client.chat.postMessage({ channel: 'U0ANA00000', text: 'yes?' });
  expect(
    workspace
      .channel(channel)
      .messages()
      .map((message) => message.text),
  ).toEqual(['just between us', 'yes?']);
  expect(await errorOf(client.conversations.history({ channel: incidents }))).toBe('ok');
  expect(await errorOf(client.conversations.history({ channel }))).toBe('missing_scope');
  expect(await errorOf(client.conversations.list({ types: 'private_channel' }))).toBe('missing_scope');
});
