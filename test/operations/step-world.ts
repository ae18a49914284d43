import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import type { HttpTargets } from '../../src/doors/http-targets.ts';
import { chooseStep, sourcesOf } from '../../src/executions/step-source.ts';
import { createManualClock } from '../../src/kernel/clock.ts';
import type { ManualClock } from '../../src/kernel/clock.ts';
import { loadClusters } from '../../src/kubernetes/load-clusters.ts';
import type { JournalEntry, ParameterValue, Plan, StepSource } from '../../src/operations/plan.ts';
import type { ApplyReport, Journal, Operations, PlanReport } from '../../src/operations/ports.ts';
import { createPrometheus } from '../../src/prometheus/prometheus.ts';
import { parseRunbook } from '../../src/runbooks/parse.ts';
import type { Access } from '../../src/simulator/kubernetes/cluster.ts';
import { createVideoWorld } from '../../src/simulator/kubernetes/video-world.ts';
import type { VideoWorld } from '../../src/simulator/kubernetes/video-world.ts';
import { createSimulatedPrometheus } from '../../src/simulator/prometheus/server.ts';
import { createHttpTargets } from '../../src/web-targets/http-targets.ts';
import { createStepTools } from '../../src/wiring/step-tools.ts';
import type { StepTools } from '../../src/wiring/step-tools.ts';
import { runbooksDir } from '../support/world.ts';

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;

/** The steps' machinery in front of the simulated cluster and Prometheus, twenty minutes into the trouble. */
export type StepWorld = {
  clock: ManualClock;
  cluster: VideoWorld;
  access: Access;
  tools: StepTools;
  operations: Operations;
  /** A step of the video runbook, word for word. */
  seed(number: string): StepSource;
  /** Lets time go on while something is under way. */
  wait<T>(work: Promise<T>): Promise<T>;
  plan(source: StepSource): Promise<PlanReport>;
  /** The plan of a script that has one. */
  planned(text: string | StepSource, parameters?: Readonly<Record<string, string>>): Promise<Plan>;
  apply(plan: Plan, journal?: MemoryJournal): Promise<Applied>;
  run(text: string | StepSource, parameters?: Readonly<Record<string, string>>): ReturnType<Operations['run']>;
  /** Requests that changed something, in order: "PATCH /apis/…". Dry runs are left out. */
  sent(): readonly string[];
  /** Puts the cluster back as it was in the beginning; nothing was sent yet. */
  reset(): void;
  close(): Promise<void>;
};

export type MemoryJournal = Journal & { entries: JournalEntry[] };
type Applied = { report: ApplyReport; journal: readonly JournalEntry[] };

export const signal = (): AbortSignal => new AbortController().signal;

export function memoryJournal(failAt = Number.POSITIVE_INFINITY): MemoryJournal {
  const entries: JournalEntry[] = [];
  return {
    entries,
    async record(entry) {
      if (entries.length >= failAt) throw new Error('the store is away');
      entries.push(entry);
    },
  };
}

export function stepSource(text: string, parameters: Readonly<Record<string, string>> = {}): StepSource {
  const values = Object.entries(parameters).map(([name, value]): [string, ParameterValue] => [name, { value, origin: 'given by mia' }]);
  return {
    number: '1',
    title: 'Test step',
    language: 'shell',
    text,
    parameters: Object.fromEntries(values),
    runbook: { path: 'test.md', digest: 'digest' },
  };
}

export type StepWorldOptions = {
  http?: HttpTargets;
  reading?: readonly string[];
  /** The account that changes; by default it may do everything. */
  account?: 'admin' | 'mutator';
  followMs?: number;
};

export async function createStepWorld(options: StepWorldOptions = {}): Promise<StepWorld> {
  const clock = createManualClock(new Date('2026-05-04T10:00:00Z'));
  const metrics: { url?: string } = {};
  const cluster = createVideoWorld({
    clock,
    prometheusAnswer: async (path) => (await fetch(`${metrics.url ?? ''}${path}`)).text(),
  });
  const simulatedPrometheus = createSimulatedPrometheus({ clock, facts: () => cluster.history() });
  const { url } = await simulatedPrometheus.listen();
  metrics.url = url;
  const access = await cluster.listen();
  const load = (token: string) => loadClusters({ type: 'server', url: access.url, token }).mutator;
  const clusters = { reader: load(access.tokens.reader), mutator: load(access.tokens[options.account ?? 'admin']) };
  simulatedPrometheus.begin();
  clock.advance(20 * minuteMs);
  const tools = createStepTools({
    clusters,
    prometheus: createPrometheus({ url, aliases: ['prometheus:9090'], timeoutMs: minuteMs }),
    http: options.http ?? createHttpTargets({ allowedHosts: [] }),
    reading: options.reading ?? [],
    timeoutMs: dayMs,
    followMs: options.followMs ?? 10 * minuteMs,
    parallel: 2,
    clock,
  });
  const { operations } = tools;
  const path = 'video-processing-error-budget.md';
  const runbook = parseRunbook({ path, text: readFileSync(`${runbooksDir}/${path}`, 'utf8') });

  const kinds = ['Deployment', 'ConfigMap', 'Node'];
  const contents = kinds.flatMap((kind) => cluster.objects(kind)).map((object) => structuredClone(object));
  let sentBefore = 0;

  const sourceOf = (text: string | StepSource, parameters?: Readonly<Record<string, string>>): StepSource =>
    typeof text === 'string' ? stepSource(text, parameters) : text;
  async function wait<T>(work: Promise<T>): Promise<T> {
    // A rejection is the caller's, through the promise that is given back.
    const done = work.then(
      () => 'done',
      () => 'done',
    );
    while ((await Promise.race([done, pause(2, 'not yet')])) === 'not yet') clock.advance(250);
    return work;
  }
  return {
    clock,
    cluster,
    access,
    tools,
    operations,
    wait,
    seed(number) {
      const chosen = chooseStep(tools.read(runbook), number);
      const [source] = chosen === undefined ? [] : sourcesOf(chosen, runbook, {});
      if (source === undefined) throw new Error(`the runbook has no step ${number} that runs`);
      return source;
    },
    plan: (source) => wait(operations.plan(source, { signal: signal() })),
    async planned(text, parameters) {
      const report = await wait(operations.plan(sourceOf(text, parameters), { signal: signal() }));
      if (report.type === 'planned') return report.plan;
      throw new Error(report.type === 'failed' ? report.reason : `it only reads: ${report.report.finding}`);
    },
    async apply(plan, journal = memoryJournal()) {
      const report = await wait(operations.apply(plan, journal, { signal: signal() }));
      return { report, journal: journal.entries };
    },
    run: (text, parameters) => wait(operations.run(sourceOf(text, parameters), { signal: signal() })),
    sent() {
      const changes = cluster
        .requests()
        .slice(sentBefore)
        .filter(({ method, path: at, query, body }) => {
          const isDryRun = query.includes('dryRun=All') || /"dryRun":\s*\[\s*"All"/.test(body);
          return (method !== 'GET' && !isDryRun && !at.includes('selfsubject')) || at.endsWith('/exec');
        });
      return changes.map(({ method, path: at }) => `${method} ${at}`);
    },
    reset() {
      cluster.faults.clear();
      for (const object of contents) cluster.apply(structuredClone(object));
      clock.advance(5 * minuteMs);
      sentBefore = cluster.requests().length;
    },
    async close() {
      await tools.close();
      await Promise.all([clusters.reader.close(), clusters.mutator.close()]);
      await cluster.close();
      await simulatedPrometheus.close();
    },
  };
}
