import { describe, expect, it } from 'vitest';
import type { Message } from '../../src/chat/message.ts';
import { toInstant } from '../../src/kernel/instant.ts';
import type { FaultChange } from '../../src/simulator/slack/faults.ts';
import { eventually, startScene } from './setup.ts';
import type { Scene } from './setup.ts';

const words = (text: string): Message => ({ summary: text, blocks: [{ type: 'text', content: [text] }] });

async function connected(choices: Parameters<typeof startScene>[0] = {}): Promise<Scene> {
  const scene = await startScene(choices);
  await eventually(() => scene.slack.status().team, 'the team is known');
  return scene;
}

function post(scene: Scene, over: { key?: string; message?: Message; threadTs?: string; broadcast?: boolean; plain?: boolean } = {}) {
  const { threadTs, ...rest } = over;
  return scene.slack.sender.post({
    lane: 'incidents',
    key: 'inc_7:card',
    message: words('INC-7 queue overflow'),
    broadcast: false,
    plain: false,
    since: toInstant(scene.clock.now()),
    ...rest,
    ...(threadTs === undefined ? {} : { threadTs }),
  });
}

describe('posting', () => {
  it('puts the message into the channel of its lane, as it is meant and nothing else', async () => {
    const scene = await connected();
    const hostile = words('<!channel> <@U0ANA00000> https://evil.example #general @here');
    const outcome = await post(scene, { message: hostile });
    expect(outcome).toMatchObject({ type: 'sent', channel: 'C0INCIDENTS' });
    const call = scene.workspace.stats.recentCalls().find(({ method }) => method === 'chat.postMessage');
    expect(call?.args).toMatchObject({ parse: 'none', unfurl_links: 'false', unfurl_media: 'false', link_names: 'false' });
    const [seen] = scene.workspace.channel('#incidents').messages();
    expect(seen?.visibleText).toContain('&lt;!channel&gt; &lt;@U0ANA00000&gt;');
  });

  it('replies in a thread, broadcast when asked', async () => {
    const scene = await connected();
    const root = await post(scene);
    if (root.type !== 'sent') throw new Error('the root is missing');
    await post(scene, { key: 'inc_7:entry:1', threadTs: root.ts, message: words('quiet') });
    scene.clock.advance(5000);
    await post(scene, { key: 'inc_7:entry:2', threadTs: root.ts, message: words('loud'), broadcast: true });
    const channel = scene.workspace.channel('#incidents');
    expect(channel.thread(root.ts).map(({ text }) => text)).toEqual(['quiet', 'loud']);
    expect(channel.messages().map(({ text }) => text)).toEqual(['INC-7 queue overflow', 'loud']);
  });

  it('without blocks says the same in text', async () => {
    const scene = await connected();
    await post(scene, {
      plain: true,
      message: {
        summary: 'INC-7',
        blocks: [
          { type: 'heading', text: 'What to do' },
          { type: 'code', text: 'kubectl get pods' },
        ],
      },
    });
    const [seen] = scene.workspace.channel('#incidents').messages();
    expect([seen?.text, seen?.blocks]).toEqual(['INC-7\n*What to do*\nkubectl get pods', []]);
  });

  it('joins the channel when the bot is not in it', async () => {
    const scene = await connected({ slack: { channels: { incidents: 'C0ENGINEER0', oncall: '#oncall' } } });
    expect(await post(scene)).toMatchObject({ type: 'not_applied', reason: 'not_in_channel' });
    expect(await post(scene)).toMatchObject({ type: 'sent', channel: 'C0ENGINEER0' });
  });

  it('says so when it may not join', async () => {
    const scopes = ['chat:write', 'channels:read', 'channels:history'];
    const scene = await connected({ slack: { channels: { incidents: 'C0ENGINEER0', oncall: '#oncall' } }, workspace: { scopes } });
    const outcome = await post(scene);
    expect(outcome).toMatchObject({ type: 'misconfigured', what: 'channel' });
    expect('reason' in outcome && outcome.reason).toMatch(/invite it/);
  });

  it('names a channel that does not exist', async () => {
    const scene = await connected({ slack: { channels: { incidents: '#nowhere', oncall: '#oncall' } } });
    const outcome = await post(scene);
    expect(outcome).toMatchObject({ type: 'misconfigured', what: 'channel' });
    expect('reason' in outcome && outcome.reason).toContain('#nowhere');
  });
});

describe('what a fault on the way means', () => {
  const postFault = { methods: ['chat.postMessage'], times: 1 };
  it.each<[string, FaultChange, { type: string; isThere: boolean }]>([
    ['the connection breaks before', { dropBeforeApply: postFault }, { type: 'ambiguous', isThere: false }],
    ['the connection breaks after', { dropAfterApply: postFault }, { type: 'ambiguous', isThere: true }],
    ['503 before', { serverErrorBeforeApply: postFault }, { type: 'ambiguous', isThere: false }],
    ['503 after', { serverErrorAfterApply: postFault }, { type: 'ambiguous', isThere: true }],
    ['a web page', { html: postFault }, { type: 'ambiguous', isThere: false }],
    ['half a body', { truncatedBody: postFault }, { type: 'ambiguous', isThere: true }],
    ['a fatal error after', { fatalErrorAfterApply: postFault }, { type: 'ambiguous', isThere: true }],
    ['429', { rateLimited: { ...postFault, retryAfterS: 7 } }, { type: 'not_applied', isThere: false }],
    ['429 without a header', { rateLimited: { ...postFault, retryAfterS: null } }, { type: 'not_applied', isThere: false }],
    ['a revoked token', { tokenRevoked: postFault }, { type: 'misconfigured', isThere: false }],
    ['an archived channel', { channelArchived: { channels: ['incidents'] } }, { type: 'target_gone', isThere: false }],
  ])('%s', async (_, fault, { type, isThere }) => {
    const scene = await connected();
    await post(scene, { key: 'inc_6:card', message: words('an earlier one') });
    scene.clock.advance(5000);
    scene.workspace.faults.set(fault);
    const since = toInstant(scene.clock.now());
    const outcome = await post(scene);
    expect(outcome.type).toBe(type);
    scene.workspace.faults.clear();
    const found = await scene.slack.sender.find({ lane: 'incidents', key: 'inc_7:card', since });
    expect(found.type).toBe(isThere ? 'found' : 'absent');
    const seen = scene.workspace.channel('#incidents').messages().at(-1);
    if (found.type === 'found') expect(found).toMatchObject({ channel: 'C0INCIDENTS', ts: seen?.ts });
  });

  it('a limit is told with its wait', async () => {
    const scene = await connected();
    scene.workspace.faults.set({ rateLimited: { ...postFault, retryAfterS: 7 } });
    expect(await post(scene)).toMatchObject({ retryAfterMs: 7000 });
    scene.workspace.faults.set({ rateLimited: { ...postFault, retryAfterS: null } });
    expect(await post(scene)).toMatchObject({ retryAfterMs: 30_000 });
  });
});

describe('looking for a post', () => {
  it('pages through the channel, and finds it by its key alone', async () => {
    const scene = await connected();
    const since = toInstant(scene.clock.now());
    await post(scene, { key: 'inc_1:card', message: words('the one') });
    for (let number = 0; number < 130; number += 1) {
      scene.clock.advance(1000);
      await scene.workspace.person('ana').types('#incidents', `chatter ${number}`);
    }
    const found = await scene.slack.sender.find({ lane: 'incidents', key: 'inc_1:card', since });
    expect(found).toMatchObject({ type: 'found' });
    expect(await scene.slack.sender.find({ lane: 'incidents', key: 'inc_1', since })).toEqual({ type: 'absent' });
  });

  it('of a reply looks into the thread', async () => {
    const scene = await connected();
    const since = toInstant(scene.clock.now());
    const root = await post(scene);
    if (root.type !== 'sent') throw new Error('the root is missing');
    const reply = await post(scene, { key: 'inc_7:entry:1', threadTs: root.ts });
    const found = await scene.slack.sender.find({ lane: 'incidents', key: 'inc_7:entry:1', threadTs: root.ts, since });
    expect(found).toMatchObject({ type: 'found', ts: 'ts' in reply ? reply.ts : '' });
  });

  it('without the right to read says that it cannot', async () => {
    const scene = await connected({ workspace: { scopes: ['chat:write', 'channels:read'] } });
    const outcome = await scene.slack.sender.find({ lane: 'incidents', key: 'k', since: toInstant(scene.clock.now()) });
    expect(outcome).toEqual({ type: 'unavailable', reason: 'missing_scope' });
  });
});

describe('editing', () => {
  it('changes the message in place, also to one without blocks', async () => {
    const scene = await connected();
    const posted = await post(scene);
    if (posted.type !== 'sent') throw new Error('the message is missing');
    const { channel, ts } = posted;
    const update = (message: Message, plain: boolean) => scene.slack.sender.update({ channel, ts, key: 'inc_7:card', message, plain });
    expect(await update(words('resolved'), false)).toEqual({ type: 'sent', channel, ts });
    expect(scene.workspace.channel('#incidents').find(ts)?.visibleText).toContain('resolved');
    expect(await update(words('plainly resolved'), true)).toEqual({ type: 'sent', channel, ts });
    expect(scene.workspace.channel('#incidents').find(ts)?.blocks).toEqual([]);
  });

  it('of a message that is gone says what is gone', async () => {
    const scene = await connected();
    const request = { channel: 'C0INCIDENTS', ts: '1.000001', key: 'k', message: words('x'), plain: false };
    expect(await scene.slack.sender.update(request)).toEqual({ type: 'target_gone', what: 'message', reason: 'message_not_found' });
    const posted = await post(scene);
    if (posted.type !== 'sent') throw new Error('the message is missing');
    scene.workspace.channel('#incidents').archive();
    const archived = await scene.slack.sender.update({ ...request, ts: posted.ts });
    expect(archived).toMatchObject({ type: 'target_gone', what: 'channel' });
  });
});
