import type { z } from 'zod';
import { incidentCan } from '../incidents/can.ts';
import type { IncidentVerb } from '../incidents/can.ts';
import { nameOf } from '../incidents/incident.ts';
import type { Incident, Person } from '../incidents/incident.ts';
import type { Desk } from './desk.ts';
import type { Message } from './message.ts';
import type { Form, FormReply, Reply } from './reply.ts';
import type { Typed } from './typed.ts';
import { complaint, say } from './views/answers.ts';

/** What every command gets besides its arguments. `commands` is the list itself, for help. */
export type Context = { desk: Desk; person: Person; cause: string; commands: readonly Command[] };

/** What a command about one incident gets: the incident is found before it runs. */
export type IncidentContext = Context & { incident: Incident };

/** How people call a command and learn about it. Usage and examples stand without the slash command's own name. */
export type CommandWords = {
  name: string;
  aliases: readonly string[];
  /** One line for the list of commands. */
  summary: string;
  usage: string;
  examples: readonly string[];
};

/** The questions of a command that can be asked instead of typed. */
type FormSpec<C, A> = {
  title: string;
  submit: string;
  /** Whether what was typed is too little to run; without it, nothing typed is. */
  opensFor?: (typed: Typed) => boolean;
  build(context: C, typed: Typed): Promise<FormContent> | FormContent;
  /** Reads the answers by field id; the path of a complaint names its field. */
  answers: z.ZodType<A>;
  /** The field that shows why an answer could not be carried out, so that what was written is kept. */
  mainField: string;
};

type FormContent = Pick<Form, 'intro' | 'fields'>;

export type CommandSpec<C, A> = CommandWords & {
  /** Reads what was typed. The first complaint is shown with the usage. */
  args: z.ZodType<A, Typed>;
  run(context: C, args: A): Promise<Message>;
  form?: FormSpec<C, A>;
};

/** How a command is carried out, with its own kind of arguments out of sight. */
type Doing<C> = {
  typed(context: C, typed: Typed): Promise<Reply>;
  form?: {
    open(context: C, typed: Typed): Promise<Reply>;
    submit(context: C, answers: Readonly<Record<string, string>>): Promise<FormReply>;
    mainField: string;
  };
};

/** One entry of the registry, which is dispatch, help and alias check at once. */
export type Command = CommandWords &
  (
    | { about: 'desk'; doing: Doing<Context> }
    | {
        about: 'incident';
        doing: Doing<IncidentContext>;
        /** What it does to an incident; without it, it only reads. */
        verb?: IncidentVerb;
        /** Whether a person's own words follow. */
        freeText: boolean;
      }
  );

/** A command that is about no incident in particular. */
export function defineCommand<A>(spec: CommandSpec<Context, A>): Command {
  return { ...wordsOf(spec), about: 'desk', doing: doingOf(spec, () => undefined) };
}

/** A command about one incident: typed, said in the thread, chosen by a button, or the only one that is open. */
export function defineIncidentCommand<A>(spec: CommandSpec<IncidentContext, A> & { verb?: IncidentVerb; freeText?: boolean }): Command {
  const { verb, freeText = false } = spec;
  const doing = doingOf(spec, ({ incident }) => (verb === undefined ? undefined : refusal(verb, incident)));
  return { ...wordsOf(spec), about: 'incident', doing, freeText, ...(verb === undefined ? {} : { verb }) };
}

/** Why a form would be of no use: said before anybody fills it in. */
function refusal(verb: IncidentVerb, incident: Incident): Message | undefined {
  const can = incidentCan(verb, incident);
  return can.ok ? undefined : say(`That is not possible for ${nameOf(incident)} now: ${can.reason}.`);
}

function wordsOf({ name, aliases, summary, usage, examples }: CommandWords): CommandWords {
  return { name, aliases, summary, usage, examples };
}

function doingOf<C extends Context, A>(spec: CommandSpec<C, A>, refuse: (context: C) => Message | undefined): Doing<C> {
  const { form } = spec;
  const opensFor = form?.opensFor ?? ((typed: Typed) => typed.text === '');
  const open = async (asked: FormSpec<C, A>, { context, typed }: { context: C; typed: Typed }): Promise<Reply> => {
    const refused = refuse(context);
    if (refused !== undefined) return { type: 'message', message: refused };
    const content = await asked.build(context, typed);
    return { type: 'form', form: { action: actionOf(spec.name, context), title: asked.title, submit: asked.submit, ...content } };
  };
  return {
    async typed(context, typed) {
      if (form !== undefined && opensFor(typed)) return open(form, { context, typed });
      const args = spec.args.safeParse(typed);
      if (!args.success) return { type: 'message', message: complaint(spec, context.desk.command, firstIssue(args.error)) };
      return { type: 'message', message: await spec.run(context, args.data) };
    },
    ...(form === undefined
      ? {}
      : {
          form: {
            open: (context, typed) => open(form, { context, typed }),
            async submit(context, answers) {
              const args = form.answers.safeParse(answers);
              if (!args.success) return { type: 'invalid', errors: errorsByField(args.error, form.mainField) };
              return { type: 'done', message: await spec.run(context, args.data) };
            },
            mainField: form.mainField,
          },
        }),
  };
}

function actionOf(command: string, context: Context | IncidentContext): Form['action'] {
  return { type: 'form', command, ...('incident' in context ? { incident: context.incident.number } : {}) };
}

function firstIssue(error: z.ZodError): string {
  return error.issues[0]?.message ?? 'That could not be read.';
}

function errorsByField(error: z.ZodError, mainField: string): Readonly<Record<string, string>> {
  const errors: Record<string, string> = {};
  for (const issue of error.issues) errors[typeof issue.path[0] === 'string' ? issue.path[0] : mainField] ??= issue.message;
  return errors;
}
