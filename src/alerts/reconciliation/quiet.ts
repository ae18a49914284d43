import type { IncidentId, Quiet } from '../../incidents/incident.ts';
import { markQuiet } from '../../incidents/mark-quiet.ts';
import { canonicalJson } from '../../kernel/json.ts';
import type { Look } from './merge.ts';
import type { QuietMark } from './reconciliation.ts';
import { aside } from './round.ts';
import type { Round } from './round.ts';

const incidentsAtOnce = 100;
const remembered = 5000;

/** Writes into incidents which of their alerts are silenced or inhibited, where that has changed. Resolves with what is to be remembered. */
export async function markQuietAlerts({ options, claimed }: Round, { known, here }: Look): Promise<readonly QuietMark[]> {
  const before = new Map(claimed.quiet.map(({ fingerprint, mark }) => [fingerprint, mark]));
  const marks = new Map<string, string>();
  const changed = new Map<IncidentId, Map<string, Quiet | undefined>>();
  for (const [fingerprint, { key, incidentId }] of here) {
    const there = known.get(fingerprint);
    const mark = there === undefined ? before.get(fingerprint) : markOf(key, there.quiet);
    if (mark !== undefined) marks.set(fingerprint, mark);
    if (mark === before.get(fingerprint) || incidentId === undefined) continue;
    changed.set(incidentId, (changed.get(incidentId) ?? new Map<string, Quiet | undefined>()).set(fingerprint, there?.quiet));
  }
  let room = incidentsAtOnce;
  for (const [id, alerts] of changed) {
    room -= 1;
    const isDone =
      room >= 0 && (await aside(options.log, { incidentId: id }, async () => void (await markQuiet(options.change, { id, alerts }))));
    // What was not written stands as it stood, and is found to have changed again in the next round.
    if (!isDone) for (const fingerprint of alerts.keys()) restore(marks, fingerprint, before.get(fingerprint));
  }
  return [...marks].slice(0, remembered).map(([fingerprint, mark]) => ({ fingerprint, mark }));
}

/** Names the instance too: one that fires anew stands in its incident as another one. */
function markOf(key: string, quiet: Quiet | undefined): string | undefined {
  return quiet === undefined ? undefined : `${key} ${canonicalJson(quiet)}`;
}

function restore(marks: Map<string, string>, fingerprint: string, mark: string | undefined): void {
  if (mark === undefined) marks.delete(fingerprint);
  else marks.set(fingerprint, mark);
}
