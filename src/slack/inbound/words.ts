import type { Message } from '../../chat/message.ts';
import type { Clock } from '../../kernel/clock.ts';
import { describeError, TocsinError } from '../../kernel/errors.ts';
import type { ErrorCode } from '../../kernel/errors.ts';
import { idFrom } from '../../kernel/hash.ts';
import type { Log } from '../../kernel/log.ts';

/** How each kind of refusal is told to the person who asked. Undefined: the details are for the log only. */
const words = {
  invalid: (message) => message,
  not_found: (message) => message,
  forbidden: (message) => `Not allowed: ${message}`,
  conflict: (message) => message,
  precondition: (message) => message,
  timeout: (message) => `That took too long: ${message}`,
  unavailable: (message) => `Not possible right now: ${message}`,
  unknown_outcome: (message) => `Please check, the result is not known: ${message}`,
  internal: undefined,
} as const satisfies Record<ErrorCode, ((message: string) => string) | undefined>;

export function messageOf(text: string): Message {
  return { summary: text, blocks: [{ type: 'text', content: [text] }] };
}

/** What a person gets to read about an error. An unexpected one is logged here, once, under the reference that the person sees. */
export function explain(deps: { log: Log; clock: Clock }, error: unknown, cause: string): Message {
  const say = error instanceof TocsinError ? words[error.code] : undefined;
  if (error instanceof TocsinError && say !== undefined) return messageOf(say(error.message));
  const reference = idFrom('ref', cause, deps.clock.now().toISOString()).slice(4, 12);
  const stack = error instanceof Error ? error.stack : undefined;
  deps.log.error({ reference, error: describeError(error), stack }, 'a request from Slack failed');
  return messageOf(`Something failed (ref ${reference}). Nothing else is known yet; the log has the details under this reference.`);
}
