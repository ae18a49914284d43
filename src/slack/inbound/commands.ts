import { within } from '../../kernel/within.ts';
import { drawMessage } from '../render/message.ts';
import { answerLate, offerForm } from './deliver.ts';
import type { Destination } from './deliver.ts';
import { answerWithinMs, ask } from './deps.ts';
import type { Acknowledge, InboundDeps } from './deps.ts';
import { openForm } from './forms.ts';
import type { CommandPayload } from './payloads.ts';
import { inboundText } from './text.ts';
import { messageOf } from './words.ts';

/** Whoever gets no answer after this has to find out what became of it: only the incident remembers. */
const working = messageOf('Working on it... If nothing follows within a minute, look in the thread before you ask again.');

/** A slash command: answered in the acknowledgement itself when it is quick, by the response URL when it is not. */
export async function onCommand(deps: InboundDeps, payload: CommandPayload, ack: Acknowledge): Promise<void> {
  const person = { id: payload.user_id, name: payload.user_name };
  const place = { channel: payload.channel_id };
  const destination: Destination = { person, place, ...(payload.response_url === undefined ? {} : { responseUrl: payload.response_url }) };
  const cause = payload.trigger_id;
  const asked = ask(deps, cause, () => deps.handler.command({ text: inboundText(payload.text), person, place, cause }));
  const reply = await within(deps.clock, answerWithinMs, asked);
  if (reply?.value.type === 'message') {
    await ack({ response_type: 'ephemeral', ...drawMessage(reply.value.message) });
    return;
  }
  if (reply === undefined) {
    await ack({ response_type: 'ephemeral', ...drawMessage(working) });
    void deps.background.run('a late answer to a command', async () => await answerLate(deps.deliver, destination, await asked));
    return;
  }
  const { form } = reply.value;
  await ack();
  void deps.background.run('the form of a command', async () => {
    if (!(await openForm(deps, { triggerId: payload.trigger_id, place }, form))) await deps.deliver(destination, offerForm(form));
  });
}
