import type { Cluster } from '../doors/cluster.ts';
import type { HttpTargets } from '../doors/http-targets.ts';
import type { PrometheusDoor, QueryAnswer } from '../doors/prometheus-door.ts';
import type { Session } from '../doors/session.ts';
import type { Limits, Output, ScriptRequest, ScriptResult } from '../interpreter/script.ts';
import type { Clock } from '../kernel/clock.ts';
import type { ParameterValue } from './plan.ts';

/** A script whose holes are filled by quoted variables, or what is wrong with the values. */
type Filled = { ok: true; script: string; variables: Readonly<Record<string, string>> } | { ok: false; problems: readonly string[] };

/** What steps are carried out with. */
export type OperationsDeps = {
  interpret: (request: ScriptRequest) => Promise<ScriptResult>;
  fill: (text: string, values: Readonly<Record<string, ParameterValue>>) => Filled;
  fillQuery: (
    text: string,
    values: Readonly<Record<string, ParameterValue>>,
  ) => { ok: true; promql: string } | { ok: false; problems: readonly string[] };
  /** The account that only reads, and the one that also changes. Absent when no cluster is configured. */
  clusters?: { reader: Cluster; mutator: Cluster };
  prometheus?: PrometheusDoor;
  http: HttpTargets;
  classifyExec: Session['classifyExec'];
  /** Masks secrets; nothing that a step printed is kept or shown without it. */
  redact: (text: string) => string;
  /** Takes the text of Prometheus's answer apart; undefined for an error. */
  readAnswer: (promql: string, body: string) => QueryAnswer | undefined;
  /** One sentence about an answer. */
  describe: (answer: QueryAnswer) => string;
  clock: Clock;
  limits: Limits;
  followMs: number;
};

export const emptyOutput: Output = { head: '', tail: '', droppedBytes: 0 };

export function outputOf(text: string): Output {
  return { head: text, tail: '', droppedBytes: 0 };
}

/** The output as one text, with a line that says how much is missing. */
export function outputText({ head, tail, droppedBytes }: Output): string {
  return droppedBytes === 0 ? head + tail : `${head}\n[... ${droppedBytes} bytes left out ...]\n${tail}`;
}

export function redactOutput(redact: (text: string) => string, output: Output): Output {
  return { head: redact(output.head), tail: redact(output.tail), droppedBytes: output.droppedBytes };
}
