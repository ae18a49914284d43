import type { Quiet } from '../../incidents/incident.ts';
import type { Instant } from '../../kernel/instant.ts';
import type { AlertmanagerView, FiringAlert, KnownAlert } from './ports.ts';

/** An alert as all Alertmanagers together know it. */
export type Known = Pick<KnownAlert, 'event' | 'heardAt' | 'receivers'> & { isActive: boolean; quiet?: Quiet };

/** All that a round looked at. */
export type Look = {
  now: Instant;
  /** Every Alertmanager answered and has been running for long enough: only then is what is missing really gone. */
  isComplete: boolean;
  known: ReadonlyMap<string, Known>;
  here: ReadonlyMap<string, FiringAlert>;
};

type SeenView = Extract<AlertmanagerView, { type: 'seen' }>;

/** What one Alertmanager tells, with the others: silenced anywhere is silenced, since silences spread with a delay. */
export function merge(views: readonly SeenView[]): ReadonlyMap<string, Known> {
  const known = new Map<string, Known>();
  for (const { alerts, silences } of views) {
    for (const alert of alerts) {
      const { fingerprint } = alert.event;
      known.set(fingerprint, together(known.get(fingerprint), knownOf(alert, silences)));
    }
  }
  return known;
}

function knownOf(alert: KnownAlert, silences: SeenView['silences']): Known {
  const { event, heardAt, receivers, state } = alert;
  const quiet = quietOf(alert, silences);
  return { event, heardAt, receivers, isActive: state === 'active', ...(quiet === undefined ? {} : { quiet }) };
}

function together(before: Known | undefined, alert: Known): Known {
  if (before === undefined) return alert;
  const newer = alert.heardAt > before.heardAt ? alert : before;
  const quiet = before.quiet ?? alert.quiet;
  return {
    event: newer.event,
    heardAt: newer.heardAt,
    receivers: [...new Set([...before.receivers, ...alert.receivers])],
    isActive: before.isActive || alert.isActive,
    ...(quiet === undefined ? {} : { quiet }),
  };
}

function quietOf(alert: KnownAlert, silences: SeenView['silences']): Quiet | undefined {
  if (alert.state !== 'suppressed') return undefined;
  const own = alert.silencedBy.flatMap((id) => silences.get(id) ?? []);
  // The one that lasts longest is the one that people wait for.
  const longest = own.toSorted((a, b) => (a.until < b.until ? 1 : -1))[0];
  if (longest !== undefined) return { by: 'silence', until: longest.until, who: longest.by };
  return { by: alert.silencedBy.length > 0 ? 'silence' : 'inhibition' };
}
