import { addMs } from '../kernel/instant.ts';
import { changeIncident } from './change.ts';
import type { ChangeDeps, Changed, Decision } from './change.ts';
import { isOpen } from './incident.ts';
import type { DueKind, Incident, IncidentId, Measurement } from './incident.ts';

/** Remembers where the incident's thread is, once its root was posted. */
export function recordThread(deps: ChangeDeps, input: { id: IncidentId; channel: string; ts: string }): Promise<Changed> {
  return changeIncident(deps, input.id, {
    decide: (incident) =>
      incident.thread?.channel === input.channel && incident.thread.ts === input.ts
        ? { type: 'nothing', reason: 'known' }
        : {
            type: 'change',
            set: { thread: { channel: input.channel, ts: input.ts } },
            entries: [
              { kind: 'thread_opened', actor: { type: 'system', part: 'outbox' }, facts: { channel: input.channel, ts: input.ts } },
            ],
            // Whoever is on call was told already, perhaps before there was a thread to lead to.
            redraw: ['oncall'],
            reason: 'thread opened',
          },
  });
}

/**
 * Stores what the runbook's own query says now. The timeline gets the first value, the first failure, and each change between the two; the
 * card follows when the value has moved noticeably.
 */
export function recordMeasurement(deps: ChangeDeps, input: { id: IncidentId; measurement: Measurement }): Promise<Changed> {
  return changeIncident(deps, input.id, { decide: (incident): Decision => decideMeasurement(incident, input.measurement) });
}

function decideMeasurement(incident: Incident, measurement: Measurement): Decision {
  if (!isOpen(incident)) return { type: 'nothing', reason: 'the incident is over' };
  const before = incident.measurement;
  const turned = before === undefined || (before.value === undefined) !== (measurement.value === undefined);
  if (!turned && before.value === measurement.value && before.problem === measurement.problem)
    return { type: 'nothing', reason: 'unchanged' };
  return {
    type: 'change',
    set: { measurement },
    entries: turned ? [{ kind: 'measured', actor: { type: 'system', part: 'prometheus' }, facts: { ...measurement } }] : [],
    redraw: [
      ...(turned || hasMoved(before, measurement) ? (['card', 'brief'] as const) : []),
      // The announcement must not go on saying that it is being measured; later values are the card's.
      ...(turned ? (['oncall'] as const) : []),
    ],
    reason: 'measured',
  };
}

/** Edits are a budget that all incidents share: a value that hardly moved is stored, and drawn with the next change. */
const noticeable = 0.05;

function hasMoved(before: Measurement, now: Measurement): boolean {
  if (before.value === undefined || now.value === undefined) return before.problem !== now.problem;
  return Math.abs(now.value - before.value) > noticeable * Math.abs(before.value);
}

/** Claims a due task by moving its time on; "unchanged" means that another worker has it, or that it is not due any more. */
export function claimDue(deps: ChangeDeps, input: { id: IncidentId; kind: DueKind; nextInMs: number }): Promise<Changed> {
  return changeIncident(deps, input.id, {
    decide: (incident, now) => {
      const dueAt = incident.due[input.kind];
      if (dueAt === undefined || dueAt > now) return { type: 'nothing', reason: 'not due' };
      const due: Incident['due'] = { ...incident.due, [input.kind]: addMs(now, input.nextInMs) };
      return { type: 'change', set: { due }, entries: [], redraw: [], reason: 'claimed' };
    },
  });
}

/** Takes a due task off the incident: there is nothing to do for it. */
export function dropDue(deps: ChangeDeps, input: { id: IncidentId; kind: DueKind }): Promise<Changed> {
  return changeIncident(deps, input.id, {
    decide: (incident) => {
      const { [input.kind]: dueAt, ...due } = incident.due;
      if (dueAt === undefined) return { type: 'nothing', reason: 'not due' };
      return { type: 'change', set: { due }, entries: [], redraw: [], reason: 'dropped' };
    },
  });
}
