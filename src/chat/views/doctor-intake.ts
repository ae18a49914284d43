import { countText, cutText, durationText } from '../../export/wording.ts';
import { msBetween } from '../../kernel/instant.ts';
import type { Health } from '../health.ts';
import type { Finding } from './finding.ts';
import { bold, code, timeInline } from './inline.ts';

type Seen = Extract<Health, { type: 'seen' }>;

/** So long it may do without: a restart of Alertmanager takes this time to count as over. */
const patienceMs = 10 * 60_000;

export function silentWatchdogs({ watchdogs, now }: Seen): readonly Finding[] {
  return watchdogs.flatMap(({ name, state, lastSeenAt }): Finding[] => {
    if (state !== 'silent') return [];
    const since = lastSeenAt === undefined ? [' has ever come'] : [' since ', timeInline(lastSeenAt, now)];
    return [
      {
        what: [bold(`No ${name}`), ...since, ': alerts may not be arriving'],
        next: ['look whether Prometheus runs, whether Alertmanager has the alert, and whether it reaches the webhook.'],
      },
    ];
  });
}

export function comparison({ compared, now }: Seen): readonly Finding[] {
  const { completeAt, last } = compared ?? {};
  if (last === undefined || last.outcome === 'complete') return [];
  if (completeAt !== undefined && msBetween(completeAt, now) < patienceMs) return [];
  const problem = last.problem === '' ? 'deliveries wait to be worked on' : cutText(last.problem, 300);
  return [
    {
      what: [
        bold('Not compared with Alertmanager'),
        ...(completeAt === undefined ? [' so far'] : [' since ', timeInline(completeAt, now)]),
        `: ${problem}`,
      ],
      next: ['look at it and at ', code('ALERTMANAGER_URL'), '. Until then alerts that end while they are silenced stay open here.'],
    },
  ];
}

export function intakeFigures({ compared, watchdogs, now }: Seen): readonly string[] {
  const ago = (at: Parameters<typeof msBetween>[0]) => `${durationText(msBetween(at, now))} ago`;
  return [
    ...(compared === undefined
      ? ['Alertmanager not compared']
      : [`compared with Alertmanager ${compared.completeAt === undefined ? 'not yet' : ago(compared.completeAt)}`]),
    ...watchdogs.map(({ name, state, lastSeenAt }) => {
      const last = lastSeenAt === undefined ? 'never came' : ago(lastSeenAt);
      return `${name} ${last}${state === 'unwatched' ? ', too rarely to be watched so far' : ''}`;
    }),
  ];
}

/** Told for as long as Alertmanager tries again by itself, and a while longer. */
const sentAwayMs = 15 * 60_000;

export function sentAway({ deliveries, now }: Seen): readonly Finding[] {
  const { sentAway: away } = deliveries;
  if (away === undefined || msBetween(away.lastAt, now) > sentAwayMs) return [];
  return [
    {
      what: [
        bold(`${countText(away.count, 'webhook request was', 'webhook requests were')} sent away`),
        ' with 503, the last at ',
        timeInline(away.lastAt, now),
        ': more came at once than there is room for',
      ],
      next: ['nothing; Alertmanager sends them again by itself. If it goes on, look at the disk of the store, or run another process.'],
    },
  ];
}
