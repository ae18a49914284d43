import { promqlOf } from './promql-in-curl.ts';
import { commandsOf, type Placeholder, type Runbook, type RunbookCommand } from './runbook.ts';
import { normaliseLabel } from './templates.ts';

/** The runbook's own query for a value that a template asks for. */
export type Measurement = { title: string; promql: string; number: string; line: number; source: string };

const VERB = /^(?:check|monitor|get|show|measure|query|verify|view|list|watch|look at|see|find|print|display)\s+(?:the\s+)?/;
const FILLER = /\b(?:current|currently|latest|recent|actual|the|a|an)\b/g;

/**
 * The diagnostic whose title says the same as the placeholder's label ("Check current error rate" for "Current error rate") and which asks Prometheus.
 * Words like "current" are overlooked when no title fits exactly, but only if all such titles lead to one query.
 */
export function measurementFor(runbook: Runbook, placeholder: Pick<Placeholder, 'label'>): Measurement | undefined {
  const wanted = normaliseLabel(placeholder.label);
  const measurements = runbook.steps.flatMap((step) => commandsOf(step)).flatMap(measurementOf);
  const exact = measurements.find((measurement) => subject(measurement.title) === wanted);
  if (exact !== undefined) return exact;
  const loose = measurements.filter((measurement) => essence(measurement.title) === essence(wanted) && essence(wanted) !== '');
  return new Set(loose.map((measurement) => measurement.promql)).size === 1 ? loose[0] : undefined;
}

function measurementOf(command: RunbookCommand): Measurement[] {
  if (command.title === undefined) return [];
  const promql = command.kind === 'promql' ? command.text : promqlOf(command.text)?.promql;
  if (promql === undefined) return [];
  return [{ title: command.title, promql, number: command.number, line: command.line, source: command.source }];
}

function subject(title: string): string {
  return normaliseLabel(title).replace(VERB, '');
}

function essence(text: string): string {
  return subject(text).replace(FILLER, '').replace(/\s+/g, ' ').trim();
}
