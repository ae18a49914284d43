import { z } from 'zod';
import { readRole, typedSchema } from '../src/chat/arguments.ts';
import { defineIncidentCommand } from '../src/chat/command.ts';
import type { IncidentContext } from '../src/chat/command.ts';
import { giveRole } from '../src/chat/give-role.ts';
import { readMention } from '../src/chat/typed.ts';
import type { Typed } from '../src/chat/typed.ts';
import { roleWords } from '../src/export/wording.ts';
import { nameOf, roles } from '../src/incidents/incident.ts';
import type { Person } from '../src/incidents/incident.ts';

type Who = { type: 'me' } | { type: 'nobody' } | { type: 'person'; id: string; name?: string | undefined };

const whoSchema: z.ZodType<Who> = z.discriminatedUnion(
  'type',
  [
    z.object({ type: z.literal('me') }),
    z.object({ type: z.literal('nobody') }),
    z.object({ type: z.literal('person'), id: z.string(), name: z.string().optional() }),
  ],
  { error: 'Say who gets the role: me, a person by @mention, or none.' },
);
const argsSchema = z.object({
  role: z.enum(roles, { error: 'Say which role: ic (incident commander), comms or scribe.' }),
  who: whoSchema,
});

const noise = new Set(['to', 'as', 'is', 'the', 'incident', 'lead', 'role', 'of', '=', '->']);

function readAssignment({ words }: Typed): { role: unknown; who: unknown } {
  const roleWord = words.find((word) => readRole(word) !== undefined);
  const rest = words.filter((word) => word !== roleWord && !noise.has(word.toLowerCase()));
  return { role: roleWord === undefined ? undefined : readRole(roleWord), who: rest.length === 1 ? readWho(rest[0] ?? '') : undefined };
}

function readWho(word: string): Who | undefined {
  if (/^(me|myself|i)$/i.test(word)) return { type: 'me' };
  if (/^(none|nobody|no-one|noone|clear|-)$/i.test(word)) return { type: 'nobody' };
  const mentioned = readMention(word);
  return mentioned === undefined ? undefined : { type: 'person', ...mentioned };
}

async function personFor({ desk, person }: IncidentContext, who: Who): Promise<Person | undefined> {
  if (who.type === 'nobody') return undefined;
  if (who.type === 'me' || who.id === person.id) return person;
  return { id: who.id, name: (await desk.people.nameOf(who.id)) ?? who.name ?? who.id };
}

const answersSchema = z
  .object({ role: z.enum(roles), person: z.string().optional() })
  .transform(({ role, person }): z.infer<typeof argsSchema> => ({
    role,
    who: person === undefined || person === '' ? { type: 'nobody' } : { type: 'person', id: person },
  }));

export const assign = defineIncidentCommand({
  name: 'assign',
  aliases: ['role', 'roles', 'give'],
  summary: 'Give a role: incident commander, communications or scribe',
  usage: 'assign [INC-12] ic|comms|scribe me|@person|none',
  examples: ['assign ic me', 'assign INC-12 comms @ben', 'assign scribe none'],
  verb: 'assign',
  args: typedSchema.transform(readAssignment).pipe(argsSchema),
  run: async (context, { role, who }) => giveRole(context, role, await personFor(context, who)),
  form: {
    title: 'Assign a role',
    submit: 'Assign',
    build: ({ incident, person }) => ({
      fields: [
        {
          id: 'role',
          type: 'choice',
          label: `Role in ${nameOf(incident)}`,
          options: roles.map((value) => ({ value, label: roleLabel(value, incident.roles[value]) })),
          initial: roles.find((role) => incident.roles[role] === undefined) ?? 'commander',
        },
        { id: 'person', type: 'person', label: 'Person', optional: true, initial: person.id, hint: 'Nobody chosen takes the role away.' },
      ],
    }),
    answers: answersSchema,
    mainField: 'role',
  },
});

function roleLabel(role: (typeof roles)[number], holder: Person | undefined): string {
  const name = roleWords[role].name;
  return `${name.charAt(0).toUpperCase()}${name.slice(1)}${holder === undefined ? '' : ` (now ${holder.name})`}`;
}
