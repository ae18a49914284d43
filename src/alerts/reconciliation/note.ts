import { changeIncident } from '../../incidents/change.ts';
import type { ChangeDeps } from '../../incidents/change.ts';
import type { IncidentId } from '../../incidents/incident.ts';
import { sha256 } from '../../kernel/hash.ts';
import type { Instant } from '../../kernel/instant.ts';
import { shortLine } from '../route.ts';

/** An alert of an incident that no Alertmanager knows any more. */
export type Gone = { key: string; name: string; since: Instant; wasQuiet: boolean };

type Named = Gone & { target: string };

const named = 5;

/** Says on the timeline and in the thread why alerts clear of which no end was ever reported. Once, however often it is asked for. */
export async function noteGone(deps: ChangeDeps, id: IncidentId, gone: readonly Gone[]): Promise<void> {
  const keys = gone.map(({ key, since }) => `${key} ${since}`).sort();
  await changeIncident(deps, id, {
    cause: `reconcile:${sha256(JSON.stringify(keys)).slice(0, 24)}`,
    decide: (incident) => {
      const firing = gone.flatMap((each): Named[] => {
        const link = incident.alerts.find(({ key, status }) => key === each.key && status === 'firing');
        return link === undefined ? [] : [{ ...each, target: link.target }];
      });
      if (firing.length === 0) return { type: 'nothing', reason: 'they have cleared by themselves' };
      return {
        type: 'change',
        set: {},
        entries: [
          {
            kind: 'note',
            actor: { type: 'system', part: 'Alertmanager' },
            facts: { gone: firing.map(({ key }) => key) },
            text: textOf(firing),
            tell: { broadcast: false },
          },
        ],
        redraw: [],
        reason: 'no longer known to Alertmanager',
      };
    },
  });
}

function textOf(gone: readonly Named[]): string {
  const names = gone.slice(0, named).map(({ name, target }) => shortLine(`${name} ${target}`, 120));
  const list = gone.length > named ? [...names, `${gone.length - named} more`].join(', ') : names.join(', ');
  const quiet = gone.every(({ wasQuiet }) => wasQuiet);
  const why = quiet ? 'Silenced or inhibited, so nobody was told of the end.' : 'The end was never reported here.';
  return `No longer known to Alertmanager: ${list}. ${why}`;
}
