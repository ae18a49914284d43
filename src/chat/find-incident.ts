import { incidentCan } from '../incidents/can.ts';
import { hasThread, isOpen } from '../incidents/incident.ts';
import type { Incident } from '../incidents/incident.ts';
import type { IncidentStore } from '../incidents/ports.ts';
import type { Command } from './command.ts';
import type { Place } from './reply.ts';
import { takeReference } from './typed.ts';
import type { Typed } from './typed.ts';

export type IncidentCommand = Extract<Command, { about: 'incident' }>;

/** Which incident a command means: one, several that it may mean, or a number that nobody has. `typed` is what remains of the words. */
export type Found =
  | { type: 'one'; incident: Incident; typed: Typed }
  | { type: 'several'; among: readonly Incident[]; open: number; typed: Typed }
  | { type: 'unknown'; number: number; recent: readonly Incident[] };

type FindDeps = { incidents: Pick<IncidentStore, 'list' | 'getByNumber' | 'getByThread'> };

const offered = 5;
const looksBack = 50;

/** Finds the incident by its number, else by the thread, else because no other fits; otherwise gives the latest to choose from. */
export async function findIncident(deps: FindDeps, command: IncidentCommand, request: { typed: Typed; place: Place }): Promise<Found> {
  const { reference, rest } = takeReference(request.typed, command.words);
  if (reference?.certain === true) {
    const incident = await deps.incidents.getByNumber(reference.number);
    if (incident !== undefined) return { type: 'one', incident, typed: rest };
    return { type: 'unknown', number: reference.number, recent: await deps.incidents.list({ limit: offered }) };
  }
  const { typed, place } = request;
  const inThread = place.threadTs === undefined ? undefined : await deps.incidents.getByThread(place.channel, place.threadTs);
  if (inThread !== undefined) return { type: 'one', incident: inThread, typed };
  const guess = candidatesFor(command, await deps.incidents.list({ limit: looksBack }));
  const [only] = guess.among;
  if (guess.sure && only !== undefined) return { type: 'one', incident: only, typed };
  const named = guess.among.find((incident) => incident.number === reference?.number);
  if (named !== undefined) return { type: 'one', incident: named, typed: rest };
  return { type: 'several', among: guess.among.slice(0, offered), open: guess.open, typed };
}

type Guess = { among: readonly Incident[]; sure: boolean; open: number };

/** The incidents that the command can be about, the likeliest first. Those with a thread come before those that are only listed. */
function candidatesFor(command: IncidentCommand, recent: readonly Incident[]): Guess {
  const { verb } = command;
  const fits = (incident: Incident) => verb === undefined || incidentCan(verb, incident).ok;
  const open = recent.filter(isOpen);
  const fitting = open.filter(fits);
  const withThread = fitting.filter(hasThread);
  if (withThread.length === 1) return { among: withThread, sure: true, open: open.length };
  if (fitting.length > 0)
    return { among: [...withThread, ...fitting.filter((i) => !hasThread(i))], sure: fitting.length === 1, open: open.length };
  const others = recent.filter(fits);
  if (others.length > 0) return { among: others, sure: false, open: open.length };
  // Nothing fits: the only open one can at least say why not ("already acknowledged by Ana").
  return { among: open.length > 0 ? open : recent, sure: open.length === 1, open: open.length };
}
