import { describeAnswer } from '../charts/describe-answer.ts';
import type { Cluster } from '../doors/cluster.ts';
import { createCurlDoor } from '../doors/curl/door.ts';
import { createExecPolicy } from '../doors/exec-policy.ts';
import type { HttpTargets } from '../doors/http-targets.ts';
import { createKubectlDoor } from '../doors/kubectl/door.ts';
import type { PrometheusDoor } from '../doors/prometheus-door.ts';
import type { Door, Session } from '../doors/session.ts';
import { createWatchDoor } from '../doors/watch/door.ts';
import { createWgetDoor } from '../doors/wget/door.ts';
import { runScript } from '../interpreter/run-script.ts';
import type { Limits, ScriptRequest, ScriptResult } from '../interpreter/script.ts';
import { createScriptWorkers } from '../interpreter/workers.ts';
import type { Clock } from '../kernel/clock.ts';
import { createOperations } from '../operations/create-operations.ts';
import { outputText } from '../operations/deps.ts';
import type { Operations } from '../operations/ports.ts';
import { readQueryAnswer } from '../prometheus/query-answer.ts';
import { fillParameters, fillQuery } from '../reading/fill.ts';
import { readRunbookSteps } from '../reading/read-step.ts';
import type { StepReading } from '../reading/read-step.ts';
import { redact } from '../redaction/redact.ts';
import type { Runbook } from '../runbooks/runbook.ts';

export type StepToolsOptions = {
  clusters?: { reader: Cluster; mutator: Cluster };
  prometheus?: PrometheusDoor;
  http: HttpTargets;
  /** Commands that only read in a container, besides the known ones. */
  reading: readonly string[];
  timeoutMs: number;
  followMs: number;
  /** How many scripts run at once. */
  parallel: number;
  clock: Clock;
};

/** What runs steps, and what reads them. */
export type StepTools = {
  operations: Operations;
  /** A script with the doors, for a terminal. */
  interpret: (request: ScriptRequest) => Promise<ScriptResult>;
  classifyExec: Session['classifyExec'];
  limits: Limits;
  /** What each step of a runbook does, by its text; kept for each text of the runbook. */
  read(runbook: Runbook): readonly StepReading[];
  /** Ends the interpreter's threads. */
  close(): Promise<void>;
};

const keptBytes = 64 * 1024;
const maxBytes = 16 * 1024 * 1024;
const keptThreads = 4;
const maxLoopIterations = 10_000;

/** Puts the interpreter, the doors and the operations together. */
export function createStepTools(options: StepToolsOptions): StepTools {
  const { clock } = options;
  const workers = createScriptWorkers({ max: options.parallel, keep: Math.min(options.parallel, keptThreads) });
  const limits: Limits = { timeoutMs: options.timeoutMs, keptBytes, maxBytes, maxLoopIterations };
  const policy = createExecPolicy({ reading: options.reading });
  const classifyExec: Session['classifyExec'] = (argv) => policy.classify(argv);

  const inner: Door[] = [createKubectlDoor('kubectl'), createKubectlDoor('oc'), createCurlDoor(), createWgetDoor()];
  const watch = createWatchDoor(async (script, { session, signal }) => {
    const result = await runScript(inner, { script, variables: {}, session, limits, signal }, { clock, workers, isNested: true });
    return { exitCode: result.exitCode, output: outputText(result.combined) };
  });
  const interpret = (request: ScriptRequest) => runScript([...inner, watch], request, { clock, workers });

  const readings = new WeakMap<Runbook, readonly StepReading[]>();
  return {
    operations: createOperations({
      interpret,
      fill: (text, values) => fillParameters(text, plainValues(values)),
      fillQuery: (text, values) => fillQuery(text, plainValues(values)),
      ...(options.clusters === undefined ? {} : { clusters: options.clusters }),
      ...(options.prometheus === undefined ? {} : { prometheus: options.prometheus }),
      http: options.http,
      classifyExec,
      redact: (text) => redact(text).text,
      readAnswer: readQueryAnswer,
      describe: (answer) => describeAnswer(answer).sentence,
      clock,
      limits,
      followMs: options.followMs,
    }),
    interpret,
    classifyExec,
    limits,
    read(runbook) {
      const known = readings.get(runbook) ?? readRunbookSteps(runbook, { execPolicy: policy });
      readings.set(runbook, known);
      return known;
    },
    close: () => workers.close(),
  };
}

function plainValues(values: Readonly<Record<string, { value: string }>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(values).map(([name, { value }]) => [name, value]));
}
