import type { Alert } from '../../alerts/alert.ts';
import type { Incident } from '../../incidents/incident.ts';
import type { Instant } from '../../kernel/instant.ts';
import type { Runbook } from '../../runbooks/runbook.ts';
import type { TimelineEntry } from '../../timeline/entry.ts';
import type { Links } from '../desk.ts';

/** Everything that a message is drawn from. */
export type DrawContext = {
  incident: Incident;
  /** The incident's runbook, when it has one and it can be read. */
  runbook?: Runbook;
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
