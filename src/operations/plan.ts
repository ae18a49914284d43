import type { Operation } from '../doors/operation.ts';
import type { Instant } from '../kernel/instant.ts';
import type { Json } from '../kernel/json.ts';

/** A value for a placeholder or variable of a step, and where it came from: "label pod of PodCrashLooping", "given by Mia". */
export type ParameterValue = { value: string; origin: string };

/** What shall be run: the text as it stands in the runbook, with the values for its holes. */
export type StepSource = {
  /** "5" or "5.2". */
  number: string;
  title: string;
  language: 'shell' | 'promql';
  /** As written; placeholders such as <pod> still in it. */
  text: string;
  parameters: Readonly<Record<string, ParameterValue>>;
  runbook: { path: string; digest: string };
};

/** What the server said to the same request as a dry run. `none`: there is no dry run of it (a command in a container, a web request). */
export type DryRun =
  | { type: 'accepted'; after: Json }
  | { type: 'refused'; message: string }
  | { type: 'unavailable'; reason: string }
  | { type: 'none' };

/**
 * The state of the object that the plan rests on: its uid, and a digest of the content that the operation touches. Status updates change
 * neither; anybody else's change to the touched fields does.
 */
export type Foundation = { uid: string; generation?: number; touched: string };

export type Undo = { type: 'possible'; operation: Operation; words: string } | { type: 'impossible'; reason: string };

export type PlannedOperation = {
  operation: Operation;
  /** In words: "scale Deployment video-processing/gpu-worker from 3 to 10 replicas". */
  words: string;
  foundation?: Foundation;
  dryRun: DryRun;
  /** Field by field, as people read it. */
  differences: readonly { field: string; from: string; to: string }[];
  undo: Undo;
};

/** Something that whoever approves has to know: pods that restart, an autoscaler that will undo it, a GitOps owner, a missing right. */
export type PreviewFact = {
  weight: 'blocker' | 'warning' | 'note';
  /** Which rule said so, for tests and for the record: "hpa", "gitops", "pdb", "paused", "single-replica", "configmap", "restarts", "rights". */
  rule: string;
  text: string;
};

/** Exactly what will happen, made without changing anything. `digest` covers operations, parameters, targets, foundations and the runbook. */
export type Plan = {
  schema: 1;
  source: StepSource;
  /** How it is carried out: the step's script runs again and may do these operations, or (an undo) they are sent as they stand. */
  runs: 'script' | 'operations';
  operations: readonly PlannedOperation[];
  facts: readonly PreviewFact[];
  /** What the doors printed while the plan was made. */
  output: string;
  plannedAt: Instant;
  digest: string;
};

/** What is known of one operation of a plan, written down before it is sent and again after its answer. */
export type JournalEntry = {
  index: number;
  state: 'sent' | 'done' | 'refused' | 'unknown';
  at: Instant;
  /** The server's words for a refusal, or why nobody knows. */
  message?: string;
  /** The object as the server answered, for undo. */
  after?: Json;
  /** The operation's `volatile` texts as they were really sent. */
  volatile?: readonly string[];
};
