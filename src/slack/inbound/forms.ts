import type { Message } from '../../chat/message.ts';
import type { Form, Place } from '../../chat/reply.ts';
import { describeError } from '../../kernel/errors.ts';
import { redact } from '../logging.ts';
import { drawForm, drawNotice } from '../render/form.ts';
import type { InboundDeps } from './deps.ts';
import { messageOf } from './words.ts';

/** A trigger lives for three seconds and works once. */
type Opening = { triggerId: string; place: Place };

const maxRemembered = 500;
const noticeTitle = 'Tocsin';

/** Opens the form. False when Slack refused, mostly because the trigger is too old by now. */
export async function openForm(deps: InboundDeps, opening: Opening, form: Form): Promise<boolean> {
  return (await open(deps, opening, drawForm(form))) !== undefined;
}

/** Opens a modal that says to wait, so that the trigger is used before anything else takes time. Its id, or undefined when that failed. */
export async function openLoading(deps: InboundDeps, opening: Opening): Promise<string | undefined> {
  return await open(deps, opening, drawNotice(noticeTitle, messageOf('One moment...')));
}

/** Puts the form or words into an open modal. False when that failed. */
export async function showInView(deps: InboundDeps, viewId: string, content: { form: Form } | { message: Message }): Promise<boolean> {
  const view = 'form' in content ? drawForm(content.form) : drawNotice(noticeTitle, content.message);
  try {
    await deps.call('views.update', { view_id: viewId, view });
    return true;
  } catch (error) {
    deps.log.warn({ error: redact(describeError(error)) }, 'a modal could not be updated');
    return false;
  }
}

async function open(deps: InboundDeps, opening: Opening, view: object): Promise<string | undefined> {
  try {
    const { view: opened } = await deps.call('views.open', { trigger_id: opening.triggerId, view });
    remember(deps.openedAt, opened.id, opening.place);
    return opened.id;
  } catch (error) {
    deps.log.warn({ error: redact(describeError(error)) }, 'a modal could not be opened');
    return undefined;
  }
}

function remember(openedAt: Map<string, Place>, viewId: string, place: Place): void {
  openedAt.set(viewId, place);
  const oldest = openedAt.keys().next();
  if (openedAt.size > maxRemembered && oldest.done !== true) openedAt.delete(oldest.value);
}
