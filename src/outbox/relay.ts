import { effectKey } from '../incidents/change.ts';
import { findExecution } from '../incidents/execution.ts';
import type { Effect, Incident, MessageView } from '../incidents/incident.ts';
import type { IncidentStore } from '../incidents/ports.ts';
import type { Restoration } from '../incidents/restoration.ts';
import { TocsinError } from '../kernel/errors.ts';
import type { TimelineStore } from '../timeline/ports.ts';
import type { OutboxMessage } from './message.ts';
import type { OutboxStore } from './ports.ts';
import { doubtNew } from './restored.ts';
import { lanePriority } from './transitions.ts';

export type RelayDeps = {
  incidents: IncidentStore;
  timeline: TimelineStore;
  outbox: OutboxStore;
  /** Set when the store was restored from a backup: chat may show more than it knows. */
  restoration?: Restoration;
};

const batch = 100;

/**
 * Moves what commits left pending to where it belongs: entries to the timeline, effects to the outbox. All by keys derived from the cause,
 * so any process may run it, any number of times, and die anywhere in it. Resolves with how many incidents it served; what cannot be moved
 * of one incident holds no other up, and is thrown in the end.
 */
export async function relayPending(deps: RelayDeps): Promise<number> {
  const incidents = await deps.incidents.listPending(batch);
  const failures: unknown[] = [];
  for (const incident of incidents) {
    try {
      await relay(deps, incident);
    } catch (error) {
      // The store is away: the others would fail as well.
      if (error instanceof TocsinError && error.retryable) throw error;
      failures.push(error);
    }
  }
  if (failures.length > 0) throw failures[0];
  return incidents.length;
}

async function relay(deps: RelayDeps, incident: Incident): Promise<void> {
  await deps.timeline.insertIfAbsent(incident.pending.entries);
  const messages = incident.pending.effects.map((effect, index) => toMessage(incident, effect, index));
  const { restoration } = deps;
  await deps.outbox.want(restoration === undefined ? messages : messages.map((message) => doubtNew(message, incident, restoration)));
  // A lost race means that a newer change is pending on top of these: the next round moves both, and these a second time, to no effect.
  await deps.incidents.clearPending(incident.id, incident.version);
}

function toMessage(incident: Incident, effect: Effect, index: number): OutboxMessage {
  const { view } = effect;
  const goesToOncall = isForOncall(view);
  const isRoot = view.type === 'card' || goesToOncall;
  return {
    schema: 1,
    key: effect.key,
    lane: goesToOncall ? 'oncall' : 'incidents',
    incidentId: incident.id,
    view,
    ...(isRoot ? {} : { parentKey: effectKey(incident, { type: 'card' }) }),
    priority: priorityOf(incident, view),
    order: `${incident.updatedAt}:${String(incident.number).padStart(9, '0')}:${String(index).padStart(4, '0')}`,
    wanted: effect.revision,
    sent: 0,
    state: 'due',
    version: 1,
    attempts: 0,
    notBefore: incident.updatedAt,
    problem: '',
  };
}

/** What those on call have to hear never waits behind anything but others of its kind. */
function isForOncall(view: MessageView): boolean {
  return view.type === 'oncall' || (view.type === 'entry' && view.to === 'oncall');
}

function priorityOf(incident: Incident, view: MessageView): number {
  if (isForOncall(view)) return lanePriority.criticalRoot;
  if (view.type === 'card') return incident.severity === 'critical' ? lanePriority.criticalRoot : lanePriority.root;
  if (view.type === 'execution') {
    const isAsked = findExecution(incident, view.number)?.state === 'proposed';
    return isAsked ? lanePriority.notice : lanePriority.reply;
  }
  return view.type === 'entry' && view.broadcast ? lanePriority.notice : lanePriority.reply;
}
