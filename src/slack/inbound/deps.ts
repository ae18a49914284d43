import type { ChatHandler, Place, Reply } from '../../chat/reply.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { Log } from '../../kernel/log.ts';
import type { Identity } from '../identity.ts';
import type { CallSlack } from '../methods.ts';
import type { Background } from './background.ts';
import type { Deliver } from './deliver.ts';
import { explain } from './words.ts';

export type InboundDeps = {
  handler: ChatHandler;
  /** The interactive client: what it cannot do at once is not worth doing. */
  call: CallSlack;
  identity: () => Identity | undefined;
  clock: Clock;
  log: Log;
  background: Background;
  deliver: Deliver;
  nameOf: (userId: string) => Promise<string | undefined>;
  /** Where a form was opened, by the view's id: its submission does not say. */
  openedAt: Map<string, Place>;
  /** Where a person is answered when nobody knows any more where they asked. */
  homeChannel: () => string | undefined;
};

/** Answers the HTTP request (or the socket's envelope). To be called once. */
export type Acknowledge = (body?: Readonly<Record<string, unknown>>) => Promise<void>;

/** Slack gives up after three seconds; this leaves time for the way. */
export const answerWithinMs = 2000;

/** The handler's reply; an error becomes a message, so this never rejects. */
export async function ask(deps: InboundDeps, cause: string, question: () => Promise<Reply>): Promise<Reply> {
  try {
    return await question();
  } catch (error) {
    return { type: 'message', message: explain(deps, error, cause) };
  }
}
