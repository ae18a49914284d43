import { describe, expect, it } from 'vitest';
import type { Message } from '../../src/chat/message.ts';
import { toInstant } from '../../src/kernel/instant.ts';
import { exampleScopes } from '../../src/simulator/slack/example-workspace.ts';
import { eventually, startScene } from './setup.ts';

const output: Message = {
  summary: '#2 · Log Analysis',
  blocks: [],
  file: { name: 'run-2-output.txt', title: 'INC-7 #2 Log Analysis', base64: Buffer.from('one\ntwo <!channel>\n').toString('base64') },
};

async function withThread(choices: Parameters<typeof startScene>[0] = {}) {
  const scene = await startScene(choices);
  await eventually(() => scene.slack.status().team, 'the team is known');
  const request = (key: string, message: Message, threadTs?: string) => ({
    lane: 'incidents' as const,
    key,
    message,
    broadcast: false,
    plain: false,
    since: toInstant(scene.clock.now()),
    ...(threadTs === undefined ? {} : { threadTs }),
  });
  const root = await scene.slack.sender.post(request('inc_7:card', { summary: 'INC-7', blocks: [] }));
  if (root.type !== 'sent') throw new Error('the root is missing');
  const files = () =>
    scene.workspace
      .channel('#incidents')
      .thread(root.ts)
      .flatMap((message) => message.files ?? []);
  return {
    ...scene,
    files,
    post: (channel = root.channel, isOurs = true, begins = async () => {}) =>
      scene.slack.sender.post({ ...request('inc_7:file:2:output', output, root.ts), channel, isOurs: () => isOurs, begins }),
    find: () =>
      scene.slack.sender.find({
        lane: 'incidents',
        key: 'inc_7:file:2:output',
        fileName: 'run-2-output.txt',
        channel: root.channel,
        threadTs: root.ts,
        since: toInstant(scene.clock.now()),
      }),
  };
}

describe('a file', () => {
  it('is shared in the thread, and its message is found by its name', async () => {
    const { post, find, files } = await withThread();
    const sent = await post();
    expect(sent).toMatchObject({ type: 'sent', channel: 'C0INCIDENTS' });
    expect(files().map(({ title }) => title)).toEqual(['INC-7 #2 Log Analysis']);
    expect(await find()).toMatchObject({ type: 'found', ts: sent.type === 'sent' ? sent.ts : '' });
  });

  it('is not shared by a process that lost its lane during the upload', async () => {
    const { post, files, workspace } = await withThread();
    expect(await post('C0INCIDENTS', false)).toEqual({ type: 'not_applied', reason: 'the lane was taken over', retryAfterMs: 0 });
    expect(files()).toEqual([]);
    expect(workspace.stats.calls('files.completeUploadExternal')).toBe(0);
  });

  it('is uploaded before its moment, and shared when that has come', async () => {
    const { post, files, workspace } = await withThread();
    const calls = () => [workspace.stats.calls('files.getUploadURLExternal'), workspace.stats.calls('files.completeUploadExternal')];
    const atItsMoment: number[][] = [];
    await post('C0INCIDENTS', true, async () => void atItsMoment.push(calls()));
    expect(atItsMoment).toEqual([[1, 0]]);
    expect(calls()).toEqual([1, 1]);
    expect(files()).toHaveLength(1);
  });

  it('is in doubt when the answer to its share was lost, and found then', async () => {
    const { post, find, files, workspace } = await withThread();
    workspace.faults.set({ dropAfterApply: { methods: ['files.completeUploadExternal'], times: 1 } });
    expect(await post()).toMatchObject({ type: 'ambiguous' });
    expect(await find()).toMatchObject({ type: 'found' });
    expect(files()).toHaveLength(1);
  });

  it('is in doubt while its message cannot be seen yet', async () => {
    const { post, find, clock, workspace } = await withThread();
    workspace.faults.set({ historyLag: { ms: 5000 } });
    expect(await post()).toMatchObject({ type: 'ambiguous' });
    clock.advance(6000);
    expect(await find()).toMatchObject({ type: 'found' });
  });

  it('is known not to be there when the upload failed: nobody saw it', async () => {
    const { post, find, files, workspace } = await withThread();
    workspace.faults.set({ dropAfterApply: { methods: ['files.getUploadURLExternal'], times: 1 } });
    expect(await post()).toMatchObject({ type: 'not_applied' });
    expect(files()).toHaveLength(0);
    expect(await find()).toMatchObject({ type: 'absent' });
    expect(await post()).toMatchObject({ type: 'sent' });
    expect(files()).toHaveLength(1);
  });

  it('is tried again when its share was refused before it happened', async () => {
    const { post, files, workspace } = await withThread();
    workspace.faults.set({ rateLimited: { methods: ['files.completeUploadExternal'], times: 1, retryAfterS: 3 } });
    expect(await post()).toMatchObject({ type: 'not_applied', retryAfterMs: 3000 });
    expect(files()).toHaveLength(0);
    expect(await post()).toMatchObject({ type: 'sent' });
    expect(files()).toHaveLength(1);
  });

  it('closes nothing but its own thread when that is in a channel that is gone, and the lane leads elsewhere', async () => {
    const { post } = await withThread();
    expect(await post('C0GONE00000')).toMatchObject({ type: 'target_gone', what: 'message', reason: 'channel_not_found' });
  });

  it('alone is given up where the app may not upload', async () => {
    const scopes = exampleScopes.filter((scope) => scope !== 'files:write');
    const { post } = await withThread({ workspace: { scopes } });
    expect(await post()).toEqual({ type: 'bad_payload', reason: 'missing_scope' });
  });
});
