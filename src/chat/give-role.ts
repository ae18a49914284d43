import { roleWords } from '../export/wording.ts';
import { assignRole } from '../incidents/assign-role.ts';
import { nameOf } from '../incidents/incident.ts';
import type { Person, Role } from '../incidents/incident.ts';
import type { IncidentContext } from './command.ts';
import { didIt, whereShown } from './confirm.ts';
import type { Inline, Message } from './message.ts';
import { say } from './views/answers.ts';
import { bold, personInline } from './views/inline.ts';

/** Gives a role to a person, or to nobody, and tells who has it now. */
export async function giveRole(context: IncidentContext, role: Role, person: Person | undefined): Promise<Message> {
  const { desk, cause, person: by, incident } = context;
  const changed = await assignRole(desk, {
    id: incident.id,
    cause,
    by,
    role,
    ...(person === undefined ? {} : { person }),
  });
  const after = changed.incident;
  const holder = after.roles[role];
  const already = didIt(changed, cause) ? ' now' : ' already';
  const what: readonly Inline[] = [' ', bold(roleWords[role].name), ` of ${nameOf(incident)}${already}.`];
  const shown = whereShown(desk, after);
  if (holder === undefined) return say('Nobody is', ...what, ...shown);
  return holder.id === by.id ? say('You are', ...what, ...shown) : say(personInline(holder), ' is', ...what, ...shown);
}
