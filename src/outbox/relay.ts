import { effectKey } from '../incidents/change.ts';
import { findExecution } from '../incidents/execution.ts';
import type { Effect, Incident, MessageView } from '../incidents/incident.ts';
import type { IncidentStore } from '../incidents/ports.ts';
import type { Restoration } from '../incidents/restoration.ts';
import { TocsinError } from '../kernel/errors.ts';
import type { TimelineStore } from '../timeline/ports.ts';
import { lanePriority } from './message.ts';
import type { OutboxMessage } from './message.ts';
import type { OutboxStore } from './ports.ts';
import { doubtNew } from './restored.ts';

export type RelayDeps = {
  incidents: IncidentStore;
  timeline: TimelineStore;
  outbox: OutboxStore;
  /** Set when the store was restored from a backup: chat may show more than it knows. */
  restoration?: Restoration;
};

/** Few enough that a round is a short slice of the event loop's time, many enough that a commit serves many incidents. */
const batch = 32;

/**
 * Moves what commits left pending to where it belongs: entries to the timeline, effects to the outbox. All by keys derived from the cause,
 * so any process may run it, any number of times, and die anywhere in it. Incidents are served side by side, so that their writes share
 * commits. Resolves with how many it served; what cannot be moved of one holds no other up, and is thrown in the end.
 */
export async function relayPending(deps: RelayDeps): Promise<number> {
  const incidents = await deps.incidents.listPending(batch);
  const outcomes = await Promise.allSettled(incidents.map((incident) => relay(deps, incident)));
  const failures: unknown[] = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason] : []));
  // The store that is away says more than the one document that is damaged.
  if (failures.length > 0) throw failures.find(isAway) ?? failures[0];
  return incidents.length;
}

function isAway(error: unknown): boolean {
  return error instanceof TocsinError && error.retryable;
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

/** What those on call have to hear is a lane of its own. */
function isForOncall(view: MessageView): boolean {
  return view.type === 'oncall' || (view.type === 'entry' && view.to === 'oncall');
}

function priorityOf(incident: Incident, view: MessageView): number {
  // A call to somebody waits behind nothing but other calls, not even behind the announcement of what it calls for.
  if (isForOncall(view)) return view.type === 'oncall' ? lanePriority.criticalRoot : lanePriority.call;
  if (view.type === 'card') return incident.severity === 'critical' ? lanePriority.criticalRoot : lanePriority.root;
  if (view.type === 'execution') {
    const isAsked = findExecution(incident, view.number)?.state === 'proposed';
    return isAsked ? lanePriority.notice : lanePriority.reply;
  }
  return view.type === 'entry' && view.broadcast ? lanePriority.notice : lanePriority.reply;
}
