import type { DrawContext } from '../../src/chat/views/context.ts';
import type { Incident } from '../../src/incidents/incident.ts';
import { addMs } from '../../src/kernel/instant.ts';
import type { Instant } from '../../src/kernel/instant.ts';
import type { ExecutionCase, ExecutionCases } from './execution-case.ts';
import { mitigationCases, undoCases } from './mitigation-cases.ts';
import { queryCases, runCases } from './run-cases.ts';

/** The cases by name; `start` is when each of them was asked for. */
export function executionCases(start: Instant): ExecutionCases {
  const at = (ms: number) => addMs(start, ms);
  return { ...runCases(start, at), ...queryCases(start, at), ...mitigationCases(start, at), ...undoCases(start, at) };
}

/** The context of a case: the incident holds it as its only execution. */
export function caseContext(context: DrawContext, { execution, document, afterMs }: ExecutionCase, start: Instant): DrawContext {
  const incident: Incident = { ...context.incident, executions: [execution] };
  return { ...context, incident, document, now: addMs(start, afterMs) };
}
