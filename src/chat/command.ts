import type { z } from 'zod';
import { incidentCan } from '../incidents/can.ts';
import type { IncidentVerb } from '../incidents/can.ts';
import { nameOf } from '../incidents/incident.ts';
import type { Incident, Person } from '../incidents/incident.ts';
import type { Desk } from './desk.ts';
import type { Message } from './message.ts';
import type { Form, FormReply, Reply } from './reply.ts';
import { refusedWith } from './reply.ts';
import type { Typed, WordKind } from './typed.ts';
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
  opensFor?: (typed: Typed, context: C) => boolean;
  build(context: C, typed: Typed): Promise<FormContent> | FormContent;
  /** Reads the answers by field id, beside them as `argument` what the form is about (a step's number); the path of a complaint names its field. */
  answers: z.ZodType<A>;
  /** The field that shows why an answer could not be carried out, so that what was written is kept. */
  mainField: string;
};

/** What a form asks, or why there is nothing to ask. A title may be more exact than the command's own. */
type FormContent = (Pick<Form, 'intro' | 'fields'> & Partial<Pick<Form, 'title' | 'submit'>>) | { refusal: Message };

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
    submit(context: C, answers: Readonly<Record<string, string>>, about: Typed): Promise<FormReply>;
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
        /** What follows, which tells how an incident's number is recognised in it. */
        words: WordKind;
      }
  );

/** A command that is about no incident in particular. */
export function defineCommand<A>(spec: CommandSpec<Context, A>): Command {
  return { ...wordsOf(spec), about: 'desk', doing: doingOf(spec, () => undefined) };
}

/** A command about one incident: typed, said in the thread, chosen by a button, or the only one that is open. */
export function defineIncidentCommand<A>(spec: CommandSpec<IncidentContext, A> & { verb?: IncidentVerb; words?: WordKind }): Command {
  const { verb, words = 'names' } = spec;
  const doing = doingOf(spec, ({ incident }) => (verb === undefined ? undefined : refusal(verb, incident)));
  return { ...wordsOf(spec), about: 'incident', doing, words, ...(verb === undefined ? {} : { verb }) };
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
    if (refused !== undefined) return refusedWith(refused);
    const content = await asked.build(context, typed);
    if ('refusal' in content) return refusedWith(content.refusal);
    return { type: 'form', form: { action: actionOf(spec.name, context, typed), title: asked.title, submit: asked.submit, ...content } };
  };
  return {
    async typed(context, typed) {
      if (form !== undefined && opensFor(typed, context)) return open(form, { context, typed });
      const args = spec.args.safeParse(typed);
      if (!args.success) return refusedWith(complaint(spec, context.desk.command, firstIssue(args.error)));
      return { type: 'message', message: await spec.run(context, args.data) };
    },
    ...(form === undefined
      ? {}
      : {
          form: {
            open: (context, typed) => open(form, { context, typed }),
            async submit(context, answers, about) {
              const args = form.answers.safeParse({ ...answers, argument: about.text });
              if (!args.success) return { type: 'invalid', errors: errorsByField(args.error, form.mainField) };
              return { type: 'done', message: await spec.run(context, args.data) };
            },
            mainField: form.mainField,
          },
        }),
  };
}

/** A form about a part of the incident carries which: the first word, when it is such a number. */
function actionOf(command: string, context: Context | IncidentContext, { words }: Typed): Form['action'] {
  const [first] = words;
  const argument = first !== undefined && /^\d[a-f0-9.]{0,19}$/.test(first) ? { argument: first } : {};
  return { type: 'form', command, ...('incident' in context ? { incident: context.incident.number, ...argument } : {}) };
}

function firstIssue(error: z.ZodError): string {
  return error.issues[0]?.message ?? 'That could not be read.';
}

function errorsByField(error: z.ZodError, mainField: string): Readonly<Record<string, string>> {
  const errors: Record<string, string> = {};
  for (const issue of error.issues) errors[typeof issue.path[0] === 'string' ? issue.path[0] : mainField] ??= issue.message;
  return errors;
}
