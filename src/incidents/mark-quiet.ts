import { canonicalJson } from '../kernel/json.ts';
import { changeIncident } from './change.ts';
import type { ChangeDeps, Changed } from './change.ts';
import type { AlertLink, IncidentId, Quiet } from './incident.ts';

/** Notes on firing alerts whether Alertmanager tells anybody of them; undefined: it does. No entry: a silence is not this incident's doing. */
export function markQuiet(deps: ChangeDeps, input: { id: IncidentId; alerts: ReadonlyMap<string, Quiet | undefined> }): Promise<Changed> {
  return changeIncident(deps, input.id, {
    decide(incident) {
      const alerts = incident.alerts.map((link) => marked(link, input.alerts));
      if (alerts.every((link, index) => link === incident.alerts[index])) return { type: 'nothing', reason: 'it stands there already' };
      return { type: 'change', set: { alerts }, entries: [], redraw: ['alerts'], reason: 'what is silenced has changed' };
    },
  });
}

function marked(link: AlertLink, alerts: ReadonlyMap<string, Quiet | undefined>): AlertLink {
  if (link.status !== 'firing' || !alerts.has(link.fingerprint)) return link;
  const quiet = alerts.get(link.fingerprint);
  if (canonicalJson(quiet ?? {}) === canonicalJson(link.quiet ?? {})) return link;
  const { quiet: _before, ...rest } = link;
  return quiet === undefined ? rest : { ...rest, quiet };
}
