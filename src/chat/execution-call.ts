import { z } from 'zod';
import { cutText } from '../export/wording.ts';
import { executionsOf, findExecution } from '../incidents/execution.ts';
import type { Execution, ExecutionVerb } from '../incidents/execution.ts';
import { executionCan } from '../incidents/execution.ts';
import { nameOf } from '../incidents/incident.ts';
import type { Incident } from '../incidents/incident.ts';
import { TocsinError } from '../kernel/errors.ts';
import { readArguments } from './arguments.ts';
import { wordsSchema } from './arguments.ts';
import type { IncidentContext } from './command.ts';
import { splitFirst } from './typed.ts';
import type { Typed } from './typed.ts';
import { bold, textBlock } from './views/inline.ts';

/** Which execution is meant, and the plan that was looked at where a button says so. */
export type ExecutionCall = { number: number | undefined; digest?: string };

/** "3", "#3", "3.0f3a9b1c" from a button, or nothing where only one can be meant. */
const callPattern = /^#?([1-9]\d{0,5})?(?:\.([0-9a-f]{8,12}))?$/;

const callSchema = z
  .string()
  .regex(callPattern, { error: 'Say which one by its number, such as 3.' })
  .transform((text): ExecutionCall => {
    const [, number, digest] = callPattern.exec(text) ?? [];
    return { number: number === undefined ? undefined : Number(number), ...(digest === undefined ? {} : { digest }) };
  });

/** What a button about an execution carries: its number and the beginning of the plan's digest. */
export function executionArgument({ number, digest }: Pick<Execution, 'number' | 'digest'>): string {
  return digest === undefined ? String(number) : `${number}.${digest.slice(0, digestDigits)}`;
}

const digestDigits = 8;

/** The number of an execution and nothing else. */
export const executionNumber: z.ZodType<ExecutionCall, Typed> = z
  .custom<Typed>()
  .transform(({ text }) => text)
  .pipe(callSchema);

/** The number of an execution and a person's own words behind it; `what` names the words in complaints. */
export function numberAndWords(what: string): z.ZodType<ExecutionCall & { text: string }, Typed> {
  return z
    .custom<Typed>()
    .transform((typed) => {
      const { first, rest } = splitFirst(typed);
      return startsWithCall(typed) ? { call: first, text: rest.text } : { call: '', text: typed.text };
    })
    .pipe(z.object({ call: callSchema, text: wordsSchema(what) }))
    .transform(({ call, text }) => ({ ...call, text }));
}

/** Whether a number and nothing else was given: the words are asked for then. */
function hasNoWords(typed: Typed): boolean {
  return typed.text === '' || (typed.words.length === 1 && startsWithCall(typed));
}

function startsWithCall({ words }: Typed): boolean {
  const [first = ''] = words;
  return /^#?\d/.test(first) && callPattern.test(first);
}

/** The same from a form that is about one execution. */
function answeredWords(what: string): z.ZodType<ExecutionCall & { text: string }> {
  return z.object({ argument: callSchema, text: wordsSchema(what) }).transform(({ argument, text }) => ({ ...argument, text }));
}

const noneFor: Readonly<Record<ExecutionVerb, string>> = {
  approve: 'Nothing waits for approval in',
  deny: 'Nothing waits for approval in',
  cancel: 'Nothing is running or waiting in',
  breakGlass: 'Nothing waits for approval in',
  apply: 'Nothing is approved in',
  undo: 'Nothing can be undone in',
};

const shownNumbers = 6;

/** The execution that is meant: of that number, or the only one for which `verb` is possible now. Throws TocsinError `not_found`. */
export function requireExecution(incident: Incident, number: number | undefined, verb?: ExecutionVerb): Execution {
  const name = nameOf(incident);
  if (number !== undefined) {
    const found = findExecution(incident, number);
    if (found !== undefined) return found;
    throw new TocsinError('not_found', `There is no #${number} in ${name}: ${numbersOf(incident)}.`);
  }
  const fitting = executionsOf(incident).filter((execution) => verb === undefined || executionCan(verb, execution).ok);
  const [only, ...more] = fitting;
  if (only === undefined)
    throw new TocsinError('not_found', verb === undefined ? `Nothing was run in ${name} yet.` : `${noneFor[verb]} ${name}.`);
  if (verb === undefined) return more.at(-1) ?? only;
  if (more.length === 0) return only;
  const among = fitting.slice(-shownNumbers).map((each) => `#${each.number} (${cutText(each.title, 40)})`);
  throw new TocsinError('not_found', `Several may be meant in ${name}: ${among.join(', ')}. Say which by its number.`);
}

/** What the runner is handed when a person decides about an execution: which one is meant, and the plan that was looked at. */
export function decisionOn({ person, cause, incident }: IncidentContext, { number, digest }: ExecutionCall, verb: ExecutionVerb) {
  const meant = requireExecution(incident, number, verb);
  return { id: incident.id, number: meant.number, cause, by: person, ...(digest === undefined ? {} : { digest }) };
}

/** A form that asks for the reason of a decision about an execution; `notes` stand below its title. */
export function reasonForm(
  verb: ExecutionVerb,
  words: { title: string; submit: string; label: string; hint?: string; notes?: readonly string[] },
) {
  const { title, submit, notes = [], ...asked } = words;
  return {
    title,
    submit,
    opensFor: hasNoWords,
    build({ incident }: IncidentContext, typed: Typed) {
      const execution = requireExecution(incident, readArguments(executionNumber, typed).number, verb);
      const name = textBlock(bold(`#${execution.number} · ${execution.title}`));
      return {
        intro: [name, ...notes.map((note) => textBlock(note))],
        fields: [{ id: 'text', type: 'text' as const, multiline: true, ...asked }],
      };
    },
    answers: answeredWords('reason'),
    mainField: 'text',
  };
}

function numbersOf(incident: Incident): string {
  const numbers = executionsOf(incident).map(({ number }) => `#${number}`);
  if (numbers.length === 0) return 'nothing was run there yet';
  const shown = numbers.slice(-shownNumbers).join(', ');
  return numbers.length > shownNumbers ? `the latest are ${shown}` : `there ${numbers.length === 1 ? 'is only' : 'are'} ${shown}`;
}
