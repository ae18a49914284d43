import type { Clock } from '../kernel/clock.ts';
import type { Cluster, ClusterAnswer, ExecOutcome } from './cluster.ts';
import type { ExecClass } from './exec-policy.ts';
import type { HttpAnswer, HttpTargets } from './http-targets.ts';
import type { ChangeOperation, ExecOperation, HttpOperation } from './operation.ts';
import type { PrometheusDoor } from './prometheus-door.ts';

/** How an operation is carried out: where its signal and its output go. */
type Carrying = { signal: AbortSignal; onOutput: (stream: 'stdout' | 'stderr', text: string) => void };

/**
 * The only way in which a door changes anything. What happens depends on the session: a diagnostic refuses, a plan asks the server for a dry
 * run and writes the operation down, an approved run lets through exactly what was planned, in order. A refusal is a TocsinError `forbidden`
 * (not allowed in this session) or `precondition` (differs from what was approved), which the door prints as an error and exits with 1.
 */
export type Effects = {
  change(operation: ChangeOperation, carrying: Carrying): Promise<ClusterAnswer>;
  /** In a plan nothing runs: the outcome is `exited` with 0 and no output. */
  exec(operation: ExecOperation, carrying: Carrying): Promise<ExecOutcome>;
  http(operation: HttpOperation, carrying: Carrying): Promise<HttpAnswer>;
};

/** What the doors of one run work with. Reads go to the clients directly, everything else through `effects`. */
export type Session = {
  mode: 'read' | 'plan' | 'apply';
  /** Absent when no cluster is configured: the door says so. */
  cluster?: Cluster;
  prometheus?: PrometheusDoor;
  http: HttpTargets;
  effects: Effects;
  clock: Clock;
  /** What a command in a container does, by its words: reading runs at once, a change is an operation, and what is refused never runs. */
  classifyExec: (argv: readonly string[]) => ExecClass;
  /** How long something that has no end by itself (`-f`, `-w`, `watch`) goes on at most. */
  followMs: number;
};

/** One call of a door. Text goes out in the order in which it is written; nothing else leaves a door. */
export type DoorCall = {
  argv: readonly string[];
  stdin: string;
  signal: AbortSignal;
  out: (text: string) => void;
  err: (text: string) => void;
};

/** A program that a script can call, over typed clients instead of a process. Resolves with the exit status; throws only for faults of its own. */
export type Door = { name: string; run(call: DoorCall, session: Session): Promise<number> };
