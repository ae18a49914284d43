import type { Chosen } from '../executions/step-source.ts';
import type { Plan, PlannedOperation, PreviewFact } from '../operations/plan.ts';

type Step = Pick<Chosen, 'number' | 'title' | 'manual'>;

/** What became of planning a step. `manual`: nothing of it can run from chat. */
export type Planned = Step &
  (
    | { outcome: 'planned'; plan: Plan }
    | { outcome: 'reads'; finding?: string }
    | { outcome: 'failed'; reason: string }
    | { outcome: 'manual' }
  );

/** The plan as people read it in a terminal. */
export function renderPlanned(planned: Planned): string {
  const lines = [`${planned.number}. ${planned.title}`, ...body(planned), ...manualLines(planned)];
  return `${lines.map(printable).join('\n')}\n`;
}

function body(planned: Planned): readonly string[] {
  switch (planned.outcome) {
    case 'planned':
      return planLines(planned.plan);
    case 'reads':
      return ['', 'It only reads, so it needs no plan.', ...(planned.finding === undefined ? [] : [`It ran: ${planned.finding}`])];
    case 'failed':
      return ['', `There is no plan: ${planned.reason}`];
    case 'manual':
      return ['', 'Nothing of it can run from chat; people do it.'];
  }
}

function planLines({ operations, facts, output, digest }: Plan): readonly string[] {
  return [
    '',
    ...operations.flatMap(operationLines),
    ...(facts.length === 0 ? [] : ['', 'Before it is approved:', ...sorted(facts).map(({ weight, text }) => `  ${weight}: ${text}`)]),
    ...(output.trim() === ''
      ? []
      : [
          '',
          'It would print:',
          ...output
            .trimEnd()
            .split('\n')
            .map((line) => `  ${line}`),
        ]),
    '',
    `plan ${digest}`,
  ];
}

function operationLines({ words, differences, dryRun, undo }: PlannedOperation, index: number): readonly string[] {
  return [
    `  ${index + 1}. ${words}`,
    ...differences.map(({ field, from, to }) => `     ${field}: ${from} -> ${to}`),
    ...untriedLines(dryRun),
    undo.type === 'possible' ? `     can be undone: ${undo.words}` : `     cannot be undone: ${undo.reason}`,
  ];
}

/** Only what could not be tried out, or would be refused, is worth a line. */
function untriedLines(dryRun: PlannedOperation['dryRun']): readonly string[] {
  if (dryRun.type === 'none') return ['     cannot be tried out first: this is what is sent'];
  if (dryRun.type === 'unavailable') return [`     not tried out first: ${dryRun.reason}`];
  return dryRun.type === 'refused' ? [`     the server would refuse it: ${dryRun.message}`] : [];
}

const order = ['blocker', 'warning', 'note'] as const;

function sorted(facts: readonly PreviewFact[]): readonly PreviewFact[] {
  return order.flatMap((weight) => facts.filter((fact) => fact.weight === weight));
}

function manualLines({ manual }: Step): readonly string[] {
  return manual.length === 0
    ? []
    : ['', 'By hand:', ...manual.map(({ number, text, reason }) => `  ${number} ${text.replaceAll('\n', ' ')}: ${reason}`)];
}

/** What comes from the cluster or the runbook must not steer the terminal. */
function printable(line: string): string {
  return line.replaceAll(/\p{C}/gu, '\u{FFFD}');
}
