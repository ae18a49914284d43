import { severities } from '../incidents/incident.ts';
import type { RunbookLink, Severity } from '../incidents/incident.ts';
import { idFrom } from '../kernel/hash.ts';
import type { RunbookLibrary } from '../runbooks/library.ts';
import type { RunbookMatch } from '../runbooks/match.ts';
import type { AlertEvent } from './alert.ts';
import type { RoutingPolicy } from './policy.ts';

/** Finds the runbook that an alert is about. */
export type RunbookMatcher = Pick<RunbookLibrary, 'match'>;

/** Where an alert belongs and what an incident about it is called. Texts are the sender's: whoever shows them escapes them. */
export type Route = {
  severity: Severity;
  /** Which label decided, or why none did. */
  severityReason: string;
  /** Empty when no label names one. */
  service: string;
  /** What the alert is about (a pod, an instance), or empty. */
  target: string;
  title: string;
  impact: string;
  summary: string;
  runbook?: RunbookLink;
  /** Alerts with the same key join one incident: the same runbook (without one, the same alert name) and service. */
  correlationKey: string;
};

/** Reads severity, service, target, runbook and title off an alert's labels and annotations. */
export function routeAlert(event: AlertEvent, how: { runbooks: RunbookMatcher; policy: RoutingPolicy }): Route {
  const { policy } = how;
  const match = how.runbooks.match({ labels: event.labels, annotations: event.annotations });
  const runbook = match.runbook;
  const service = firstOf(event.labels, policy.serviceLabels);
  const summary = shortLine(firstOf(event.annotations, ['summary', 'title', 'message', 'description']), 300);
  const described = firstOf(event.annotations, ['impact', 'description']);
  return {
    ...severityOf(event.labels, policy),
    service: shortLine(service, 100),
    target: shortLine(firstOf(event.labels, policy.targetLabels), 200),
    title: shortLine(runbook?.title || firstOf(event.annotations, ['summary']) || event.name, 150),
    impact: shortLine(runbook?.impact?.user ?? runbook?.impact?.text ?? described, 500),
    summary,
    ...(match.runbook === undefined ? {} : { runbook: linkTo(match) }),
    correlationKey: correlationKey(runbook === undefined ? ['alert', event.name, service] : ['runbook', runbook.path, service]),
  };
}

function linkTo({ runbook, matchedBy }: Extract<RunbookMatch, { matchedBy: string }>): RunbookLink {
  return { path: runbook.path, title: runbook.title, digest: runbook.digest, matchedBy };
}

/** Readable where it can be; label values have no limit, but keys of stores have. */
function correlationKey(parts: readonly string[]): string {
  const text = JSON.stringify(parts);
  return text.length <= 300 ? text : idFrom('correlation', ...parts);
}

function severityOf(labels: AlertEvent['labels'], policy: RoutingPolicy): Pick<Route, 'severity' | 'severityReason'> {
  const stated = firstOf(labels, [policy.severityLabel]);
  if (stated === '') return { severity: 'warning', severityReason: `no label ${policy.severityLabel}, so a warning` };
  const severity = severities.find((candidate) => policy.severities[candidate].includes(stated.toLowerCase()));
  if (severity === undefined) {
    return {
      severity: 'warning',
      severityReason: `${policy.severityLabel}=${JSON.stringify(shortLine(stated, 60))} is not a known severity, so a warning`,
    };
  }
  return { severity, severityReason: `${policy.severityLabel}=${JSON.stringify(stated)}` };
}

/** The first of the names that has a value, without its outer white space. */
function firstOf(texts: Readonly<Record<string, string>>, names: readonly string[]): string {
  // Label names come from outside: "constructor" must not find what every object inherits.
  const found = names.map((name) => (Object.hasOwn(texts, name) ? (texts[name] ?? '').trim() : ''));
  return found.find((text) => text !== '') ?? '';
}

/** One line of at most so many characters. */
export function shortLine(text: string, limit: number): string {
  const flat = text.replaceAll(/\s+/g, ' ').trim();
  return flat.length <= limit ? flat : `${flat.slice(0, limit - 1).toWellFormed()}…`;
}
