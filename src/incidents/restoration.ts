import type { Instant } from '../kernel/instant.ts';
import { addMs } from '../kernel/instant.ts';
import { changeIncident } from './change.ts';
import type { ChangeDeps, Changed } from './change.ts';
import { changesThings, executionsOf, hasEnded } from './execution.ts';
import type { Execution } from './execution.ts';
import type { Incident, IncidentId } from './incident.ts';

/** The store was brought back from a backup: it knows nothing of what happened between the two, and chat and clusters may show it. */
export type Restoration = { takenAt: Instant; restoredAt: Instant };

/** Clocks of those who send alerts may be ahead of ours by this much. */
const skewMs = 10 * 60_000;

/** Whether the incident may have had a life in the lost time, and so messages in chat that the store does not know. */
export function mayHaveLivedBefore(incident: Incident, { restoredAt }: Restoration): boolean {
  const until = addMs(restoredAt, skewMs);
  return incident.milestones.detectedAt <= until || incident.alerts.some(({ startsAt }) => startsAt <= until);
}

/**
 * Says on the incident's timeline and in its thread what is missing, and ends what was under way: an approved change may have been made in the
 * lost time, and is never made again by itself.
 */
export function noteRestoration(deps: ChangeDeps, input: { id: IncidentId; restoration: Restoration }): Promise<Changed> {
  const { takenAt } = input.restoration;
  return changeIncident(deps, input.id, {
    cause: `restored:${takenAt}`,
    decide: (incident, now) => {
      const open = executionsOf(incident).filter((execution) => !hasEnded(execution));
      return {
        type: 'change',
        set: {
          executions: executionsOf(incident).map((execution) => (hasEnded(execution) ? execution : ended(execution, { takenAt, now }))),
        },
        entries: [
          {
            kind: 'note',
            actor: { type: 'system', part: 'restore' },
            facts: {},
            text: words(input.restoration, open),
            tell: { broadcast: false },
          },
        ],
        redraw: ['card', ...open.map(({ number }) => ({ type: 'execution', number }) as const)],
        reason: 'restored from a backup',
      };
    },
  });
}

function ended(execution: Execution, { takenAt, now }: { takenAt: Instant; now: Instant }): Execution {
  const { lease: _lease, dueAt: _dueAt, ...rest } = execution;
  const finding = `the store was restored from a backup of ${inMinutes(takenAt)}, and what became of this later is not known`;
  return { ...rest, state: changesThings(execution) ? 'unknown' : 'failed', finding, endedAt: now };
}

function words({ takenAt, restoredAt }: Restoration, open: readonly Execution[]): string {
  const changes = open.filter(changesThings).map(({ number }) => `#${number}`);
  return [
    `Tocsin was restored from a backup of ${inMinutes(takenAt)}. What happened from then until ${inMinutes(restoredAt)} is not on the record.`,
    'Messages of that time above still tell it; what follows may say some of it again.',
    ...(changes.length === 0
      ? []
      : [`Nobody knows whether ${changes.join(', ')} happened: look at the objects before anything is changed again.`]),
  ].join(' ');
}

/** "2026-03-14 03:05 UTC". */
function inMinutes(at: Instant): string {
  return `${at.slice(0, 10)} ${at.slice(11, 16)} UTC`;
}
