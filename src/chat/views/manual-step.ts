import type { Chosen } from '../../executions/step-source.ts';
import { nameOf } from '../../incidents/incident.ts';
import type { IncidentContext } from '../command.ts';
import type { Block, Message } from '../message.ts';
import { message } from './answers.ts';
import { bold, code, contextBlock, textBlock } from './inline.ts';

const maxShown = 8;

/** What people do themselves: the lines to copy, each with why it cannot be run from chat, and the buttons to say what became of it. */
export function manualAnswer({ incident, desk }: IncidentContext, chosen: Chosen): Message {
  const { number, title, manual } = chosen;
  const lines = manual.slice(0, maxShown).flatMap(({ text, reason }): readonly Block[] => [{ type: 'code', text }, contextBlock(reason)]);
  const name = nameOf(incident);
  return message(
    [bold(`${number}. ${title}`), manual.length === 0 ? ' is something to do by hand.' : ' has to be done by hand:'],
    [
      ...lines,
      ...(manual.length > maxShown ? [textBlock(`… and ${manual.length - maxShown} more in the runbook.`)] : []),
      {
        type: 'actions',
        buttons: [
          {
            action: { type: 'run', command: 'did', incident: incident.number, argument: number },
            label: 'Done',
            style: 'primary',
            description: `Step ${number} of ${name} is done`,
          },
          {
            action: { type: 'run', command: 'skip', incident: incident.number, argument: number },
            label: 'Skip',
            description: `Step ${number} of ${name} is left out`,
          },
        ],
      },
      contextBlock('With a note: ', code(`${desk.command} did ${name} ${number} what you found`)),
    ],
  );
}
