import { cutText } from '../export/wording.ts';
import { nameOf } from '../incidents/incident.ts';
import type { Incident } from '../incidents/incident.ts';
import type { Instant } from '../kernel/instant.ts';
import type { Found, IncidentCommand } from './find-incident.ts';
import type { Block, Button, Message } from './message.ts';
import { nothingTyped, readableText } from './typed.ts';
import type { Typed } from './typed.ts';
import { message } from './views/answers.ts';
import { listLine, oneLine } from './views/incident-lines.ts';
import { bold, code, contextBlock, quoteBlock, textBlock } from './views/inline.ts';

export type Asked = { command: IncidentCommand; slash: string; now: Instant };

/** Several incidents may be meant: the latest to choose from, and what was typed, so that nobody writes it twice. */
export function chooseMessage(found: Extract<Found, { type: 'several' }>, asked: Asked): Message {
  const { command, slash } = asked;
  const [first] = found.among;
  if (first === undefined) return noIncidents(slash);
  const why = found.open === 0 ? 'No incident is open.' : 'More than one incident may be meant.';
  const example = [`${slash} ${command.name} ${nameOf(first)}`, found.typed.text].filter((part) => part !== '').join(' ');
  return message(
    [bold(why), ' Which one do you mean?'],
    [
      ...choices(found.among, asked, found.typed),
      ...typedBack(found.typed),
      contextBlock(found.typed.text === '' ? 'Or say it: ' : 'Nothing was changed. Repeat it as: ', code(cutText(oneLine(example), 300))),
    ],
  );
}

/** That number is nobody's: the latest ones instead. */
export function unknownMessage(found: Extract<Found, { type: 'unknown' }>, asked: Asked): Message {
  if (found.recent.length === 0) return noIncidents(asked.slash);
  return message(
    [bold(`There is no INC-${found.number}.`), ' These are the latest:'],
    [...choices(found.recent, asked), contextBlock('All of them: ', code(`${asked.slash} list`))],
  );
}

function noIncidents(slash: string): Message {
  return message(
    [bold('There is no incident yet.'), ' If something is wrong, declare one: ', code(`${slash} declare critical Videos do not play`)],
    [],
  );
}

function choices(incidents: readonly Incident[], { command, now }: Asked, typed: Typed = nothingTyped): readonly Block[] {
  return [
    { type: 'list', items: incidents.map((incident) => listLine(incident, now)) },
    { type: 'actions', buttons: incidents.map((incident) => chooseButton(incident, command, typed)) },
  ];
}

/** A number that was typed goes with the button; any more words do not fit into one. */
function chooseButton(incident: Incident, command: IncidentCommand, { words }: Typed): Button {
  const [first = '', ...more] = words;
  const number = command.words === 'numbers' && more.length === 0 ? /^#?(\d[\d.]{0,11})$|^(all)$/.exec(first) : null;
  const argument = number?.[1] ?? number?.[2];
  const base = { command: command.name, incident: incident.number };
  return {
    action:
      argument === undefined ? { type: command.doing.form === undefined ? 'run' : 'form', ...base } : { type: 'run', ...base, argument },
    label: cutText(`${nameOf(incident)} ${oneLine(incident.title)}`, 40),
    description: `${command.name} ${nameOf(incident)}`,
  };
}

function typedBack(typed: Typed): readonly Block[] {
  return typed.text === '' ? [] : [textBlock('You wrote:'), quoteBlock(readableText(typed.text))];
}
