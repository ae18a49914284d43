import type { IncidentId } from '../../incidents/incident.ts';
import type { AlertEvent } from '../alert.ts';
import { deliveriesOf, foundEvent, goneEvent } from './events.ts';
import { apiSender } from './learn.ts';
import type { Look } from './merge.ts';
import { noteGone } from './note.ts';
import type { Gone } from './note.ts';
import type { Suspect } from './reconciliation.ts';
import { aside } from './round.ts';
import type { Round } from './round.ts';
import { isRipe, ourReceivers } from './suspects.ts';

/** How many alerts a round acts upon; the others wait for the next one. */
const mostAtOnce = 500;

/** Stores what is ripe as deliveries. Resolves with all suspects as they are to be remembered. */
export async function actUpon(round: Round, look: Look, suspects: readonly Suspect[]): Promise<readonly Suspect[]> {
  const { policy } = round.options;
  const ripe = suspects.filter((suspect) => isRipe(suspect, look, policy)).slice(0, mostAtOnce);
  const found = await missed(
    round,
    look,
    ripe.filter(({ kind }) => kind === 'unseen'),
  );
  const gone = await vanished(
    round,
    look,
    ripe.filter(({ kind }) => kind === 'gone'),
  );
  if (found.size + gone.size === 0 || !(await isStillOurs(round))) return suspects;
  await append(round, 'found', [...found.values()]);
  await append(round, 'gone', [...gone.values()]);
  round.options.metrics.found(found.size);
  round.options.metrics.cleared(gone.size);
  round.options.log.warn({ missed: found.size, gone: gone.size }, 'alertmanager and tocsin did not agree: the difference was made up for');
  return suspects.map((suspect) => {
    const isTold = (suspect.kind === 'unseen' ? found : gone).has(suspect.fingerprint);
    return isTold ? { ...suspect, toldAt: round.now } : suspect;
  });
}

type Events = ReadonlyMap<string, AlertEvent>;

async function missed({ options, claimed, now, signal }: Round, { known }: Look, ripe: readonly Suspect[]): Promise<Events> {
  const events = new Map<string, AlertEvent>();
  if (ripe.length === 0) return events;
  const receivers = ourReceivers(claimed, options.policy);
  const routed = await Promise.all(options.sources.map((source) => source.routed(receivers, signal)));
  for (const suspect of ripe) {
    const there = known.get(suspect.fingerprint);
    if (there === undefined || !routed.some((fingerprints) => fingerprints?.has(suspect.fingerprint) === true)) continue;
    const event = foundEvent(suspect, there, { latest: await options.store.alerts.latest(suspect.fingerprint), now });
    if (event !== undefined) events.set(suspect.fingerprint, event);
  }
  return events;
}

/** The record says why an alert clears before it does. */
async function vanished({ options }: Round, { here }: Look, ripe: readonly Suspect[]): Promise<Events> {
  const events = new Map<string, AlertEvent>();
  const notes = new Map<IncidentId, Gone[]>();
  for (const suspect of ripe) {
    const row = here.get(suspect.fingerprint);
    const alert = row === undefined ? undefined : await options.store.alerts.get(row.key);
    if (alert?.status !== 'firing') continue;
    events.set(suspect.fingerprint, goneEvent(suspect, alert));
    const { key, name, incidentId } = alert;
    if (incidentId === undefined) continue;
    const gone = { key, name, since: suspect.since, wasQuiet: suspect.wasQuiet === true };
    notes.set(incidentId, [...(notes.get(incidentId) ?? []), gone]);
  }
  for (const [id, gone] of notes) await aside(options.log, { incidentId: id }, () => noteGone(options.change, id, gone));
  return events;
}

/** A process that was held up for longer than a round must not report what was true then. */
async function isStillOurs({ options, claimed }: Round): Promise<boolean> {
  return (await options.store.reconciliation.get())?.version === claimed.version;
}

async function append({ options, claimed, now }: Round, what: 'found' | 'gone', events: readonly AlertEvent[]): Promise<void> {
  const finding = { source: 'alertmanager-api', group: 'reconcile', sender: apiSender, receiver: what, at: now, events } as const;
  const deliveries = deliveriesOf({ ...finding, cause: `reconcile:${claimed.version}:${what}` });
  await Promise.all(deliveries.map((delivery) => options.store.deliveries.append(delivery)));
  if (deliveries.length > 0) options.received();
}
