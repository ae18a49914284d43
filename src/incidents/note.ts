import { changeIncident } from './change.ts';
import type { ChangeDeps, Changed } from './change.ts';
import type { IncidentId, Person } from './incident.ts';

export type Note = {
  id: IncidentId;
  cause: string;
  by: Person;
  text: string;
  /** On the timeline alone. */
  isQuiet?: boolean;
};

/** Puts a person's words on the timeline and into the thread; also after the incident is resolved. */
export function addNote(deps: ChangeDeps, input: Note): Promise<Changed> {
  const tell = input.isQuiet === true ? {} : { tell: { broadcast: false } };
  return changeIncident(deps, input.id, {
    cause: input.cause,
    decide: () => ({
      type: 'change',
      set: {},
      entries: [{ kind: 'note', actor: { type: 'user', ...input.by }, facts: {}, text: input.text, ...tell }],
      redraw: [],
      reason: 'noted',
    }),
  });
}
