import { countText, cutText } from '../../export/wording.ts';
import { hasThread, nameOf } from '../../incidents/incident.ts';
import type { Incident, Person } from '../../incidents/incident.ts';
import type { Instant } from '../../kernel/instant.ts';
import type { Block, Button, Inline, Message } from '../message.ts';
import { message } from './answers.ts';
import { listLine, nextAction } from './incident-lines.ts';
import { bold, code, contextBlock, textBlock } from './inline.ts';
import { byUrgency } from './list.ts';

const maxButtons = 4;
const maxShown = 8;

type Now = { open: readonly Incident[]; person: Person; now: Instant; command: string };

/**
 * What needs this person now: what nobody has acknowledged, then what is theirs, then the rest, each with what to do next. `isCut`: there are
 * more open incidents than these.
 */
export function drawNow(state: Now & { isCut?: boolean }): Message {
  const { person, now, command } = state;
  const open = state.open.filter(hasThread).sort(byUrgency);
  const waiting = open.filter((incident) => incident.state === 'triggered');
  const mine = open.filter((incident) => incident.state !== 'triggered' && isWith(incident, person));
  const others = open.filter((incident) => incident.state !== 'triggered' && !isWith(incident, person));
  const footer = contextBlock(
    'All: ',
    code(`${command} list`),
    ' · something new? ',
    code(`${command} declare`),
    ' · ',
    code(`${command} help`),
  );
  if (open.length === 0) return message([bold('Nothing needs you now.'), ' No incident is open.'], [declareActions(), footer]);
  const parts = [
    { title: 'Waiting for somebody', incidents: waiting },
    { title: 'Yours', incidents: mine },
    { title: 'With others', incidents: others },
  ].filter(({ incidents }) => incidents.length > 0);
  return message(headline({ waiting: waiting.length, mine: mine.length, isCut: state.isCut === true }), [
    // Of one part alone the headline has said what it is.
    ...parts.flatMap(({ title, incidents }) => [...(parts.length > 1 ? [textBlock(bold(title))] : []), ...listed(incidents, now)]),
    { type: 'actions', buttons: [...buttonsFor([...waiting, ...mine, ...others]), ...declareButtons] },
    footer,
  ]);
}

function headline({ waiting, mine, isCut }: { waiting: number; mine: number; isCut: boolean }): readonly Inline[] {
  if (waiting > 0)
    return [
      bold(`${isCut ? 'At least ' : ''}${countText(waiting, 'incident')} ${waiting === 1 ? 'waits' : 'wait'} for somebody to acknowledge.`),
    ];
  return [bold(mine > 0 ? `You are on ${countText(mine, 'incident')}.` : 'Nothing needs you now: others are on what is open.')];
}

function isWith(incident: Incident, person: Person): boolean {
  const people = [incident.acknowledgedBy, ...Object.values(incident.roles)];
  return people.some((one) => one?.id === person.id);
}

function listed(incidents: readonly Incident[], now: Instant): readonly Block[] {
  const rest = incidents.length - maxShown;
  return [
    { type: 'list', items: incidents.slice(0, maxShown).map((incident) => [...listLine(incident, now), ` · ${nextAction(incident)}`]) },
    ...(rest > 0 ? [contextBlock(`and ${rest} more`)] : []),
  ];
}

function buttonsFor(incidents: readonly Incident[]): readonly Button[] {
  return incidents.slice(0, maxButtons).map((incident): Button => {
    const waits = incident.state === 'triggered';
    const command = waits ? 'ack' : 'show';
    return {
      action: { type: 'run', command, incident: incident.number },
      label: `${waits ? 'Acknowledge' : 'Show'} ${nameOf(incident)}`,
      description: cutText(`${waits ? 'Acknowledge' : 'Show'} ${nameOf(incident)}, ${incident.title}`, 75),
      ...(waits ? { style: 'primary' } : {}),
    };
  });
}

const declareButtons: readonly Button[] = [
  { action: { type: 'form', command: 'declare' }, label: 'Declare an incident', description: 'Declare a new incident' },
];

function declareActions(): Block {
  return { type: 'actions', buttons: declareButtons };
}
