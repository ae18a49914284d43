import type { Instant } from '../kernel/instant.ts';
import type { LaneName, OutboxMessage } from './message.ts';
import type { OutboxStore } from './ports.ts';

/** Enough to find the one that has waited longest, also where the first ones are being tried again and again. */
const looksAt = 20;

/** Of a lane's messages the one that has waited longest; undefined when none waits. */
export async function longestWaitingIn(
  outbox: Pick<OutboxStore, 'listLongestWaiting'>,
  lane: LaneName,
): Promise<OutboxMessage | undefined> {
  const waiting = await outbox.listLongestWaiting(lane, looksAt);
  return waiting.toSorted((a, b) => (waitsSince(a) < waitsSince(b) ? -1 : 1))[0];
}

/** Since when a message waits for chat. */
export function waitsSince(message: OutboxMessage): Instant {
  return message.firstTriedAt ?? message.notBefore;
}
