import { z } from 'zod';
import { defineIncidentCommand } from '../src/chat/command.ts';
import type { IncidentContext } from '../src/chat/command.ts';
import { whereShown } from '../src/chat/confirm.ts';
import { runbookOf } from '../src/chat/desk.ts';
import type { Button, Inline, Message } from '../src/chat/message.ts';
import { needsStepForm, stepForm } from '../src/chat/step-form.ts';
import { answeredValues, requireRunbook, requireStep, stepAnswersSchema, stepCallSchema } from '../src/chat/steps.ts';
import type { Typed } from '../src/chat/typed.ts';
import { message, say } from '../src/chat/views/answers.ts';
import { bold, code } from '../src/chat/views/inline.ts';
import { manualAnswer } from '../src/chat/views/manual-step.ts';
import { planButton, runButton } from '../src/chat/views/step-buttons.ts';
import { sourcesOf } from '../src/executions/step-source.ts';
import type { Chosen } from '../src/executions/step-source.ts';
import { checkedValues } from '../src/executions/step-values.ts';
import { countText } from '../src/export/wording.ts';
import { executionsOf } from '../src/incidents/execution.ts';
import type { Incident } from '../src/incidents/incident.ts';
import { nameOf } from '../src/incidents/incident.ts';
import type { StepSource } from '../src/operations/plan.ts';
import type { PhaseKind } from '../src/runbooks/runbook.ts';

type Args = { number: string; values?: Readonly<Record<string, string>>; answers?: Readonly<Record<string, string>> };

const everything = 'all';
const readArgs: z.ZodType<Args, Typed> = z.custom<Typed>().transform((typed, context): Args => {
  if (typed.text.toLowerCase() === everything) return { number: everything };
  const call = stepCallSchema.safeParse(typed);
  if (call.success) return call.data;
  context.addIssue({ code: 'custom', message: call.error.issues[0]?.message ?? 'That could not be read.' });
  return z.NEVER;
});

/** Runs diagnostics: a step, one line of it, or all that need nothing. */
export const run = defineIncidentCommand({
  name: 'run',
  aliases: ['diagnose', 'diagnostics'],
  summary: 'Run a diagnostic of the runbook; everybody sees what it finds',
  usage: 'run [INC-12] 2 | 2.3 | all [name=value …]',
  examples: ['run 2', 'run 2.3', 'run all', 'run INC-12 3.1'],
  verb: 'run',
  words: 'numbers',
  args: readArgs,
  run: (context, args) => (args.number === everything ? runAll(context) : runOne(context, args)),
  form: {
    title: 'Run a diagnostic',
    submit: 'Run',
    opensFor: (typed, context) => typed.text.toLowerCase() !== everything && needsStepForm(context, typed, ['diagnostic']),
    build: stepForm,
    answers: stepAnswersSchema,
    mainField: 't0',
  },
});

/** What checks a fix, or comes after the incident, says nothing about what is wrong now. */
const later: readonly PhaseKind[] = ['resolution', 'post_incident'];

async function runAll(context: IncidentContext): Promise<Message> {
  const { desk, person, cause, incident } = context;
  const runbook = requireRunbook(context);
  const free = desk.steps.read(runbook).filter(({ kind, step }) => kind === 'diagnostic' && !later.includes(step.phase.kind));
  const all = free.flatMap(({ step }) => sourcesOf(requireStep(context, String(step.number)).chosen, runbook, {}));
  const sources = all.filter((source) => runningAlready(incident, [source]) === undefined);
  if (all.length === 0)
    return say(
      'No step of this runbook runs without values or an approval. Its steps: ',
      code(`${desk.command} runbook ${nameOf(incident)}`),
    );
  if (sources.length === 0) return say('All diagnostics are running already.', ...whereShown(desk, incident));
  await desk.runner.runAll({ id: incident.id, cause, by: person, sources });
  return say(`Running ${countText(sources.length, 'diagnostic')} of the runbook.`, ...whereShown(desk, incident));
}

async function runOne(context: IncidentContext, { number, values, answers }: Args): Promise<Message> {
  const { desk, person, cause, incident } = context;
  const { runbook, chosen } = requireStep(context, number);
  if (chosen.kind === 'manual') return manualAnswer(context, chosen);
  if (chosen.kind === 'mitigation') {
    return message(
      [bold(`${chosen.number}. ${chosen.title}`), ' changes something: it needs a plan, and a second person who approves it.'],
      [
        {
          type: 'actions',
          buttons: [planButton(incident, chosen.number, { asks: chosen.parameters.length > 0 }), ...readingLines(context, chosen)],
        },
      ],
    );
  }
  const checked = checkedValues(chosen, values ?? answeredValues(chosen, answers ?? {}), person.name);
  const sources = sourcesOf(chosen, runbook, checked);
  const running = runningAlready(incident, sources);
  if (running !== undefined)
    return say(bold(`${chosen.number}. ${chosen.title}`), ` is running already (#${running}).`, ...whereShown(desk, incident));
  await desk.runner.runAll({ id: incident.id, cause, by: person, sources });
  return say('Running ', bold(`${chosen.number}. ${chosen.title}`), '.', ...whereShown(desk, incident), ...byHand(context, chosen));
}

/** A second press while it runs would only do the same again. With other values it is something else. */
function runningAlready(incident: Incident, sources: readonly StepSource[]): number | undefined {
  const isFree = sources.every(({ parameters }) => Object.keys(parameters).length === 0);
  const running = executionsOf(incident).filter(({ state }) => state === 'running');
  return isFree ? running.find(({ step }) => sources.some(({ number }) => number === step))?.number : undefined;
}

const maxLines = 4;

/** The lines of a step that only read can run by themselves. */
function readingLines({ desk, incident }: IncidentContext, { number }: Chosen): readonly Button[] {
  const runbook = runbookOf(desk, incident);
  const reading = runbook === undefined ? undefined : desk.steps.read(runbook).find(({ step }) => String(step.number) === number);
  const lines = (reading?.commands ?? []).filter(({ reading: line }) => line.executable && line.kindOnceFilled === 'diagnostic');
  return lines
    .slice(0, maxLines)
    .map(({ command, reading: line }) => runButton(incident, command.number, { asks: line.parameters.length > 0 }));
}

function byHand({ desk, incident }: IncidentContext, { manual }: Chosen): readonly Inline[] {
  const [first] = manual;
  if (first === undefined) return [];
  return [
    ` ${countText(manual.length, 'line')} of it cannot be run from here: `,
    code(`${desk.command} run ${nameOf(incident)} ${first.number}`),
  ];
}
