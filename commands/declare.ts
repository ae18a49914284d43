import { z } from 'zod';
import { readSeverity, typedSchema } from '../src/chat/arguments.ts';
import { defineCommand } from '../src/chat/command.ts';
import type { Context } from '../src/chat/command.ts';
import type { Desk } from '../src/chat/desk.ts';
import { runbookForTitle, runbookNamed } from '../src/chat/pick-runbook.ts';
import type { Field } from '../src/chat/reply.ts';
import { readableText, splitFirst, readTyped } from '../src/chat/typed.ts';
import type { Typed } from '../src/chat/typed.ts';
import { say } from '../src/chat/views/answers.ts';
import { oneLine } from '../src/chat/views/incident-lines.ts';
import { bold, code } from '../src/chat/views/inline.ts';
import { cutText, severityText } from '../src/export/wording.ts';
import { hasThread, nameOf, severities } from '../src/incidents/incident.ts';
import type { RunbookLink, Severity } from '../src/incidents/incident.ts';
import { openIncident } from '../src/incidents/open.ts';
import type { Opening } from '../src/incidents/open.ts';
import type { Runbook } from '../src/runbooks/runbook.ts';

const maxTitle = 150;
const titleSchema = z
  .string({ error: 'Say in a few words what is wrong.' })
  .transform((text) => oneLine(readableText(text)))
  .pipe(
    z
      .string()
      .min(3, { error: 'Say in a few words what is wrong.' })
      .max(maxTitle, { error: `That is too long for a title: at most ${maxTitle} characters. Put the rest into a note.` }),
  );

const argsSchema = z.object({
  severity: z.enum(severities).optional(),
  title: titleSchema,
  runbook: z.string().min(1).optional(),
  impact: z.string().trim().optional(),
});

const runbookOption = /(?:^|\s)(?:--|—|–)runbook[=\s]+(?:"([^"]+)"|“([^”]+)”|(\S+))/i;

type Declaration = { severity?: Severity | undefined; title: string; runbook?: string | undefined; impact?: string | undefined };

function readDeclaration(typed: Typed): Declaration {
  const option = runbookOption.exec(typed.text);
  const runbook = option?.[1] ?? option?.[2] ?? option?.[3];
  const rest = readTyped(typed.text.replace(runbookOption, ' '));
  const { first, rest: title } = splitFirst(rest);
  const severity = readSeverity(first.replace(/:$/, ''));
  return {
    ...(runbook === undefined ? {} : { runbook }),
    ...(severity === undefined ? { title: rest.text } : { severity, title: title.text }),
  };
}

const maxOptions = 100;
const maxOptionLength = 75;

function formFields({ desk }: Context): readonly Field[] {
  const runbooks = desk.runbooks.runbooks.filter(({ path }) => path.length <= maxOptionLength);
  return [
    {
      id: 'title',
      type: 'text',
      label: 'What is wrong?',
      hint: 'As users see it: "Videos do not finish processing".',
      maxLength: maxTitle,
    },
    {
      id: 'severity',
      type: 'choice',
      label: 'How severe is it?',
      options: severities.map((value) => ({ value, label: severityText(value) })),
      initial: defaultSeverity,
      hint: 'Critical is announced to whoever is on call.',
    },
    { id: 'impact', type: 'text', label: 'Who notices what?', optional: true, multiline: true, maxLength: 500 },
    ...(runbooks.length === 0 ? [] : [runbookField(runbooks)]),
  ];
}

function runbookField(runbooks: readonly Runbook[]): Field {
  return {
    id: 'runbook',
    type: 'choice',
    label: 'Runbook',
    optional: true,
    options: runbooks.slice(0, maxOptions).map(({ path, title }) => ({ value: path, label: cutText(title, maxOptionLength) })),
    hint: 'Left empty, the one whose title fits is taken.',
  };
}

const defaultSeverity: Severity = 'warning';

/** What the incident is about: as declared, and where that says nothing, as the runbook does. */
function aboutOf(desk: Desk, { title, severity, impact, runbook: name }: Declaration): Omit<Opening, 'cause' | 'by'> {
  const { runbooks } = desk.runbooks;
  const runbook = name === undefined ? runbookForTitle(runbooks, title) : runbookNamed(runbooks, name);
  const link = runbook === undefined ? {} : { runbook: linkTo(runbook, name) };
  const known = runbook === undefined ? unknown : { impact: runbook.impact?.user ?? '', service: runbook.frontMatter.services[0] ?? '' };
  return {
    title,
    severity: severity ?? runbook?.severity?.level ?? defaultSeverity,
    impact: impact || known.impact,
    service: known.service,
    ...link,
  };
}

const unknown = { impact: '', service: '' };

function linkTo({ path, title, digest }: Runbook, name: string | undefined): RunbookLink {
  return { path, title, digest, matchedBy: name === undefined ? 'title' : 'declared' };
}

export const declare = defineCommand({
  name: 'declare',
  aliases: ['new', 'create', 'start', 'open', 'report'],
  summary: 'Open an incident for something that no alert has found',
  usage: 'declare [critical|warning|info] title [--runbook NAME]',
  examples: ['declare critical Videos do not finish processing', 'declare Uploads are slow --runbook "upload latency"'],
  args: typedSchema.transform(readDeclaration).pipe(argsSchema),
  async run(context, declaration) {
    const { desk, person, cause } = context;
    const { incident, opened } = await openIncident(desk, { cause, by: { type: 'user', ...person }, ...aboutOf(desk, declaration) });
    return say(
      opened ? 'You declared ' : 'You had declared ',
      bold(nameOf(incident)),
      `, ${severityText(incident.severity)}. `,
      incident.runbook === undefined ? 'No runbook fits its title.' : `Runbook: ${incident.runbook.title}.`,
      hasThread(incident) ? ' Its thread opens in a moment. ' : ' It is listed only and has no thread. ',
      'You are not on it yet: ',
      code(`${desk.command} ack ${nameOf(incident)}`),
    );
  },
  form: {
    title: 'Declare an incident',
    submit: 'Declare',
    build: (context) => ({ fields: formFields(context) }),
    answers: argsSchema,
    mainField: 'title',
  },
});
