import type { Clock } from '../../src/kernel/clock.ts';
import { toInstant } from '../../src/kernel/instant.ts';
import type { JournalEntry, Plan, PlannedOperation, StepSource } from '../../src/operations/plan.ts';
import type { ApplyReport, Journal, Operations, PlanReport, RunReport, Watching } from '../../src/operations/ports.ts';

const noOutput = { head: '', tail: '', droppedBytes: 0 };

/** What the outside is and what it does; tests change it as they go. */
export type Outside = {
  /** How often each operation was really sent, by its words. */
  sends: Map<string, number>;
  facts: Plan['facts'];
  operations: readonly string[];
  /** What an operation's answer is; "lost" happened without an answer, "dropped" neither happened nor was answered. */
  answers: Map<string, 'done' | 'refused' | 'lost' | 'dropped'>;
  /** Nobody can see any more what happened. */
  isHidden: boolean;
  drifted: boolean;
  planFails?: string;
  /** What the step printed before its plan failed. */
  planPrints: string;
  readsOnly: boolean;
  /** What each round of verification says, the first one before the apply; the last one stays. */
  values: (number | undefined)[];
  asked: number;
  /** Runs wait for this when it is there. */
  gate?: Promise<void>;
  /** Called between the journal and the cluster. */
  send: (words: string) => Promise<void>;
};

export function createOutside(): Outside {
  const outside: Outside = {
    sends: new Map(),
    facts: [],
    operations: ['scale gpu-worker from 3 to 10'],
    answers: new Map(),
    isHidden: false,
    drifted: false,
    planPrints: '',
    readsOnly: false,
    values: [],
    asked: 0,
    send: async (words) => {
      outside.sends.set(words, (outside.sends.get(words) ?? 0) + 1);
    },
  };
  return outside;
}

/** Steps that do what a test says, and count what is really sent. */
export function scriptedOperations(outside: Outside, clock: Clock): Operations {
  const now = () => toInstant(clock.now());

  const report = (finding: string): RunReport => ({
    state: 'done',
    exitCode: 0,
    finding,
    output: { head: `${finding}\n`, tail: '', droppedBytes: 0 },
    calls: [],
    answers: [],
    elapsedMs: 5,
  });

  async function waitFor(watching: Watching): Promise<boolean> {
    const aborted = new Promise<void>((resolve) => {
      watching.signal.addEventListener('abort', () => resolve(), { once: true });
      if (watching.signal.aborted) resolve();
    });
    await Promise.race([outside.gate ?? Promise.resolve(), aborted]);
    return !watching.signal.aborted;
  }

  function planOf(source: StepSource, words: readonly string[]): Plan {
    return {
      schema: 1,
      source,
      runs: 'script',
      operations: words.map(plannedOperation),
      facts: outside.facts,
      output: '',
      plannedAt: now(),
      digest: 'plan-digest',
    };
  }

  async function send(plan: Plan, journal: Journal): Promise<Pick<ApplyReport, 'state' | 'finding'>> {
    for (const [index, { words }] of plan.operations.entries()) {
      await journal.record({ index, state: 'sent', at: now() });
      const answer = outside.answers.get(words) ?? 'done';
      if (answer !== 'dropped' && answer !== 'refused') await outside.send(words);
      if (answer === 'lost' || answer === 'dropped') {
        await journal.record({ index, state: 'unknown', at: now(), message: 'the connection broke' });
        return { state: 'unknown', finding: 'the connection broke' };
      }
      await journal.record({ index, state: answer, at: now(), ...(answer === 'refused' ? { message: 'forbidden' } : {}) });
      if (answer === 'refused') return { state: 'failed', finding: `${words}: forbidden` };
    }
    return { state: 'applied', finding: 'all was done' };
  }

  return {
    async run(source, watching) {
      watching.onProgress?.({ elapsedMs: 1, calls: [], stdout: 'first line\n' });
      return (await waitFor(watching)) ? report(`ran ${source.number}`) : { ...report('stopped'), state: 'failed', exitCode: 130 };
    },
    query: async ({ promql }) => report(`asked ${promql}`),
    async plan(source, watching): Promise<PlanReport> {
      if (!(await waitFor(watching))) return { type: 'failed', reason: 'stopped', output: noOutput };
      if (outside.planFails !== undefined)
        return { type: 'failed', reason: outside.planFails, output: { ...noOutput, head: outside.planPrints } };
      if (outside.readsOnly) return { type: 'reads', report: report('it only reads') };
      return { type: 'planned', plan: planOf(source, outside.operations) };
    },
    async apply(plan, journal) {
      const rest = { output: noOutput, calls: [], elapsedMs: 7 };
      if (outside.drifted) return { state: 'drifted', finding: 'the replicas changed meanwhile', ...rest };
      return { ...(await send(plan, journal)), ...rest };
    },
    async reconcile(plan, journal) {
      if (outside.isHidden) return { state: 'unknown', journal: [], finding: 'nobody can tell' };
      const known = plan.operations.map(({ words }, index): JournalEntry => {
        const before = journal.find((entry) => entry.index === index);
        const happened = (outside.sends.get(words) ?? 0) > 0;
        return { index, at: now(), state: happened ? 'done' : (before?.state ?? 'refused') };
      });
      const done = known.filter(({ state }) => state === 'done').length;
      const state = done === plan.operations.length ? 'applied' : 'failed';
      const doubtful = journal.filter((entry) => entry.state === 'sent' || entry.state === 'unknown').map(({ index }) => index);
      return { state, journal: known.filter(({ index }) => doubtful.includes(index)), finding: `${done} done` };
    },
    async planUndo(plan) {
      return { type: 'planned', plan: planOf(plan.source, ['scale gpu-worker from 10 to 3']) };
    },
    async verify(checks) {
      const value = outside.values[Math.min(outside.asked, outside.values.length - 1)];
      outside.asked += 1;
      return checks.map(({ title }) => ({ title, ...(value === undefined ? { problem: 'no data' } : { value }) }));
    },
  };
}

function plannedOperation(words: string): PlannedOperation {
  const target = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    resource: 'deployments',
    namespace: 'video-processing',
    name: words.split(' ')[1] ?? 'gpu-worker',
    uid: 'uid-1',
  };
  return {
    operation: {
      type: 'change',
      verb: 'scale',
      target,
      request: { method: 'PATCH', path: `/apis/apps/v1/${target.name}`, query: {}, body: { spec: { replicas: 10 } } },
      volatile: [],
      before: { spec: { replicas: 3 } },
    },
    words,
    foundation: { uid: 'uid-1', generation: 4, touched: 'digest' },
    dryRun: { type: 'accepted', after: { spec: { replicas: 10 } } },
    differences: [{ field: 'spec.replicas', from: '3', to: '10' }],
    undo: { type: 'impossible', reason: 'it is a test' },
  };
}
