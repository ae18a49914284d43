import { decodeAction } from '../../chat/action.ts';
import type { Action } from '../../chat/action.ts';
import type { FormReply } from '../../chat/reply.ts';
import type { Person } from '../../incidents/incident.ts';
import { idFrom } from '../../kernel/hash.ts';
import { within } from '../../kernel/within.ts';
import { cleanText } from '../render/escape.ts';
import { drawNotice } from '../render/form.ts';
import { personOf } from './actions.ts';
import { answerWithinMs } from './deps.ts';
import type { Acknowledge, InboundDeps } from './deps.ts';
import { showInView } from './forms.ts';
import type { SubmissionPayload } from './payloads.ts';
import { explain, messageOf } from './words.ts';

const title = 'Tocsin';

type Submission = { viewId: string; action: Action; answers: Readonly<Record<string, string>>; person: Person; cause: string };

/** The same submission always has the same cause; a corrected one has another. */
function causeOfSubmission(payload: SubmissionPayload): string {
  return idFrom('form', payload.view.id, payload.view.hash, JSON.stringify(payload.view.state.values));
}

/** A form was sent: closed with words for the person, or kept open with complaints. */
export async function onSubmission(deps: InboundDeps, payload: SubmissionPayload, ack: Acknowledge): Promise<void> {
  const { view } = payload;
  const action = decodeAction(view.private_metadata);
  if (action === undefined) {
    await ack({
      response_action: 'update',
      view: drawNotice(title, messageOf('This form is from an older version. Please open it again.')),
    });
    return;
  }
  const person = personOf(payload);
  const submission: Submission = {
    viewId: view.id,
    action,
    answers: answersOf(view.state.values),
    person,
    cause: causeOfSubmission(payload),
  };
  const asked = submit(deps, submission);
  const reply = await within(deps.clock, answerWithinMs, asked);
  if (reply === undefined) {
    await ack({ response_action: 'update', view: drawNotice(title, messageOf('Working on it...')) });
    void deps.background.run('a late answer to a form', async () => await showLate(deps, submission, await asked));
    return;
  }
  if (reply.value.type === 'invalid') {
    await ack({ response_action: 'errors', errors: complaintsFor(reply.value.errors, Object.keys(view.state.values)) });
    return;
  }
  const { message } = reply.value;
  await ack();
  void deps.background.run('the answer to a form', async () => {
    const place = deps.openedAt.get(view.id);
    deps.openedAt.delete(view.id);
    const channel = place?.channel ?? deps.homeChannel();
    if (channel !== undefined) await deps.deliver({ person, place: place ?? { channel } }, message);
  });
}

/** Never rejects: an error becomes a complaint, which keeps the form and what was typed into it. */
async function submit(deps: InboundDeps, submission: Submission): Promise<FormReply> {
  const { action, answers, person, cause } = submission;
  try {
    return await deps.handler.submitForm({ action, answers, person, cause });
  } catch (error) {
    return { type: 'invalid', errors: { '': explain(deps, error, cause).summary } };
  }
}

/** Slack shows complaints only at inputs that exist; one about nothing in particular goes to the first. */
function complaintsFor(errors: Readonly<Record<string, string>>, fields: readonly string[]): Readonly<Record<string, string>> {
  const first = fields[0] ?? '';
  const shown = new Map<string, string>();
  for (const [field, complaint] of Object.entries(errors)) {
    const at = fields.includes(field) ? field : first;
    const before = shown.get(at);
    shown.set(at, cleanText(before === undefined ? complaint : `${before} ${complaint}`));
  }
  return Object.fromEntries(shown);
}

async function showLate(deps: InboundDeps, submission: Submission, reply: FormReply): Promise<void> {
  const message =
    reply.type === 'done'
      ? reply.message
      : messageOf(`${Object.values(reply.errors).join(' ')} Nothing was changed. Please open the form again.`);
  if (await showInView(deps, submission.viewId, { message })) return;
  const channel = deps.openedAt.get(submission.viewId)?.channel ?? deps.homeChannel();
  if (channel !== undefined) await deps.deliver({ person: submission.person, place: { channel } }, message);
}

/** By field id, as the form named them; what was left empty is absent. */
function answersOf(values: SubmissionPayload['view']['state']['values']): Readonly<Record<string, string>> {
  const answers = Object.entries(values).flatMap(([field, byElement]) => {
    const given = Object.values(byElement)[0];
    const answer = given?.value ?? given?.selected_option?.value ?? given?.selected_user ?? '';
    return answer.trim() === '' ? [] : [[field, answer] as const];
  });
  return Object.fromEntries(answers);
}
