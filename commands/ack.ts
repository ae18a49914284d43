import { noArguments } from '../src/chat/arguments.ts';
import { defineIncidentCommand } from '../src/chat/command.ts';
import { confirm, didIt, whereShown } from '../src/chat/confirm.ts';
import { say } from '../src/chat/views/answers.ts';
import { bold, personInline, timeInline } from '../src/chat/views/inline.ts';
import { durationText } from '../src/export/wording.ts';
import { acknowledgeIncident } from '../src/incidents/acknowledge.ts';
import { nameOf } from '../src/incidents/incident.ts';
import { msBetween, toInstant } from '../src/kernel/instant.ts';

export const ack = defineIncidentCommand({
  name: 'ack',
  aliases: ['acknowledge', 'acked'],
  summary: 'Say that you are on it',
  usage: 'ack [INC-12]',
  examples: ['ack', 'ack INC-12'],
  verb: 'acknowledge',
  args: noArguments,
  async run({ desk, person, cause, incident }) {
    const changed = await acknowledgeIncident(desk, { id: incident.id, cause, by: person });
    const { acknowledgedBy, milestones } = changed.incident;
    const name = nameOf(incident);
    if (didIt(changed, cause)) {
      return say('You acknowledged ', bold(name), '.', ...whereShown(desk, changed.incident));
    }
    if (acknowledgedBy === undefined || milestones.acknowledgedAt === undefined) return confirm(changed, cause, []);
    const now = toInstant(desk.clock.now());
    return say(
      ...(acknowledgedBy.id === person.id ? ['You'] : [personInline(acknowledgedBy)]),
      ' acknowledged ',
      bold(name),
      ' already, at ',
      timeInline(milestones.acknowledgedAt, now),
      ` (${durationText(msBetween(milestones.acknowledgedAt, now))} ago).`,
    );
  },
});
