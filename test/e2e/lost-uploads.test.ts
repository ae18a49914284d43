import { beforeEach, describe, expect, it } from 'vitest';
import type { FaultChange } from '../../src/simulator/slack/faults.ts';
import { startSlackChat } from './slack-chat.ts';
import type { SlackChat } from './slack-chat.ts';

const lines = Array.from({ length: 400 }, (_, line) => `line ${line} <!channel>\n`).join('');

let world: SlackChat;
beforeEach(async () => {
  world = await startSlackChat();
  world.chat.outside.planFails = 'the step failed';
  world.chat.outside.planPrints = lines;
});

const replies = (pattern: RegExp) => world.card.thread.replies().filter(({ visibleText }) => pattern.test(visibleText));
const files = () => world.card.thread.replies().flatMap((message) => message.files ?? []);

async function runs(): Promise<void> {
  await world.story.person('ana').types('/incident mitigate 8', { in: world.story.channel('#incidents') });
  await world.rests();
}

describe('a long output whose upload fails', () => {
  it.each<[string, FaultChange]>([
    ['the upload is answered with 500', { serverErrorBeforeApply: { methods: ['upload'], status: 500, times: 2 } }],
    ['the upload never arrives', { dropBeforeApply: { methods: ['upload'], times: 2 } }],
    ['its answer is lost', { dropAfterApply: { methods: ['upload'], times: 2 } }],
    [
      'its answer, and then that of the share are lost',
      { dropAfterApply: { methods: ['upload', 'files.completeUploadExternal'], times: 2 } },
    ],
  ])('when %s: the message comes at once and once, and the file once', async (_, faults) => {
    world.workspace.faults.set(faults);
    await runs();
    expect(world.workspace.faults.current()).toEqual({});
    expect(replies(/#1 · 8\. .*failed/)).toHaveLength(1);
    expect(files().map(({ name }) => name)).toHaveLength(1);
    const [file] = files();
    expect(world.workspace.file(file?.id ?? '')?.content.toString('utf8')).toBe(lines);
    expect(replies(/line 0 &lt;!channel&gt;/)).toHaveLength(1);
  });

  it('for as long as it lasts, keeps back the file and nothing else', async () => {
    world.workspace.faults.set({ serverErrorBeforeApply: { methods: ['upload'], status: 500 } });
    await world.story.person('ana').types('/incident mitigate 8', { in: world.story.channel('#incidents') });
    await world.passes(20_000);
    await world.story.person('ben').types('/incident note still here', { in: world.story.channel('#incidents') });
    await world.passes(20_000);
    expect([replies(/#1 · 8\. .*failed/).length, replies(/still here/).length]).toEqual([1, 1]);
    expect(files()).toEqual([]);
    world.workspace.faults.clear();
    await world.rests();
    expect([files().length, replies(/#1 · 8\. .*failed/).length, replies(/still here/).length]).toEqual([1, 1, 1]);
  });
});
