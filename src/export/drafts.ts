import { nameOf } from '../incidents/incident.ts';
import type { Incident } from '../incidents/incident.ts';
import { measurementFor } from '../runbooks/measurement.ts';
import type { CommunicationTemplate, Placeholder, Runbook, TemplateKind } from '../runbooks/runbook.ts';
import { fillTemplate, normaliseLabel } from '../runbooks/templates.ts';
import type { FilledTemplate } from '../runbooks/templates.ts';
import { dateTimeText, phaseWords, quantityText, severityWords } from './wording.ts';

/** A communication template of the runbook with what is known put in. It is a proposal: nobody has sent it. */
export type Draft = {
  name: string;
  kind: TemplateKind;
  filled: FilledTemplate;
  /** For each hole, by its label: what belongs there, or why it is not known. */
  holes: ReadonlyMap<string, string>;
};

/** The runbook's templates, each filled as far as the incident's own facts go. */
export function draftsOf(runbook: Runbook, incident: Incident): readonly Draft[] {
  const { internal, customer, resolution, others } = runbook.templates;
  return [internal, customer, resolution, ...others]
    .filter((template) => template !== undefined)
    .map((template) => draftOf(template, runbook, incident));
}

/** One template, filled. What nobody knows stays a hole; nothing is invented. */
function draftOf(template: CommunicationTemplate, runbook: Runbook, incident: Incident): Draft {
  const values = new Map<string, string>();
  const holes = new Map<string, string>();
  for (const placeholder of template.placeholders) {
    const value = valueFor(placeholder, runbook, incident);
    if (value === undefined) holes.set(placeholder.label, holeText(placeholder, runbook, incident));
    else values.set(normaliseLabel(placeholder.label), value);
  }
  return { name: template.name, kind: template.kind, filled: fillTemplate({ text: withPhase(template.text, incident) }, values), holes };
}

function valueFor(placeholder: Placeholder, runbook: Runbook, incident: Incident): string | undefined {
  const { measurement } = incident;
  if (measurement?.value !== undefined && isMeasured(placeholder, runbook, incident))
    return quantityText(measurement.value, measurement.unit);
  const label = normaliseLabel(placeholder.label);
  return factNamed(label, incident) ?? (placeholder.hint === undefined ? undefined : factNamed(normaliseLabel(placeholder.hint), incident));
}

function holeText(placeholder: Placeholder, runbook: Runbook, incident: Incident): string {
  if (isMeasured(placeholder, runbook, incident)) return incident.measurement?.problem ?? 'no value';
  const isComing = incident.measurement === undefined && incident.due.measure !== undefined;
  if (isComing && measurementFor(runbook, placeholder) !== undefined) return 'measuring…';
  return placeholder.hint ?? 'not known yet';
}

/** Whether the placeholder asks for what the incident's measurement measures: by its label, or because the runbook's query for it is the same. */
function isMeasured(placeholder: Placeholder, runbook: Runbook, incident: Incident): boolean {
  const { measurement } = incident;
  if (measurement === undefined) return false;
  if (normaliseLabel(measurement.label) === normaliseLabel(placeholder.label)) return true;
  return measurementFor(runbook, placeholder)?.promql === measurement.promql;
}

const facts: readonly (readonly [RegExp, (incident: Incident) => string | undefined])[] = [
  [/^(incident( (id|number|#))?|reference|ticket)$/, nameOf],
  [/^(title|summary|incident (title|name))$/, (incident) => incident.title],
  [/^(severity|priority)( level)?$/, (incident) => severityWords[incident.severity].word],
  [/^(current )?(status|state|phase)$/, (incident) => phaseWords[incident.phase]],
  [/^(user |customer )?impact$/, (incident) => incident.impact],
  [/^(affected )?(service|system|component)s?( name)?$/, (incident) => incident.service],
  [/^(start(ed)?( time| at)?|since|begin|beginning|time started|incident start)$/, ({ milestones }) => dateTimeText(milestones.startedAt)],
  [/^(detected( at)?|detection time)$/, ({ milestones }) => dateTimeText(milestones.detectedAt)],
  [/^(resolved( at)?|resolution time|end( time)?|ended( at)?)$/, resolvedText],
  [/^(ic|incident commander|commander)$/, (incident) => incident.roles.commander?.name],
  [/^(communications|comms)( lead)?$/, (incident) => incident.roles.communications?.name],
];

function resolvedText({ milestones }: Incident): string | undefined {
  return milestones.resolvedAt === undefined ? undefined : dateTimeText(milestones.resolvedAt);
}

function factNamed(label: string, incident: Incident): string | undefined {
  const value = facts.find(([name]) => name.test(label))?.[1](incident);
  return value === '' ? undefined : value;
}

const statusLine = /^(\s*(?:[-*+•]\s+)?[*_]*status[*_]*\s*:[*_]*\s*)(investigating|identified|monitoring|resolved)\b.*$/im;

/** An author wrote "Status: Investigating root cause" for the beginning; once the incident is in another phase, the line says that phase. */
function withPhase(text: string, incident: Incident): string {
  return text.replace(statusLine, (line, label: string, written: string) =>
    written.toLowerCase() === incident.phase ? line : label + phaseWords[incident.phase],
  );
}
