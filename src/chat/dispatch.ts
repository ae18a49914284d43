import type { Incident, Person } from '../incidents/incident.ts';
import { TocsinError, describeError } from '../kernel/errors.ts';
import { idFrom } from '../kernel/hash.ts';
import { toInstant } from '../kernel/instant.ts';
import type { Log } from '../kernel/log.ts';
import type { Action } from './action.ts';
import { chooseMessage, unknownMessage } from './choice.ts';
import type { Command, Context } from './command.ts';
import type { Desk } from './desk.ts';
import { findIncident } from './find-incident.ts';
import type { IncidentCommand } from './find-incident.ts';
import type { Message } from './message.ts';
import { outcomeOfError, outcomeOfReply } from './metrics.ts';
import type { Asked, ChatMetrics, Way } from './metrics.ts';
import { refusedWith } from './reply.ts';
import type { ChatHandler, FormReply, Place, Reply } from './reply.ts';
import { findCommand, suggestCommand } from './suggest.ts';
import { readAnswers, readNumber, readPerson, readTyped, splitFirst } from './typed.ts';
import type { Typed } from './typed.ts';
import { complaint, failureText, message, say } from './views/answers.ts';
import { bold, code } from './views/inline.ts';

export type ChatOptions = {
  /** The registry, in the order in which help shows it. It holds "now" (what nothing typed means), "show" and "help". */
  commands: readonly Command[];
  desk: Desk;
  log: Log;
  metrics?: ChatMetrics;
};

type Request = { person: Person; cause: string };

/** Which command it turned out to be, for the metrics. */
type Meant = { command: string };

/** Everything that people say, press and fill in, carried out by the commands. It always answers; a failure answers too. */
export function createChatHandler(options: ChatOptions): ChatHandler {
  const { commands, desk } = options;
  const contextOf = ({ person, cause }: Request): Context => ({ desk, person: readPerson(person), cause, commands });

  async function typedCommand(request: Request & { text: string; place: Place }, meant: Meant): Promise<Reply> {
    const { word, typed } = readCall(readTyped(request.text), commands);
    const command = findCommand(commands, word);
    if (command === undefined) return refusedWith(unknownVerb(options, word));
    meant.command = command.name;
    if (command.about === 'desk') return command.doing.typed(contextOf(request), typed);
    return onFoundIncident(command, contextOf(request), { typed, place: request.place });
  }

  async function pressed(action: Action, request: Request, meant: Meant): Promise<Reply> {
    const target = await targetOf(options, action, meant);
    if (target.type === 'none') return refusedWith(target.message);
    if (target.type === 'desk') return target.command.doing.typed(contextOf(request), argumentOf(action));
    const { command, incident } = target;
    return command.doing.typed({ ...contextOf(request), incident }, argumentOf(action));
  }

  async function formFor(action: Action, request: Request, meant: Meant): Promise<Reply> {
    const target = await targetOf(options, action, meant);
    if (target.type === 'none') return refusedWith(target.message);
    const context = contextOf(request);
    const opened =
      target.type === 'desk'
        ? target.command.doing.form?.open(context, argumentOf(action))
        : target.command.doing.form?.open({ ...context, incident: target.incident }, argumentOf(action));
    const instead = say(`There is nothing to fill in for "${action.command}". `, code(`${desk.command} help ${action.command}`));
    return (await opened) ?? refusedWith(instead);
  }

  async function submitted(
    request: Request & { action: Action; answers: Readonly<Record<string, string>> },
    meant: Meant,
  ): Promise<FormReply> {
    const { action } = request;
    const answers = readAnswers(request.answers);
    const target = await targetOf(options, action, meant);
    if (target.type === 'none') return { type: 'done', message: target.message };
    const context = contextOf(request);
    const done =
      target.type === 'desk'
        ? target.command.doing.form?.submit(context, answers, argumentOf(action))
        : target.command.doing.form?.submit({ ...context, incident: target.incident }, answers, argumentOf(action));
    return (await done) ?? { type: 'done', message: say(`"${action.command}" takes no form.`) };
  }

  return {
    command: (request) =>
      answered(options, { cause: request.cause, way: request.isMention === true ? 'mention' : 'typed' }, (meant) =>
        typedCommand(request, meant),
      ),
    press: ({ action, ...request }) =>
      answered(options, { cause: request.cause, way: 'button' }, (meant) => pressed(action, request, meant)),
    openForm: ({ action, ...request }) =>
      answered(options, { cause: '', way: 'form_opened' }, (meant) => formFor(action, { ...request, cause: '' }, meant)),
    async submitForm(request) {
      try {
        return await counted(options, 'form_sent', (meant) => submitted(request, meant));
      } catch (error) {
        const text = explained(options, request.cause, error);
        const field = findCommand(commands, request.action.command)?.doing.form?.mainField;
        // The form stays open with the complaint, so that nothing that was written is lost.
        return field === undefined ? { type: 'done', message: say(text) } : { type: 'invalid', errors: { [field]: text } };
      }
    },
  };
}

/** What a button says behind its command, as if it were typed. */
function argumentOf(action: Action): Typed {
  return readTyped(action.argument ?? '');
}

function reply(message: Message): Reply {
  return { type: 'message', message };
}

/** Takes a request apart: nothing is "now", "INC-4" is "show INC-4", and "INC-4 ack" is "ack INC-4". */
function readCall(typed: Typed, commands: readonly Command[]): { word: string; typed: Typed } {
  if (typed.text === '') return { word: 'now', typed };
  const { first, rest } = splitFirst(typed);
  if (readNumber(first) === undefined || findCommand(commands, first) !== undefined) return { word: first, typed: rest };
  if (rest.text === '') return { word: 'show', typed };
  const { first: second, rest: words } = splitFirst(rest);
  return { word: second, typed: readTyped(`INC-${readNumber(first)?.number ?? ''} ${words.text}`) };
}

function unknownVerb({ commands, desk }: ChatOptions, word: string): Message {
  const meant = suggestCommand(commands, word);
  if (meant !== undefined) return complaint(meant, desk.command, `I do not know "${word}". Did you mean "${meant.name}"? ${meant.summary}`);
  return message([`I do not know "${word}". What I do know: `, code(`${desk.command} help`)], []);
}

async function onFoundIncident(command: IncidentCommand, context: Context, request: { typed: Typed; place: Place }): Promise<Reply> {
  const { desk } = context;
  const found = await findIncident(desk, command, request);
  if (found.type === 'one') return command.doing.typed({ ...context, incident: found.incident }, found.typed);
  const asked = { command, slash: desk.command, now: toInstant(desk.clock.now()) };
  return found.type === 'several' ? reply(chooseMessage(found, asked)) : refusedWith(unknownMessage(found, asked));
}

type Target =
  | { type: 'desk'; command: Extract<Command, { about: 'desk' }> }
  | { type: 'incident'; command: IncidentCommand; incident: Incident }
  | { type: 'none'; message: Message };

/** What a button or form is about. Old messages keep their buttons, so both the command and the incident may be gone. */
async function targetOf({ commands, desk }: ChatOptions, action: Action, meant: Meant): Promise<Target> {
  const command = findCommand(commands, action.command);
  if (command === undefined)
    return { type: 'none', message: say('That button is from an older version. Use ', code(`${desk.command} help`), ' instead.') };
  meant.command = command.name;
  if (command.about === 'desk') return { type: 'desk', command };
  const incident = action.incident === undefined ? undefined : await desk.incidents.getByNumber(action.incident);
  if (incident !== undefined) return { type: 'incident', command, incident };
  return { type: 'none', message: say(bold('That incident is not there any more.'), ' All of them: ', code(`${desk.command} list`)) };
}

async function answered(
  options: ChatOptions,
  { cause, way }: { cause: string; way: Way },
  work: (meant: Meant) => Promise<Reply>,
): Promise<Reply> {
  try {
    return await counted(options, way, work);
  } catch (error) {
    return reply(say(explained(options, cause, error)));
  }
}

/** Tells the metrics what became of it, and passes on what came. */
async function counted<R extends Reply | FormReply>(
  { desk: { clock }, metrics }: ChatOptions,
  way: Way,
  work: (meant: Meant) => Promise<R>,
): Promise<R> {
  const meant: Meant = { command: 'unknown' };
  const started = clock.now().getTime();
  const tell = (outcome: Asked['outcome']) =>
    metrics?.asked({ way, ...meant, outcome, seconds: Math.max(0, clock.now().getTime() - started) / 1000 });
  try {
    const result = await work(meant);
    tell(outcomeOfReply(result));
    return result;
  } catch (error) {
    tell(outcomeOfError(error));
    throw error;
  }
}

/** The one place where errors become words for people. What is not meant for them is logged, and they get a reference to it. */
function explained({ log }: ChatOptions, cause: string, error: unknown): string {
  if (error instanceof TocsinError && error.code !== 'internal') return failureText(error);
  const reference = idFrom('ref', cause, describeError(error)).slice(0, 12);
  log.error({ reference, cause, error: describeError(error) }, 'a chat request failed');
  return `Something failed (${reference}), and nothing is known to have changed. Please try again; if it stays, show this reference to whoever runs Tocsin.`;
}
