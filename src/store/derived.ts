import type { Incident } from '../incidents/incident.ts';
import { TocsinError } from '../kernel/errors.ts';
import type { Instant } from '../kernel/instant.ts';
import type { OutboxMessage } from '../outbox/message.ts';

/** When somebody has to look at the incident next, undefined when nothing waits. Instants sort as text. */
export function dueAt(incident: Pick<Incident, 'due'>): Instant | undefined {
  return Object.values(incident.due).sort()[0];
}

export function hasPending(incident: Pick<Incident, 'pending'>): boolean {
  return incident.pending.entries.length > 0 || incident.pending.effects.length > 0;
}

/** States of messages of which chat does not show yet what is wanted, and that the lane has to work on. */
const unsentStates = ['due', 'sending', 'ambiguous'] as const satisfies readonly OutboxMessage['state'][];

export function isUnsent(message: OutboxMessage): boolean {
  return unsentStates.some((state) => state === message.state);
}

/**
 * The message after somebody wants `wish.wanted` of it, or undefined when that is wanted already. One that waits for chat takes the change
 * along (`folded`); one that a storm's message spoke for is not posted for it. The version rises with each raise, so a
 * sender that read the message before loses its compare-and-set and looks again: that is why no raise is ever lost.
 */
export function raiseWanted(message: OutboxMessage, wish: OutboxMessage): OutboxMessage | undefined {
  if (wish.wanted <= message.wanted) return undefined;
  const raised = { ...message, wanted: wish.wanted, version: message.version + 1 };
  if (message.inStorm !== undefined) return raised;
  if (message.state === 'idle') return { ...raised, state: 'due', notBefore: wish.notBefore };
  return { ...raised, folded: (message.folded ?? 0) + 1 };
}

/** A document with any other version than the one after `expectedVersion` would break every later compare-and-set on it. */
export function requireNextVersion(document: { version: number }, expectedVersion: number): void {
  if (document.version === expectedVersion + 1) return;
  throw new TocsinError('internal', `A document of version ${document.version} cannot follow version ${expectedVersion}.`);
}
