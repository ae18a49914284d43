import type { Button, Message } from '../../chat/message.ts';
import type { Form, Place, Reply } from '../../chat/reply.ts';
import type { Person } from '../../incidents/incident.ts';
import { describeError } from '../../kernel/errors.ts';
import type { Log } from '../../kernel/log.ts';
import { redact } from '../logging.ts';
import type { CallSlack } from '../methods.ts';
import { drawMessage } from '../render/message.ts';

/** Who gets an answer that only they see, and where. `responseUrl` works even while the Web API refuses us. */
export type Destination = { person: Person; place: Place; responseUrl?: string };

export type Deliver = (to: Destination, message: Message) => Promise<void>;

const timeoutMs = 5000;

/** Shows a message to one person. In a thread only the Web API can do that; elsewhere the response URL is the surer way. Never throws. */
export function createDeliver(deps: { call: CallSlack; log: Log; apiUrl: string }): Deliver {
  const toUrl = async ({ responseUrl }: Destination, message: Message) => {
    if (responseUrl === undefined) throw new Error('there is no response URL');
    await postToUrl(checkedUrl(responseUrl, deps.apiUrl), message);
  };
  const toWebApi = async ({ person, place }: Destination, message: Message) => {
    const drawn = drawMessage(message);
    await deps.call('chat.postEphemeral', {
      channel: place.channel,
      user: person.id,
      text: drawn.text,
      blocks: drawn.blocks,
      ...(place.threadTs === undefined ? {} : { thread_ts: place.threadTs }),
      parse: 'none',
      link_names: false,
    });
  };
  return async (to, message) => {
    const inThread = to.place.threadTs !== undefined;
    const ways = to.responseUrl === undefined ? [toWebApi] : inThread ? [toWebApi, toUrl] : [toUrl, toWebApi];
    const problems: string[] = [];
    for (const way of ways) {
      try {
        await way(to, message);
        return;
      } catch (error) {
        problems.push(redact(describeError(error)));
      }
    }
    deps.log.warn({ person: to.person.id, problems }, 'an answer could not be shown to the person who asked');
  };
}

/** Shows a reply when neither an acknowledgement nor a modal can carry it. */
export async function answerLate(deliver: Deliver, destination: Destination, reply: Reply): Promise<void> {
  await deliver(destination, reply.type === 'form' ? offerForm(reply.form) : reply.message);
}

/** For when a form cannot be opened from here: a button that can. */
export function offerForm(form: Form): Message {
  const text = 'This needs a few answers.';
  const button: Button = { action: form.action, label: 'Open the form', style: 'primary', description: `Open the form: ${form.title}` };
  return {
    summary: text,
    blocks: [
      { type: 'text', content: [text] },
      { type: 'actions', buttons: [button] },
    ],
  };
}

/** Slack's own hosts and the configured API only: a request must not make us post elsewhere. */
function checkedUrl(text: string, apiUrl: string): URL {
  const url = new URL(text);
  const isSlack = url.protocol === 'https:' && ['hooks.slack.com', 'hooks.slack-gov.com'].includes(url.host);
  if (!isSlack && url.origin !== new URL(apiUrl).origin) throw new Error('the response URL is not one of Slack');
  return url;
}

async function postToUrl(url: URL, message: Message): Promise<void> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json; charset=utf-8' },
    body: JSON.stringify({ response_type: 'ephemeral', replace_original: false, ...drawMessage(message) }),
    redirect: 'error',
    signal: AbortSignal.timeout(timeoutMs),
  });
  await response.body?.cancel();
  if (!response.ok) throw new Error(`the response URL answered ${response.status}`);
}
