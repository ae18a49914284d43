import type { Person } from '../incidents/incident.ts';
import type { Action } from './action.ts';
import type { Message } from './message.ts';

/** One question of a form. `person` offers the people of the workspace. */
export type Field = { id: string; label: string; hint?: string; optional?: boolean } & (
  | { type: 'text'; initial?: string; multiline?: boolean; maxLength?: number }
  | { type: 'choice'; options: readonly { value: string; label: string }[]; initial?: string }
  | { type: 'person'; initial?: string }
);

/** A form to fill; `action` (always of type "form") says which command gets the answers. `title` and `submit` have at most 24 characters. */
export type Form = {
  action: Action;
  title: string;
  submit: string;
  intro?: readonly Message['blocks'][number][];
  fields: readonly Field[];
};

/** What the person who asked gets to see, and nobody else: what all should see goes through the incident's change and the outbox. */
export type Reply =
  /** `isRefusal`: it says why what was asked for was not done, or that it was not understood. */
  { type: 'message'; message: Message; isRefusal?: true } | { type: 'form'; form: Form };

export function refusedWith(message: Message): Reply {
  return { type: 'message', message, isRefusal: true };
}

/** What became of a form: done (with words for the person), or the complaints by field id, with the answers kept in the form. */
export type FormReply = { type: 'done'; message: Message } | { type: 'invalid'; errors: Readonly<Record<string, string>> };

/** Where a person spoke: a channel, and the thread's root when it was inside one. */
export type Place = { channel: string; threadTs?: string };

/** Everything that people do in chat, as the chat platform's adapter hands it over. `cause` is unique per request and equal for its repeats. */
export type ChatHandler = {
  /**
   * `text` is what follows the command name or the mention: "ack INC-4". People in it are written `<@U123|name>` or `<@U123>`; all else is
   * plain text, the platform's own escapes and links undone.
   */
  command(request: { text: string; person: Person; place: Place; cause: string; isMention?: true }): Promise<Reply>;
  /** A button or menu item of type "run". */
  press(request: { action: Action; person: Person; place: Place; cause: string }): Promise<Reply>;
  /** The form behind an action of type "form", or a message that says why there is none. */
  openForm(request: { action: Action; person: Person; place: Place }): Promise<Reply>;
  /** Answers by field id; an optional field left empty is absent. */
  submitForm(request: { action: Action; answers: Readonly<Record<string, string>>; person: Person; cause: string }): Promise<FormReply>;
};
