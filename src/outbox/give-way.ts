import { toInstant } from '../kernel/instant.ts';
import { forEachParallel } from '../kernel/parallel.ts';
import type { LaneDeps } from './lane.ts';
import type { OutboxMessage } from './message.ts';
import { tryReplace } from './send.ts';
import { behindOthers } from './transitions.ts';

const pageSize = 100;
/** All at once would queue in a slow store until their time is over, and the lane would begin again and never get further. */
const parallel = 8;

/** Whether a storm's message goes before this thread or announcement, or has taken its place. */
export async function giveWayToStorm(deps: LaneDeps, { lane, view }: OutboxMessage): Promise<boolean> {
  if (view.type !== 'card' && view.type !== 'oncall') return false;
  const seen = await deps.storms?.before(lane);
  for (let each = 0; each < (seen?.folded ?? 0); each += 1) deps.count('folded', lane);
  return seen?.isChanged === true;
}

/**
 * Whether others go before this one because its incident is over and theirs is not: after an outage much of what waits is about what is over.
 * All such messages that wait now are put behind at once.
 */
export async function giveWayToOpen(deps: LaneDeps, message: OutboxMessage): Promise<boolean> {
  if (behindOthers(message) === undefined || !(await deps.isOver(message))) return false;
  const due = await deps.outbox.listDue(message.lane, toInstant(deps.clock.now()), pageSize);
  const alike = due.filter((one) => isAlike(one, message));
  const over = new Set<OutboxMessage['incidentId']>();
  const oneOfEach = new Map(alike.map((one) => [one.incidentId, one]));
  await forEachParallel(oneOfEach.values(), parallel, async (one) => {
    if (await deps.isOver(one)) over.add(one.incidentId);
  });
  const late = alike.filter((one) => over.has(one.incidentId));
  if (late.length === alike.length) return false;
  await forEachParallel(late, parallel, async (one) => {
    const behind = behindOthers(one);
    if (behind !== undefined) await tryReplace(deps, behind, one);
  });
  return true;
}

/** Both threads, or both replies, that wait to be posted in their turn. */
function isAlike(one: OutboxMessage, other: OutboxMessage): boolean {
  const isWaiting = one.state === 'due' && one.posted === undefined && behindOthers(one) !== undefined;
  return isWaiting && (one.parentKey === undefined) === (other.parentKey === undefined);
}
