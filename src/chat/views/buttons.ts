import { countText } from '../../export/wording.ts';
import { incidentCan } from '../../incidents/can.ts';
import type { IncidentVerb } from '../../incidents/can.ts';
import { firingAlerts, nameOf } from '../../incidents/incident.ts';
import type { Incident } from '../../incidents/incident.ts';
import type { Action } from '../action.ts';
import type { Block, Button, Menu } from '../message.ts';

function act(type: Action['type'], command: string, incident: Incident): Action {
  return { type, command, incident: incident.number };
}

function acknowledgeButton(incident: Incident): Button {
  return {
    action: act('run', 'ack', incident),
    label: 'Acknowledge',
    style: 'primary',
    description: `Acknowledge ${nameOf(incident)}: you are on it`,
  };
}

function takeButton(incident: Incident): Button {
  return { action: act('run', 'lead', incident), label: 'Take IC', description: `Become incident commander of ${nameOf(incident)}` };
}

function updateButton(incident: Incident): Button {
  return { action: act('form', 'update', incident), label: 'Update', description: `Post a status update on ${nameOf(incident)}` };
}

function diagnoseButton(incident: Incident): Button {
  return {
    action: { ...act('run', 'run', incident), argument: 'all' },
    label: 'Run diagnostics',
    description: `Run the diagnostics of ${nameOf(incident)} that need no values`,
  };
}

/** The one button of a draft: to complete it in a form and post it, while updates are taken. */
export function postDraftActions(incident: Incident): readonly Block[] {
  return incidentCan('update', incident).ok ? [{ type: 'actions', buttons: [{ ...updateButton(incident), label: 'Edit and post' }] }] : [];
}

export function resolveButton(incident: Incident): Button {
  const firing = firingAlerts(incident).length;
  const warning = firing === 0 ? '' : `${countText(firing, 'alert')} still ${firing === 1 ? 'fires' : 'fire'}. `;
  return {
    action: act('form', 'resolve', incident),
    label: 'Resolve',
    style: 'danger',
    description: `Resolve ${nameOf(incident)}`,
    confirm: {
      title: `Resolve ${nameOf(incident)}?`,
      text: `${warning}You see the closing message first, and can still stop there.`,
      confirm: 'Go on',
      deny: 'Not yet',
    },
  };
}

function reopenButton(incident: Incident): Button {
  return { action: act('run', 'reopen', incident), label: 'Reopen', description: `Reopen ${nameOf(incident)}` };
}

type Item = Menu['items'][number] & { verb?: IncidentVerb };

function moreMenu(incident: Incident, hasResolve: boolean): Menu {
  const items: readonly Item[] = [
    ...(hasResolve ? [] : [{ action: act('form', 'resolve', incident), label: 'Resolve', verb: 'resolve' } as const]),
    ...(incident.runbook === undefined ? [] : [{ action: act('run', 'runbook', incident), label: 'Runbook steps' }]),
    { action: act('run', 'catchup', incident), label: 'Catch me up' },
    { action: act('form', 'note', incident), label: 'Add a note', verb: 'note' },
    { action: act('form', 'severity', incident), label: 'Change severity', verb: 'severity' },
    { action: act('form', 'assign', incident), label: 'Assign a role', verb: 'assign' },
    { action: act('run', 'show', incident), label: 'Details and drafts' },
    { action: act('run', 'timeline', incident), label: 'Timeline' },
    { action: act('run', 'export', incident), label: 'Export' },
  ];
  const possible = items.filter(({ verb }) => verb === undefined || incidentCan(verb, incident).ok);
  return {
    label: 'More…',
    description: `More for ${nameOf(incident)}`,
    items: possible.slice(0, maxMenuItems).map(({ action, label }) => ({ action, label })),
  };
}

const maxMenuItems = 5;
const maxButtons = 4;

/** What can be done with the incident as it stands: at most five things to press. While nobody has it yet, resolving it is in the menu. */
export function incidentActions(incident: Incident, { canDiagnose }: { canDiagnose: boolean }): Block {
  const can = (verb: IncidentVerb) => incidentCan(verb, incident).ok;
  const first = [
    ...(can('acknowledge') ? [acknowledgeButton(incident)] : []),
    ...(can('assign') && incident.roles.commander === undefined ? [takeButton(incident)] : []),
    ...(canDiagnose && can('run') && can('resolve') ? [diagnoseButton(incident)] : []),
    ...(can('update') ? [updateButton(incident)] : []),
    ...(can('reopen') ? [reopenButton(incident)] : []),
  ];
  const hasResolve = first.length < maxButtons && can('resolve');
  const buttons = [...first, ...(hasResolve ? [resolveButton(incident)] : [])];
  return { type: 'actions', buttons, menu: moreMenu(incident, hasResolve || !can('resolve')) };
}

/** The one button of an announcement: acknowledging, while nobody has. */
export function acknowledgeActions(incident: Incident): readonly Block[] {
  return incidentCan('acknowledge', incident).ok ? [{ type: 'actions', buttons: [acknowledgeButton(incident)] }] : [];
}
