import { countText, cutText, durationText, listText } from '../../export/wording.ts';
import { msBetween } from '../../kernel/instant.ts';
import type { Instant } from '../../kernel/instant.ts';
import type { Health } from '../health.ts';
import type { Block, Button, Message } from '../message.ts';
import { message } from './answers.ts';
import { comparison, intakeFigures, sentAway, silentWatchdogs } from './doctor-intake.ts';
import type { Finding } from './finding.ts';
import { bold, code, contextBlock, textBlock, timeInline } from './inline.ts';

type Seen = Extract<Health, { type: 'seen' }>;

/** What is late by less than this comes by itself. */
export const patienceMs = 60_000;
const dueLateMs = 10_000;
const reasonLimit = 160;

/** How Tocsin itself is: one line when all is well, else what was found, each with what to do next. */
export function drawHealth(health: Health, command: string): Message {
  if (health.type === 'blind') {
    const next = 'Nothing can be recorded until it is back, and Alertmanager is told to send again. Look at the database and at its disk.';
    return message(
      [bold('The store cannot be used now.'), ` ${cutText(health.problem, reasonLimit)}`],
      [textBlock(bold('Next:'), ` ${next}`)],
    );
  }
  const findings = findingsOf(health, command);
  const notes = [...stormNote(health, command), ...rejectedNote(health)];
  if (findings.length === 0) return message([bold('All is well.'), ` ${figures(health)}`], notes);
  return message(
    [bold(`${countText(findings.length, 'thing')} ${findings.length === 1 ? 'needs' : 'need'} a look.`)],
    [...findings.flatMap(drawFinding), ...retryActions(health), contextBlock(figures(health)), ...notes],
  );
}

function drawFinding({ what, cases = [], next }: Finding): readonly Block[] {
  return [
    textBlock(...what),
    ...(cases.length === 0 ? [] : [{ type: 'list', items: cases } as const]),
    textBlock(bold('Next:'), ' ', ...next),
  ];
}

function findingsOf(health: Seen, command: string): readonly Finding[] {
  return [
    ...standing(health),
    ...silentWatchdogs(health),
    ...sentAway(health),
    ...parked(health),
    ...given(health),
    ...slow(health),
    ...unknown(health, command),
    ...silence(health),
    ...comparison(health),
  ];
}

function standing({ outbox, now }: Seen): readonly Finding[] {
  return outbox.standing.map(({ channel, reason, since }) => ({
    what: [
      bold(channel === undefined ? 'Nothing is posted at all' : `Nothing is posted to ${channel}`),
      ' since ',
      timeInline(since, now),
      `: ${cutText(reason, reasonLimit)}`,
    ],
    next:
      channel === undefined
        ? ["repair the app's token or scopes; a new token needs a restart. It is tried again every minute, and nothing is lost."]
        : ['create or unarchive the channel, or invite the bot. It goes on by itself within minutes, and nothing is lost.'],
  }));
}

function parked({ deliveries, now }: Seen): readonly Finding[] {
  const { counts } = deliveries;
  if (counts.parked === 0) return [];
  return [
    {
      what: [bold(`${countText(counts.parked, 'delivery is', 'deliveries are')} parked`), ': alerts in them could not be applied'],
      cases: deliveries.parked.map(({ id, receivedAt, receiver, alerts, reason }) => [
        code(id),
        ' · ',
        timeInline(receivedAt, now),
        ` · ${aboutText(receiver, alerts)} · ${cutText(reason, reasonLimit)}`,
      ]),
      next: ['repair what the reason names, then try again. What newer deliveries settled meanwhile stays as it is.'],
    },
  ];
}

function aboutText(receiver: string, alerts: readonly string[]): string {
  if (alerts.length === 0) return 'unreadable';
  const names = alerts.length > 3 ? [...alerts.slice(0, 3), `${alerts.length - 3} more`] : alerts;
  return `${receiver === '' ? '' : `receiver ${receiver} · `}${listText(names)}`;
}

function given({ outbox }: Seen): readonly Finding[] {
  if (outbox.dead === 0) return [];
  return [
    {
      what: [bold(`${countText(outbox.dead, 'message was', 'messages were')} given up`), ': chat took them in no form'],
      cases: outbox.given.map(({ incident, what, problem }) => [
        bold(incident?.name ?? 'an incident that is gone'),
        ` · ${what} · ${cutText(problem, reasonLimit)}`,
      ]),
      next: ['repair what the reason names (a closed channel, an old version), then try again.'],
    },
  ];
}

function slow({ outbox, deliveries, now }: Seen): readonly Finding[] {
  const found: Finding[] = outbox.slow.map(({ channel, waiting, since, problem }) => ({
    what: [
      bold(`${countText(waiting, 'message waits', 'messages wait')} for ${channel}`),
      ', the oldest since ',
      timeInline(since, now),
      ...(problem === undefined ? [] : [`: ${cutText(problem, reasonLimit)}`]),
    ],
    next: ['nothing in a storm: one post a second goes out. Otherwise look whether chat is reachable, and into the log.'],
  }));
  if (outbox.ambiguous > 0) {
    found.push({
      what: [bold(`${countText(outbox.ambiguous, 'message is', 'messages are')} being looked for`), ': chat did not confirm the post'],
      next: ['nothing; after a quarter of an hour in vain they are posted again, marked as possible repeats.'],
    });
  }
  const { counts, oldestWaiting } = deliveries;
  if (isLate(oldestWaiting, now)) {
    found.push({
      what: [bold(countText(counts.waiting, 'delivery waits', 'deliveries wait')), ', the oldest since ', timeInline(oldestWaiting, now)],
      next: ['nothing in a storm. Otherwise look into the log for "a delivery failed and will be tried again".'],
    });
  }
  return found;
}

function isLate(since: Instant | undefined, now: Instant): since is Instant {
  return since !== undefined && msBetween(since, now) > patienceMs;
}

function unknown({ unknown: changes, dueLateMs: lateMs }: Seen, command: string): readonly Finding[] {
  const found: Finding[] = [];
  if (changes.length > 0) {
    found.push({
      what: [bold(`Of ${countText(changes.length, 'change')} nobody knows whether it happened`)],
      cases: changes.slice(0, 5).map((text) => [text]),
      next: ['look at the object itself, write it down with ', code(`${command} note`), ', then plan anew or undo.'],
    });
  }
  if (lateMs > dueLateMs) {
    found.push({
      what: [bold(`Due work is ${durationText(lateMs)} late`)],
      next: ['nothing right after a restart or in a storm. Otherwise look into the log for "due work failed and will be repeated".'],
    });
  }
  return found;
}

function silence({ deliveries }: Seen): readonly Finding[] {
  if (deliveries.lastReceivedAt !== undefined) return [];
  return [
    {
      what: [bold('No webhook has ever come')],
      next: ["look at Alertmanager's receiver: its address, its token, and the route that leads to it."],
    },
  ];
}

/** "store 3 ms · deliveries: 0 waiting, 0 parked, 1 rejected · ...". */
function figures(health: Seen): string {
  const { now, storeMs, deliveries, outbox, unknown: changes, dueLateMs: lateMs } = health;
  const { counts, lastReceivedAt } = deliveries;
  return [
    `store ${storeMs} ms`,
    `deliveries: ${counts.waiting} waiting, ${counts.parked} parked, ${counts.rejected} rejected`,
    `messages: ${outbox.waiting} waiting${byChannel(outbox)}, ${outbox.ambiguous} unconfirmed, ${outbox.dead} given up`,
    `${changes.length} unknown`,
    `due work ${durationText(lateMs)} late`,
    lastReceivedAt === undefined ? 'no webhook yet' : `last webhook ${durationText(msBetween(lastReceivedAt, now))} ago`,
    ...intakeFigures(health),
  ].join(' · ');
}

/** " (#incidents 40, #oncall 1)", or nothing. */
function byChannel({ channels }: Seen['outbox']): string {
  const waiting = channels.filter((one) => one.waiting > 0);
  return waiting.length === 0 ? '' : ` (${waiting.map((one) => `${one.channel} ${one.waiting}`).join(', ')})`;
}

/** A storm is no fault of Tocsin, but it is why much waits. */
function stormNote({ outbox: { storm }, now }: Seen, command: string): readonly Block[] {
  if (storm === undefined) return [];
  const { since, incidents, threads, leftMs } = storm;
  const left = leftMs === undefined ? 'none could be opened in the last minute' : `about ${durationText(leftMs)} at the present pace`;
  return [
    textBlock(
      bold('There is an alert storm'),
      ' since ',
      timeInline(since, now),
      `: ${countText(incidents, 'incident')}, ${countText(threads, 'thread waits', 'threads wait')} (${left}). `,
      code(`${command} list`),
      ' has what is open.',
    ),
  ];
}

function rejectedNote({ deliveries }: Seen): readonly Block[] {
  if (deliveries.counts.rejected === 0) return [];
  return [contextBlock('Rejected requests were no notifications of Alertmanager and got a 400: look who sends them.')];
}

function retryActions({ deliveries, outbox }: Seen): readonly Block[] {
  const button = (count: number, noun: readonly [string, string], argument: string): readonly Button[] =>
    count === 0
      ? []
      : [
          {
            action: { type: 'run', command: 'doctor', argument },
            label: `Try ${countText(count, ...noun)} again`,
            description: `Try ${countText(count, ...noun)} again now`,
          },
        ];
  const buttons = [
    ...button(deliveries.counts.parked, ['parked delivery', 'parked deliveries'], 'retry.deliveries'),
    ...button(outbox.dead, ['message', 'messages'], 'retry.messages'),
  ];
  return buttons.length === 0 ? [] : [{ type: 'actions', buttons }];
}
