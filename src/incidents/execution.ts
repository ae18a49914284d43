import type { Brand } from '../kernel/brand.ts';
import type { Instant } from '../kernel/instant.ts';
import type { Person } from './incident.ts';

/** The key of an execution's document, derived from the request that made it. */
export type ExecutionId = Brand<string, 'ExecutionId'>;

/**
 * diagnostic: a step that only reads. query: PromQL asked for by hand. mitigation: a step that changes something. undo: takes a mitigation
 * back. manual: a step that people do themselves and mark.
 */
export const executionTypes = ['diagnostic', 'query', 'mitigation', 'undo', 'manual'] as const;
type ExecutionType = (typeof executionTypes)[number];

/** Diagnostics: running -> done | failed | unknown. Mitigations: planning -> proposed -> approved -> applying -> applied | failed | unknown. */
export const executionStates = [
  'running',
  'done',
  'skipped',
  'planning',
  'proposed',
  'approved',
  'applying',
  'applied',
  'failed',
  /** At least one change was sent and nobody knows whether it happened. */
  'unknown',
  /** Something was not as approved any more when it was to be applied; nothing was sent. */
  'stale',
  'denied',
  'expired',
  'cancelled',
] as const;
export type ExecutionState = (typeof executionStates)[number];

/** What a plan may break: medium can be taken back, high cannot be. Diagnostics are low. */
export const risks = ['low', 'medium', 'high'] as const;
export type Risk = (typeof risks)[number];

/** One person's word on a plan. `identity` is whom the account belongs to: two accounts of one person are one voter. */
export type Vote = { by: Person; identity: string; choice: 'approve' | 'deny'; at: Instant; digest: string };

export const verdicts = ['better', 'no_change', 'worse', 'unknown'] as const;
export type Verdict = (typeof verdicts)[number];

/** What the runbook's own checks said so far after a mitigation. Values are those of the first check that gave numbers. */
export type VerificationSummary = {
  state: 'watching' | 'finished';
  verdict: Verdict;
  rounds: number;
  /** When it ends at the latest. */
  until: Instant;
  check?: string;
  before?: number;
  after?: number;
};

/**
 * A step of the runbook as it was run, or asked to be run, in an incident: small, because it is part of the incident's document. Outputs, the
 * plan and the journal are in the execution's own document.
 */
export type Execution = {
  /** 1 for the incident's first one; people say `/incident approve 3`. */
  number: number;
  id: ExecutionId;
  type: ExecutionType;
  state: ExecutionState;
  /** "5" or "5.2" of the runbook; absent for a query asked by hand. */
  step?: string;
  title: string;
  requestedBy: Person;
  requestedAt: Instant;
  endedAt?: Instant;
  /** One line for whoever only reads one line: what was found, what failed, why it was denied. */
  finding: string;
  /** Of the plan. */
  risk: Risk;
  namespaces: readonly string[];
  /** Keys of the locks that it needs: one for each object that it changes. */
  targets: readonly string[];
  /** What a vote is bound to: the whole plan, the expiry and this execution. */
  digest?: string;
  expiresAt?: Instant;
  /** How many approvals it needs. */
  quorum: number;
  votes: readonly Vote[];
  /** From when on a lone requester may apply it with a reason. */
  breakGlassFrom?: Instant;
  breakGlass?: { by: Person; at: Instant; reason: string };
  /** Which process works on it, until when, and under which fencing token. A token once given is never given again. */
  lease?: { owner: string; token: number; until: Instant };
  /** How often a process took it up. */
  token: number;
  verification?: VerificationSummary;
  /** Whether the plan's changes can be taken back, in one line. */
  undo?: { isPossible: boolean; words: string };
  /** For an undo: the number of the mitigation that it takes back. */
  undoOf?: number;
  /** For an outcome that nobody could look up when it ended: until when that is tried again, by reading alone. */
  lookUntil?: Instant;
  /** When somebody has to look at it again: a lease that may lapse, an expiry, a round of verification. */
  dueAt?: Instant;
};

export type ExecutionVerb = 'approve' | 'deny' | 'cancel' | 'breakGlass' | 'apply' | 'undo';

/** What may be done with an execution when. Guards, buttons and explanations all read this table. */
const table = {
  running: ['cancel'],
  done: [],
  skipped: [],
  planning: ['cancel'],
  proposed: ['approve', 'deny', 'cancel', 'breakGlass'],
  approved: ['apply', 'cancel'],
  applying: [],
  applied: ['undo'],
  failed: ['undo'],
  unknown: ['undo'],
  stale: [],
  denied: [],
  expired: [],
  cancelled: [],
} as const satisfies Record<ExecutionState, readonly ExecutionVerb[]>;

const why: Record<ExecutionState, string> = {
  running: 'it is running',
  done: 'it is done',
  skipped: 'it was skipped',
  planning: 'its plan is still being made',
  proposed: 'it waits for approval',
  approved: 'it is approved already',
  applying: 'it is being applied right now',
  applied: 'it was applied already',
  failed: 'it has failed; ask for it anew',
  unknown: 'nobody knows whether it happened; look at the object, then ask for a new plan',
  stale: 'something had changed since the plan was made; ask for a new plan',
  denied: 'it was denied',
  expired: 'it has expired; ask for a new plan',
  cancelled: 'it was cancelled',
};

export type ExecutionPermission = { ok: true } | { ok: false; reason: string };

/** Whether the state of an execution allows a verb. Who may do it is another question, which src/people answers. */
export function executionCan(verb: ExecutionVerb, execution: Execution): ExecutionPermission {
  const verbs: readonly ExecutionVerb[] = table[execution.state];
  if (!verbs.includes(verb)) return { ok: false, reason: why[execution.state] };
  if (verb === 'undo' && execution.type !== 'mitigation') return { ok: false, reason: 'it is no mitigation' };
  return { ok: true };
}

/** Whether it changes something once approved. */
export function changesThings(execution: Execution): boolean {
  return execution.type === 'mitigation' || execution.type === 'undo';
}

const endStates: readonly ExecutionState[] = ['done', 'skipped', 'applied', 'failed', 'unknown', 'stale', 'denied', 'expired', 'cancelled'];

/** Whether nothing more will happen to it but verification. */
export function hasEnded(execution: Execution): boolean {
  return endStates.includes(execution.state);
}

/** All executions of an incident, in the order of their numbers. */
export function executionsOf(incident: { executions?: readonly Execution[] }): readonly Execution[] {
  return incident.executions ?? [];
}

/** The execution that people call by number. */
export function findExecution(incident: { executions?: readonly Execution[] }, number: number): Execution | undefined {
  return executionsOf(incident).find((execution) => execution.number === number);
}

/** The latest execution of a step: what state the step is in. */
export function latestOf(incident: { executions?: readonly Execution[] }, step: string): Execution | undefined {
  return executionsOf(incident).findLast((execution) => execution.step === step);
}

/** The list with one execution changed; an undefined value removes the field. */
export function withExecution(list: readonly Execution[], number: number, change: ExecutionChange): readonly Execution[] {
  return list.map((execution) => (execution.number === number ? changed(execution, change) : execution));
}

export type ExecutionChange = { [K in keyof Omit<Execution, 'number' | 'id'>]?: Execution[K] | undefined };

function changed(execution: Execution, change: ExecutionChange): Execution {
  const entries = Object.entries({ ...execution, ...change }).filter(([, value]) => value !== undefined);
  // Only optional fields are ever set to undefined, so what is left is still a whole execution.
  return Object.fromEntries(entries) as Execution;
}

/** The document grows with its executions, and only the latest matter to people: what was dropped is on the timeline, with its output. */
const keptExecutions = 120;

/** The list with a new execution; the oldest ended ones that changed nothing make room. */
export function addExecution(list: readonly Execution[], execution: Execution): readonly Execution[] {
  const surplus = list.length + 1 - keptExecutions;
  const removable = list.filter((each) => hasEnded(each) && !changesThings(each)).slice(0, Math.max(0, surplus));
  return [...list.filter((each) => !removable.includes(each)), execution];
}

/** The number of the next execution; numbers only rise. */
export function nextExecutionNumber(list: readonly Execution[]): number {
  return (list.at(-1)?.number ?? 0) + 1;
}

/** When the earliest of them has to be looked at. Instants sort as text. */
export function executionsDueAt(list: readonly Execution[]): Instant | undefined {
  return list.flatMap(({ dueAt }) => (dueAt === undefined ? [] : [dueAt])).sort()[0];
}
