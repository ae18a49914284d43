import { beforeEach } from 'vitest';
import type { ExecutionSettings } from '../../src/executions/deps.ts';
import { createRunner } from '../../src/executions/runner.ts';
import type { Runner } from '../../src/executions/runner.ts';
import type { ChangeDeps } from '../../src/incidents/change.ts';
import { findExecution } from '../../src/incidents/execution.ts';
import type { Execution } from '../../src/incidents/execution.ts';
import type { Incident } from '../../src/incidents/incident.ts';
import { claimDue } from '../../src/incidents/record.ts';
import { toInstant } from '../../src/kernel/instant.ts';
import { silentLog } from '../../src/kernel/log.ts';
import type { StepSource } from '../../src/operations/plan.ts';
import type { Operations } from '../../src/operations/ports.ts';
import { createAccess } from '../../src/people/access.ts';
import type { AccessRule, IdentityRule } from '../../src/people/access.ts';
import type { DirectoryPerson } from '../../src/people/directory.ts';
import type { Store } from '../../src/store/store.ts';
import { ana, createTestDesk } from '../support/desk.ts';
import type { TestDesk } from '../support/desk.ts';
import { createOutside, scriptedOperations } from './scripted-operations.ts';
import type { Outside } from './scripted-operations.ts';

export const cleo = { id: 'U0CLEO0000', name: 'cleo' };
export const bot = { id: 'B0BOT00000', name: 'bot' };
export const guest = { id: 'U0GUEST000', name: 'guest' };

export const member: DirectoryPerson = { isBot: false, isGuest: false, isDeleted: false, groups: [] };

export const scaleStep: StepSource = {
  number: '5',
  title: 'Scale up the workers',
  language: 'shell',
  text: 'kubectl scale deployment gpu-worker --replicas=10',
  parameters: {},
  runbook: { path: 'video.md', digest: 'runbook-digest' },
};

export const errorCheck = { title: 'Error rate', promql: 'rate(errors_total[5m])' };

/** The processes of a test share the store, the outside and the people; each has its own name. */
export type ExecutionWorld = {
  desk: TestDesk;
  outside: Outside;
  people: Map<string, DirectoryPerson>;
  runbooks: Map<string, string>;
  incident: Incident;
  process(options?: Partial<ProcessOptions>): Runner;
  operations(): Operations;
  /** Looks after what is due, once, as the tick does. Resolves with whether anything was. */
  attend(runner: Runner): Promise<boolean>;
  execution(number: number): Promise<Execution>;
  kinds(): Promise<readonly string[]>;
};

type ProcessOptions = {
  store: Pick<Store, 'incidents' | 'executions' | 'locks'>;
  operations: Operations;
  settings: Partial<ExecutionSettings>;
  parallel: number;
};

export async function createExecutionWorld(
  options: { rules?: readonly AccessRule[]; identities?: readonly IdentityRule[]; changed?: ChangeDeps['changed'] } = {},
): Promise<ExecutionWorld> {
  const desk = createTestDesk(options.changed === undefined ? {} : { changed: options.changed });
  const outside = createOutside();
  const people = new Map<string, DirectoryPerson>([
    ...['U0ANA00000', 'U0BEN00000', 'U0CLEO0000', 'U0ANA20000'].map((id) => [id, member] as const),
    [bot.id, { ...member, isBot: true }],
    [guest.id, { ...member, isGuest: true }],
  ]);
  const runbooks = new Map([['video.md', 'runbook-digest']]);
  const access = createAccess({
    rules: options.rules ?? [],
    identities: options.identities ?? [{ name: 'Ana', accounts: ['U0ANA00000', 'U0ANA20000'] }],
    directory: { person: async (id) => people.get(id) },
    log: silentLog,
  });
  const incident = await desk.open({ severity: 'critical' });
  let processes = 0;
  const fresh = () => desk.fresh(incident);

  return {
    desk,
    outside,
    people,
    runbooks,
    incident,
    operations: () => scriptedOperations(outside, desk.clock),
    process({ store = desk.store, operations = scriptedOperations(outside, desk.clock), settings = {}, parallel = 4 } = {}) {
      processes += 1;
      return createRunner({
        change: { ...desk.change, incidents: store.incidents },
        executions: store.executions,
        locks: store.locks,
        operations,
        access,
        runbooks: { digestOf: (path) => runbooks.get(path) },
        settings: { quorum: 1, expiryMs: 900_000, breakGlassAfterMs: 300_000, verifyEveryMs: 30_000, verifyForMs: 600_000, ...settings },
        log: silentLog,
        owner: `process-${processes}`,
        parallel,
      });
    },
    async attend(runner) {
      const now = toInstant(desk.clock.now());
      const due = (await desk.store.incidents.listDue(now, 10)).filter((each) => (each.due.executions ?? '~') <= now);
      for (const each of due) {
        const claim = await claimDue(desk.change, { id: each.id, kind: 'executions', nextInMs: 15_000 });
        if (claim.outcome === 'changed') await runner.attend(claim.incident);
      }
      return due.length > 0;
    },
    async execution(number) {
      const found = findExecution(await fresh(), number);
      if (found === undefined) throw new Error(`there is no #${number}`);
      return found;
    },
    async kinds() {
      await desk.relay();
      return (await desk.store.timeline.read(incident.id)).map(({ kind }) => kind).filter((kind) => kind !== 'declared');
    },
  };
}

/** The scale-up is asked for by ana and planned; resolves with its number. */
export async function proposeScale(world: ExecutionWorld, process: Runner, cause: string): Promise<number> {
  const asked = await process.mitigate({ id: world.incident.id, cause, by: ana, source: scaleStep, checks: [errorCheck] });
  await process.idle();
  return asked.execution.number;
}

/** What somebody hands in to approve an execution of the world's incident. */
export function voteOn({ incident }: ExecutionWorld, number: number, { by, cause }: { by: { id: string; name: string }; cause: string }) {
  return { id: incident.id, number, cause, by };
}

/** Gives each test a world of its own and one process in it; both are ended after it. */
export function eachInAWorld(enter: (entered: { world: ExecutionWorld; runner: Runner }) => void): void {
  beforeEach(async () => {
    const world = await createExecutionWorld();
    const runner = world.process();
    enter({ world, runner });
    return async () => {
      await runner.stop();
      await world.desk.store.close();
    };
  });
}
