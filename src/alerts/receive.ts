import type { Clock } from '../kernel/clock.ts';
import { sha256 } from '../kernel/hash.ts';
import { toInstant } from '../kernel/instant.ts';
import { createSalts } from '../kernel/salt.ts';
import { groupOf, openWebhook } from './parse-webhook.ts';
import type { WebhookBody } from './parse-webhook.ts';
import type { DeliveryStore } from './ports.ts';
import type { ReadAhead } from './read-ahead.ts';

export type ReceiveDeps = {
  deliveries: DeliveryStore;
  clock: Clock;
  /** Rising ids, from `deliveryIds`. */
  nextId: () => string;
  /** Keeps what was opened of the body for the ingest. */
  ahead: Pick<ReadAhead, 'keep'>;
  /** Called after each delivery that waits for the ingest. */
  received: () => void;
};

export type Received = { type: 'accepted'; id: string } | { type: 'rejected'; id: string; reason: string };

/**
 * Stores a webhook request; it is durable when this resolves. A body that cannot be read is kept as well, as rejected, so that somebody can
 * see what was sent. Throws TocsinError `unavailable` when the store cannot take it.
 */
export async function receiveDelivery(deps: ReceiveDeps, request: { body: string; userAgent: string }): Promise<Received> {
  const receivedAt = toInstant(deps.clock.now());
  const opened = openWebhook(request.body, receivedAt);
  const id = deps.nextId();
  await deps.deliveries.append({
    schema: 1,
    id,
    source: 'alertmanager',
    group: opened.ok ? groupKeyOf(opened.body) : '',
    receivedAt,
    body: request.body,
    userAgent: request.userAgent.slice(0, 200),
    state: opened.ok ? 'waiting' : 'rejected',
    attempts: 0,
    notBefore: receivedAt,
    outcome: opened.ok ? '' : opened.reason.slice(0, 1000),
  });
  if (!opened.ok) return { type: 'rejected', id, reason: opened.reason };
  deps.ahead.keep({ id, body: request.body }, opened.body);
  deps.received();
  return { type: 'accepted', id };
}

function groupKeyOf(body: WebhookBody): string {
  const { receiver, groupKey } = groupOf(body);
  return sha256(JSON.stringify([receiver, groupKey])).slice(0, 24);
}

/** Ids that rise with the time of receipt, also within one millisecond and when the clock is set back. */
export function deliveryIds(clock: Clock): () => string {
  const random = createSalts();
  let last = 0;
  let count = 0;
  return () => {
    const now = clock.now().getTime();
    count = now > last ? 0 : count + 1;
    last = Math.max(last, now);
    return `dlv_${String(last).padStart(15, '0')}_${String(count).padStart(6, '0')}_${random().slice(0, 8)}`;
  };
}
