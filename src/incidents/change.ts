import type { Clock } from '../kernel/clock.ts';
import type { ErrorCode } from '../kernel/errors.ts';
import { TocsinError } from '../kernel/errors.ts';
import { toInstant } from '../kernel/instant.ts';
import type { Instant } from '../kernel/instant.ts';
import { seal } from '../timeline/chain.ts';
import type { EntryDraft } from '../timeline/entry.ts';
import { withLadder } from './escalation.ts';
import type { EscalationLadder } from './escalation.ts';
import { executionsDueAt } from './execution.ts';
import { hasThread } from './incident.ts';
import type { Effect, Incident, IncidentId, MessageView, Redraw } from './incident.ts';
import type { IncidentStore } from './ports.ts';

export type ChangeDeps = {
  incidents: IncidentStore;
  clock: Clock;
  /** 128 random bits or more, as text: what the timeline's digests are salted with. */
  salt: () => string;
  /** When those on call are told again about a critical incident that nobody acknowledges; absent: never. */
  ladder?: EscalationLadder;
  /** Called after each commit, so that the relay need not wait for its next round. `before` is absent when the incident was just opened. */
  changed: (incident: Incident, before?: Incident) => void;
};

/** The fields that a decision may set; version, timeline, pending and causes belong to the commit. An undefined value removes the field. */
export type Fields = {
  [K in keyof Omit<Incident, 'schema' | 'id' | 'number' | 'version' | 'timeline' | 'pending' | 'causes' | 'updatedAt'>]?:
    | Incident[K]
    | undefined;
};

/** What should happen to an incident, decided without looking at anything but its present state, the request and the time. */
export type Decision =
  | { type: 'change'; set: Fields; entries: readonly EntryDraft[]; redraw: readonly Redraw[]; reason: string }
  | { type: 'nothing'; reason: string }
  | { type: 'refused'; code: ErrorCode; reason: string };

export type Changed = { incident: Incident; outcome: 'changed' | 'unchanged'; reason: string };

/** How many requests an incident remembers, to know one that is delivered again. */
const rememberedCauses = 64;
const maxRaces = 50;

/**
 * Changes one incident by compare-and-set: decide on the present state, commit, and on a lost race decide anew. A `cause` that the incident
 * remembers changes nothing. `from` spares the first look where the incident was just read. Throws TocsinError: not_found, conflict (too many lost races), or what the decision refused with.
 */
export async function changeIncident(
  deps: ChangeDeps,
  id: IncidentId,
  request: { cause?: string; decide: (incident: Incident, now: Instant) => Decision; from?: Incident },
): Promise<Changed> {
  for (let race = 0; race < maxRaces; race += 1) {
    const incident = (race === 0 ? request.from : undefined) ?? (await deps.incidents.get(id));
    if (incident === undefined) throw new TocsinError('not_found', 'That incident does not exist.');
    if (request.cause !== undefined && incident.causes.includes(request.cause)) {
      return { incident, outcome: 'unchanged', reason: 'this request was handled before' };
    }
    const now = toInstant(deps.clock.now());
    const decision = request.decide(incident, now);
    if (decision.type === 'nothing') return { incident, outcome: 'unchanged', reason: decision.reason };
    if (decision.type === 'refused') throw new TocsinError(decision.code, decision.reason);
    const next = advance(incident, decision, { ...deps, now, ...(request.cause === undefined ? {} : { cause: request.cause }) });
    if (await deps.incidents.replace(next, incident.version)) {
      deps.changed(next, incident);
      return { incident: next, outcome: 'changed', reason: decision.reason };
    }
  }
  throw new TocsinError('conflict', 'The incident is being changed by many at once. Please try again.', { retryable: true });
}

/** The incident after a decision: next version, entries sealed onto the chain, effects for chat. Pure but for `salt`. */
export function advance(
  incident: Incident,
  decision: Extract<Decision, { type: 'change' }>,
  how: Pick<ChangeDeps, 'salt' | 'ladder'> & { now: Instant; cause?: string },
): Incident {
  const changed = withLadder(announced(rescheduled(withFields(incident, decision.set), decision.set)), how);
  const sealed = seal({ incidentId: incident.id, head: incident.timeline, now: how.now, salt: how.salt }, decision.entries);
  const version = incident.version + 1;
  const effects = hasThread(changed) ? effectsOf(changed, { version, before: incident, decision }) : [];
  return {
    ...changed,
    version,
    updatedAt: how.now,
    causes: how.cause === undefined ? incident.causes : [...incident.causes, how.cause].slice(-rememberedCauses),
    timeline: sealed.head,
    pending: {
      entries: [...incident.pending.entries, ...sealed.entries],
      effects: [...incident.pending.effects, ...effects],
    },
  };
}

/** The incident with the fields that a decision sets; an undefined value removes one. */
export function withFields(incident: Incident, fields: Fields): Incident {
  const next = { ...incident, ...fields };
  const isWhole = Object.values(fields).every((value) => value !== undefined);
  // Only optional fields are ever set to undefined by decisions, so what is left is still a whole incident.
  return (isWhole ? next : Object.fromEntries(Object.entries(next).filter(([, value]) => value !== undefined))) as Incident;
}

/** Whatever changes executions also moves the time at which the first of them is due. */
function rescheduled(incident: Incident, set: Fields): Incident {
  if (set.executions === undefined) return incident;
  const { executions: _before, ...due } = incident.due;
  const dueAt = executionsDueAt(set.executions);
  return { ...incident, due: dueAt === undefined ? due : { ...due, executions: dueAt } };
}

function announced(incident: Incident): Incident {
  return incident.severity === 'critical' ? { ...incident, isAnnounced: true } : incident;
}

type EffectContext = { version: number; before: Incident; decision: Extract<Decision, { type: 'change' }> };

function effectsOf(incident: Incident, context: EffectContext): readonly Effect[] {
  const { before } = context;
  const views = hasThread(before) ? redrawn(incident, context.decision.redraw) : openingViews(incident);
  const told = context.decision.entries.flatMap(({ tell }, index): MessageView[] => {
    if (tell === undefined) return [];
    const seq = before.timeline.seq + 1 + index;
    const inThread: MessageView = { type: 'entry', seq, broadcast: tell.broadcast };
    if (tell.oncall === 'only') return [toOncall(seq)];
    return tell.oncall === true ? [inThread, toOncall(seq)] : [inThread];
  });
  return [...views, ...answered(before, incident), ...told].map((view) => ({
    key: effectKey(incident, view),
    view,
    revision: context.version,
  }));
}

function toOncall(seq: number): MessageView {
  return { type: 'entry', seq, broadcast: false, to: 'oncall' };
}

/** The calls to those on call that have just been answered, so that nobody runs for what somebody has. */
function answered(before: Incident, after: Incident): readonly MessageView[] {
  return after.escalation === undefined ? (before.escalation?.told ?? []).map(({ seq }) => toOncall(seq)) : [];
}

/** What a new thread consists of, the root first. */
export function openingViews(incident: Incident): readonly MessageView[] {
  return [
    { type: 'card' },
    ...(incident.severity === 'critical' ? [{ type: 'oncall' } as const] : []),
    ...(incident.alerts.length > 0 ? [{ type: 'alerts' } as const] : []),
    ...(incident.runbook === undefined ? [] : [{ type: 'runbook' } as const, { type: 'brief' } as const]),
  ];
}

function redrawn(incident: Incident, views: readonly Redraw[]): readonly MessageView[] {
  return views
    .filter((view) => view !== 'oncall' || incident.isAnnounced === true)
    .filter((view) => view !== 'brief' || incident.runbook !== undefined)
    .map((view) => (typeof view === 'string' ? { type: view } : view));
}

/** The outbox key of a message of an incident. */
export function effectKey(incident: { id: IncidentId }, view: MessageView): string {
  if (view.type === 'file') return `${incident.id}:file:${view.number}:${view.part}`;
  if (view.type === 'execution') return `${incident.id}:execution:${view.number}`;
  if (view.type !== 'entry') return `${incident.id}:${view.type}`;
  return `${incident.id}:entry:${view.seq}${view.to === undefined ? '' : `:${view.to}`}`;
}
