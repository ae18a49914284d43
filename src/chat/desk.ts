import type { AlertStore } from '../alerts/ports.ts';
import type { ExecutionStore } from '../executions/ports.ts';
import type { Runner } from '../executions/runner.ts';
import type { ChangeDeps } from '../incidents/change.ts';
import type { Incident } from '../incidents/incident.ts';
import type { Offer } from '../reading/offers.ts';
import type { Parameter } from '../reading/parameter.ts';
import type { StepReading } from '../reading/read-step.ts';
import type { RunbookLibrary } from '../runbooks/library.ts';
import type { Runbook } from '../runbooks/runbook.ts';
import type { TimelineStore } from '../timeline/ports.ts';
import type { Doctor } from './health.ts';

/** Where a message can point to. Each address is absent when there is none. */
export type Links = {
  /** The runbook as people read it. */
  runbook?: string;
  /** The incident's thread. */
  thread?: string;
};

export type DownloadFormat = 'md' | 'json';

/** What commands work with: the verbs' own needs, stores to read from, and what only the composition root knows. */
export type Desk = ChangeDeps & {
  timeline: Pick<TimelineStore, 'read'>;
  alerts: Pick<AlertStore, 'get'>;
  runbooks: Pick<RunbookLibrary, 'runbooks' | 'get'>;
  people: {
    /** The name that people know this chat user by, or undefined when it cannot be found out now. */
    nameOf(id: string): Promise<string | undefined>;
  };
  downloads: { linkFor(incident: Incident, format: DownloadFormat): string };
  linksFor(incident: Incident): Links;
  /** Everything that can be done with the runbook's steps. */
  runner: Pick<Runner, 'runAll' | 'query' | 'mark' | 'mitigate' | 'undo' | 'approve' | 'deny' | 'cancel' | 'breakGlass'>;
  /** How Tocsin itself is, and what brings back what it gave up. */
  doctor: Doctor;
  /** Plans and outputs. */
  documents: Pick<ExecutionStore, 'get'>;
  steps: {
    /** What each step of a runbook does, by its text. */
    read(runbook: Runbook): readonly StepReading[];
    /** Values that may fit a parameter, from the incident's alerts and the live cluster. Never throws, and does not take long. */
    offers(parameter: Parameter, incident: Incident): Promise<readonly Offer[]>;
  };
  /** How the command is called in this workspace: "/incident". */
  command: string;
};

/** The runbook that the incident is linked with, as the library holds it now; undefined when there is none, or it is gone. */
export function runbookOf(desk: Pick<Desk, 'runbooks'>, incident: Incident): Runbook | undefined {
  return incident.runbook === undefined ? undefined : desk.runbooks.get(incident.runbook.path);
}
