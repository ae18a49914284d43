import { z } from 'zod';
import { typedSchema } from '../src/chat/arguments.ts';
import { defineCommand } from '../src/chat/command.ts';
import type { Context } from '../src/chat/command.ts';
import type { Message } from '../src/chat/message.ts';
import { say } from '../src/chat/views/answers.ts';
import { drawHealth } from '../src/chat/views/doctor.ts';
import { bold, code } from '../src/chat/views/inline.ts';
import { countText } from '../src/export/wording.ts';

const what = z.union([z.literal('deliveries'), z.literal('messages'), z.string().regex(/^dlv_\w+$/)], {
  error: 'Say what to try again: deliveries, messages, or the id of one delivery (dlv_...).',
});

/** "retry.deliveries" is what a button says, which has no spaces. */
const args = typedSchema
  .transform(({ text, words }) => (text === '' ? [] : words.length === 1 ? text.split('.') : words))
  .pipe(
    z.union([z.tuple([]), z.tuple([z.enum(['retry', 'replay'], { error: 'It takes nothing, or "retry" and what.' }), what])], {
      error: 'It takes nothing, or "retry" and what: deliveries, messages, or the id of one delivery (dlv_...).',
    }),
  )
  .transform(([, again]) => ({ again }));

/** How Tocsin itself is, for the person who asks. */
export const doctor = defineCommand({
  name: 'doctor',
  aliases: ['health', 'selfcheck'],
  summary: 'Whether Tocsin itself is well; tries again what it gave up. Only you see it',
  usage: 'doctor [retry deliveries|messages]',
  examples: ['doctor', 'doctor retry deliveries'],
  args,
  async run(context, { again }) {
    const { desk } = context;
    return again === undefined ? drawHealth(await desk.doctor.examine(), desk.command) : retry(context, again);
  },
});

async function retry({ desk, person, cause }: Context, again: string): Promise<Message> {
  const request = { by: person, cause };
  const isMessages = again === 'messages';
  const count = isMessages
    ? await desk.doctor.retryMessages(request)
    : await desk.doctor.retryDeliveries({ ...request, ids: again === 'deliveries' ? 'all' : [again] });
  const ask = [' How it went, in a moment: ', code(`${desk.command} doctor`)] as const;
  if (count === 0) return say(bold('Nothing to try again: '), isMessages ? 'no message is given up now.' : 'it is not parked now.', ...ask);
  const counted = isMessages ? countText(count, 'message is', 'messages are') : countText(count, 'delivery is', 'deliveries are');
  return say(bold(`${counted} tried again.`), ...ask);
}
