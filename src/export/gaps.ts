import { changesThings, executionsOf } from '../incidents/execution.ts';
import type { Execution, ExecutionId } from '../incidents/execution.ts';
import { isOpen, roles } from '../incidents/incident.ts';
import type { Incident } from '../incidents/incident.ts';
import { countText, listText, roleWords } from './wording.ts';

type Known = { alertsWithLabels: number; hasDrafts: boolean; erased: number; keptExecutions: readonly ExecutionId[] };

/** What a complete record would hold and this one does not, one sentence each. Missing things are said, never silently blank. */
export function gapsOf(incident: Incident, known: Known): readonly string[] {
  const removed = executionsOf(incident).filter(({ id, type }) => type !== 'manual' && !known.keptExecutions.includes(id));
  const unread = incident.alerts.length - known.alertsWithLabels;
  const facts: readonly (readonly [boolean, string])[] = [
    [isOpen(incident), 'The incident is still open: this is its state so far.'],
    [incident.impact === '', 'The impact is not written down.'],
    [incident.service === '', 'No service is named.'],
    [incident.milestones.acknowledgedAt === undefined, 'Nobody acknowledged it.'],
    ...roles.map((role) => [incident.roles[role] === undefined, `Nobody has the role of ${roleWords[role].name}.`] as const),
    [incident.latestUpdate === undefined, 'No status update was posted.'],
    [incident.runbook === undefined, 'No runbook is linked.'],
    [incident.runbook !== undefined && !known.hasDrafts, 'The runbook cannot be read now or has no templates, so there are no drafts.'],
    [incident.runbook !== undefined && incident.measurement === undefined, 'Nothing was measured.'],
    [incident.measurement?.problem !== undefined, `The last measurement gave no value: ${incident.measurement?.problem ?? ''}.`],
    [incident.alerts.length === 0, 'No alert is part of it: a person declared it.'],
    [unread > 0, `Labels and annotations are gone for ${countText(unread, 'alert')}.`],
    [incident.thread === undefined, 'It has no thread in chat.'],
    ...executionsOf(incident).flatMap(executionGaps),
    [removed.length > 0, removedText(removed)],
    [known.erased > 0, `Erased from the timeline since: ${countText(known.erased, 'part')}. The chain still holds.`],
  ];
  return facts.filter(([isMissing]) => isMissing).map(([, text]) => text);
}

function removedText(removed: readonly Execution[]): string {
  const names = listText(removed.map(({ number }) => `#${number}`));
  return `Whole outputs, plans and journals are not kept any more for ${names}: what the timeline holds of them stays, with their digests.`;
}

function executionGaps(execution: Execution): readonly (readonly [boolean, string])[] {
  const name = `#${execution.number} (${execution.title})`;
  const { state, breakGlass, verification } = execution;
  return [
    [state === 'unknown' && changesThings(execution), `Nobody knows whether ${name} happened.`],
    [breakGlass !== undefined, `${name} was applied without a second person's approval: review it.`],
    [state === 'applied' && verification === undefined, `${name} was not verified: the runbook names no query for it.`],
    [state === 'applied' && verification?.verdict === 'unknown', `Whether ${name} helped is not known.`],
  ];
}
