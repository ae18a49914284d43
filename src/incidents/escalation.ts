import { addMs } from '../kernel/instant.ts';
import type { Instant } from '../kernel/instant.ts';
import type { Incident } from './incident.ts';

/** One step of the ladder. All tell those on call, and only while the incident is critical and nobody has acknowledged it. */
type EscalationStep = { afterMs: number };

/** Steps in the order of their times; an empty ladder tells nobody again. */
export type EscalationLadder = readonly EscalationStep[];

/** Where a critical incident that nobody has acknowledged stands on the ladder. */
export type Escalation = {
  /** From when the steps count: it was opened, raised to critical or reopened then. */
  since: Instant;
  /** How many steps lie behind it, said or missed. */
  done: number;
  /** What those on call were told since: when, and by which entry of the timeline. */
  told: readonly { at: Instant; seq: number }[];
  /** When the next step is due; absent after the last one. */
  nextAt?: Instant;
};

/** Whether the ladder goes on: it is critical, open, and nobody has it. */
function isUnanswered({ severity, state }: Incident): boolean {
  return severity === 'critical' && state === 'triggered';
}

/** The incident after a change, with the ladder begun, kept or ended as its state demands. Whatever happens to an incident passes here. */
export function withLadder(after: Incident, how: { now: Instant; ladder?: EscalationLadder }): Incident {
  if (!isUnanswered(after)) return standing(after, undefined);
  if (after.escalation !== undefined) return after;
  const { ladder = [] } = how;
  return standing(after, ladder.length === 0 ? undefined : climbed({ since: how.now, done: 0, told: [] }, ladder));
}

/** The escalation with the time of its next step, as the ladder has it. */
export function climbed(escalation: Omit<Escalation, 'nextAt'>, ladder: EscalationLadder): Escalation {
  const { since, done, told } = escalation;
  const next = ladder[done];
  return { since, done, told, ...(next === undefined ? {} : { nextAt: addMs(since, next.afterMs) }) };
}

/** What is due on an incident that stands there. */
export function dueWith(due: Incident['due'], escalation: Escalation | undefined): Incident['due'] {
  const { escalate: _before, ...others } = due;
  return escalation?.nextAt === undefined ? others : { ...others, escalate: escalation.nextAt };
}

function standing(incident: Incident, escalation: Escalation | undefined): Incident {
  const { escalation: _before, ...rest } = incident;
  const due = dueWith(incident.due, escalation);
  return escalation === undefined ? { ...rest, due } : { ...rest, due, escalation };
}

/** Whether an entry is the latest call, and nobody has answered it: what goes out late must not be followed by what was older. */
export function isLatestCall(incident: Incident, { seq }: { seq: number }): boolean {
  return incident.escalation?.told.at(-1)?.seq === seq;
}

/** Whether what an entry told those on call still holds: nobody has answered since. */
export function stillHolds(incident: Incident, { seq }: { seq: number }): boolean {
  return incident.escalation?.told.some((each) => each.seq === seq) === true;
}
