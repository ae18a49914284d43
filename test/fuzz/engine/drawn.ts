import assert from 'node:assert/strict';
import type { Message } from '../../../src/chat/message.ts';
import type { FormReply, Reply } from '../../../src/chat/reply.ts';
import { acceptBlocks } from '../../../src/simulator/slack/blocks/accept.ts';
import { acceptView } from '../../../src/simulator/slack/blocks/view.ts';
import { drawForm } from '../../../src/slack/render/form.ts';
import { drawMessage } from '../../../src/slack/render/message.ts';

/** Slack: all text of a message's blocks together. */
const mostText = 12_000;

/** Fails when Slack would refuse the message, or act on a mark that came from outside. */
export function assertDrawable(message: Message): void {
  const { text, blocks } = drawMessage(message);
  assert.notEqual(text.trim(), '', 'a message without a summary');
  assert.ok(Array.from(text).length <= 3000, 'the summary is too long');
  assert.doesNotMatch(text, /<!(?:channel|here|everyone)/);
  acceptBlocks(blocks, mostText);
}

/** The same for whatever a person is answered with. A failure that nobody expected is one here, too. */
export function assertAnswer(reply: Reply | FormReply): void {
  switch (reply.type) {
    case 'form':
      acceptView(drawForm(reply.form), 'modal');
      return;
    case 'invalid':
      for (const complaint of Object.values(reply.errors)) assert.doesNotMatch(complaint, /Something failed/);
      return;
    case 'message':
    case 'done':
      assert.doesNotMatch(reply.message.summary, /Something failed/);
      assertDrawable(reply.message);
  }
}
