import type { z } from 'zod';
import { defineIncidentCommand } from '../src/chat/command.ts';
import { whereShown } from '../src/chat/confirm.ts';
import { needsStepForm, stepForm } from '../src/chat/step-form.ts';
import { answeredValues, requireStep, stepAnswersSchema, stepCallSchema } from '../src/chat/steps.ts';
import type { Typed } from '../src/chat/typed.ts';
import { message, say } from '../src/chat/views/answers.ts';
import { executionName, stateText } from '../src/chat/views/execution-title.ts';
import { bold } from '../src/chat/views/inline.ts';
import { manualAnswer } from '../src/chat/views/manual-step.ts';
import { runButton } from '../src/chat/views/step-buttons.ts';
import { sourcesOf } from '../src/executions/step-source.ts';
import type { Chosen } from '../src/executions/step-source.ts';
import { checkedValues } from '../src/executions/step-values.ts';
import { executionsOf, hasEnded } from '../src/incidents/execution.ts';
import type { Execution } from '../src/incidents/execution.ts';
import type { Incident } from '../src/incidents/incident.ts';
import type { Runbook } from '../src/runbooks/runbook.ts';

type Args = { number: string; values?: Readonly<Record<string, string>>; answers?: Readonly<Record<string, string>> };

const readArgs: z.ZodType<Args, Typed> = stepCallSchema;

/** Asks for a mitigation: its plan is made, shown, and waits for somebody else's approval. */
export const mitigate = defineIncidentCommand({
  name: 'mitigate',
  aliases: ['plan', 'fix', 'mitigation'],
  summary: 'Plan a mitigation of the runbook, and ask for approval',
  usage: 'mitigate [INC-12] 8 | 8.1 [name=value …]',
  examples: ['mitigate 8', 'mitigate 8.1', 'mitigate INC-12 9'],
  verb: 'mitigate',
  words: 'numbers',
  args: readArgs,
  async run(context, { number, values, answers }) {
    const { desk, person, cause, incident } = context;
    const { runbook, chosen } = requireStep(context, number);
    if (chosen.kind === 'manual') return manualAnswer(context, chosen);
    const title = bold(`${chosen.number}. ${chosen.title}`);
    if (chosen.kind === 'diagnostic') {
      const button = runButton(incident, chosen.number, { asks: chosen.parameters.length > 0 });
      return message([title, ' changes nothing, so it needs no approval: run it.'], [{ type: 'actions', buttons: [button] }]);
    }
    const pending = pendingOf(incident, chosen, cause);
    if (pending !== undefined)
      return say(bold(executionName(pending)), ` is there already: ${stateText(pending)}.`, ...whereShown(desk, incident));
    const checked = checkedValues(chosen, values ?? answeredValues(chosen, answers ?? {}), person.name);
    const source = sourcesOf(chosen, runbook, checked).find(({ language }) => language === 'shell');
    if (source === undefined) return say(title, ' only asks Prometheus: run it instead.');
    const { execution } = await desk.runner.mitigate({ id: incident.id, cause, by: person, source, checks: checksOf(runbook) });
    return say('Planning ', bold(executionName(execution)), '. Nothing is changed yet.', ...whereShown(desk, incident));
  },
  form: {
    title: 'Plan a mitigation',
    submit: 'Plan',
    opensFor: (typed, context) => needsStepForm(context, typed, ['mitigation']),
    build: stepForm,
    answers: stepAnswersSchema,
    mainField: 't0',
  },
});

/** The same step twice at once confuses whoever approves; with values of its own it is about something else. */
function pendingOf(incident: Incident, { number, parameters }: Chosen, cause: string): Execution | undefined {
  if (parameters.length > 0 || incident.causes.includes(cause)) return undefined;
  return executionsOf(incident).find((each) => each.type === 'mitigation' && each.step === number && !hasEnded(each));
}

/** The runbook's own queries that tell whether a fix works. */
function checksOf({ verification }: Runbook) {
  return verification.flatMap(({ title, promql, number }) => (promql === undefined ? [] : [{ title: title ?? `Check ${number}`, promql }]));
}
