import type { Clock } from '../kernel/clock.ts';
import { toInstant } from '../kernel/instant.ts';
import type { Instant } from '../kernel/instant.ts';
import type { Delivery } from './alert.ts';
import { parseWebhook } from './parse-webhook.ts';
import type { DeliveryStore } from './ports.ts';
import { shortLine } from './route.ts';

/** A parked delivery as people look at it. `receiver` is empty and `alerts` has nothing where the body cannot be read. */
export type ParkedDelivery = { id: string; receivedAt: Instant; reason: string; receiver: string; alerts: readonly string[] };

export function describeParked({ id, receivedAt, outcome, body }: Delivery): ParkedDelivery {
  const parsed = parseWebhook(body, receivedAt);
  const reason = shortLine(outcome, 300);
  if (!parsed.ok) return { id, receivedAt, reason, receiver: '', alerts: [] };
  const names = parsed.events.map(({ name }) => shortLine(name, 100));
  return { id, receivedAt, reason, receiver: shortLine(parsed.notification.receiver, 100), alerts: [...new Set(names)] };
}

type ReplayDeps = { deliveries: Pick<DeliveryStore, 'listParked' | 'unpark'>; clock: Clock };

/** `replayed` wait for the ingest now; `others` are not parked, or not there at all. */
export type Replayed = { replayed: readonly string[]; others: readonly string[] };

const page = 100;

/**
 * Lets parked deliveries be tried once more: these, or all that are parked now, oldest first. It may be done while the ingest works, and
 * again: what newer deliveries have settled meanwhile is recognised as stale, and what fails is parked again with its reason.
 */
export async function replayDeliveries(deps: ReplayDeps, request: { ids: readonly string[] | 'all'; by: string }): Promise<Replayed> {
  const outcome = `to be tried again, asked for by ${shortLine(request.by, 100)}`;
  const unpark = (id: string) => deps.deliveries.unpark(id, { notBefore: toInstant(deps.clock.now()), outcome });
  const replayed: string[] = [];
  const others: string[] = [];
  for await (const id of request.ids === 'all' ? allParked(deps) : new Set(request.ids)) {
    ((await unpark(id)) ? replayed : others).push(id);
  }
  return { replayed, others };
}

/** Goes by age and never back, so that one which is parked again at once does not come twice. */
async function* allParked({ deliveries }: ReplayDeps): AsyncGenerator<string> {
  for (let after = ''; ;) {
    const found = await deliveries.listParked({ order: 'oldest', limit: page, ...(after === '' ? {} : { after }) });
    for (const { id } of found) yield id;
    const last = found.at(-1);
    if (last === undefined) return;
    after = last.id;
  }
}
