import type { Alert } from '../../alerts/alert.ts';
import type { ExecutionDocument } from '../../executions/document.ts';
import type { Incident } from '../../incidents/incident.ts';
import type { Instant } from '../../kernel/instant.ts';
import type { StepReading } from '../../reading/read-step.ts';
import type { Runbook } from '../../runbooks/runbook.ts';
import type { TimelineEntry } from '../../timeline/entry.ts';
import type { Links } from '../desk.ts';

/** Everything that a message is drawn from. */
export type DrawContext = {
  incident: Incident;
  /** The incident's runbook, when it has one and it can be read. */
  runbook?: Runbook;
  /** What each of its steps does, by its text. */
  readings?: readonly StepReading[];
  /** The execution of a view of type "execution" or "file", with its plan and output; absent when it is not stored. */
  document?: ExecutionDocument;
  /** The timeline entry of a view of type "entry". */
  entry?: TimelineEntry;
  /** The entry that says who resolved it, for a resolved incident. */
  resolution?: TimelineEntry;
  /** The alert instances behind the incident's links, for their labels and annotations; those that are unknown may be absent. */
  alerts?: readonly Alert[];
  now: Instant;
  /** How the command is called: "/incident". */
  command: string;
  links: Links;
};

/** Whether the runbook has a step that can be run as it stands. */
export function hasDiagnostics({ readings = [] }: Pick<DrawContext, 'readings'>): boolean {
  return readings.some(({ kind }) => kind === 'diagnostic');
}
