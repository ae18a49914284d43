import type { Changed } from '../incidents/change.ts';
import { hasThread, nameOf } from '../incidents/incident.ts';
import type { Incident } from '../incidents/incident.ts';
import type { Desk } from './desk.ts';
import type { Inline, Message } from './message.ts';
import { say, sentence } from './views/answers.ts';
import { linkInline } from './views/inline.ts';

/**
 * Tells the person what became of their request: `done` when it changed something, otherwise why it did not. A request that is delivered
 * again is answered as it was the first time.
 */
export function confirm(changed: Changed, cause: string, done: readonly Inline[]): Message {
  return didIt(changed, cause) ? say(...done) : say(sentence(changed.reason));
}

/** Whether this very request made the change, now or when it was delivered before. */
export function didIt({ incident, outcome }: Changed, cause: string): boolean {
  return outcome === 'changed' || incident.causes.includes(cause);
}

/** Where others see it: " The thread shows it." */
export function whereShown(desk: Pick<Desk, 'linksFor'>, incident: Incident): readonly Inline[] {
  if (!hasThread(incident)) return [` ${nameOf(incident)} has no thread, as it is for information only; its timeline holds it.`];
  return [' ', linkInline('The thread', desk.linksFor(incident).thread), ' shows it.'];
}
