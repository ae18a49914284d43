import type { AlertStore } from '../alerts/ports.ts';
import type { ChangeDeps } from '../incidents/change.ts';
import type { Incident } from '../incidents/incident.ts';
import type { RunbookLibrary } from '../runbooks/library.ts';
import type { Runbook } from '../runbooks/runbook.ts';
import type { TimelineStore } from '../timeline/ports.ts';

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
  /** How the command is called in this workspace: "/incident". */
  command: string;
};

/** The runbook that the incident is linked with, as the library holds it now; undefined when there is none, or it is gone. */
export function runbookOf(desk: Pick<Desk, 'runbooks'>, incident: Incident): Runbook | undefined {
  return incident.runbook === undefined ? undefined : desk.runbooks.get(incident.runbook.path);
}
