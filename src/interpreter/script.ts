import type { Session } from '../doors/session.ts';
import type { Instant } from '../kernel/instant.ts';

/** The first and the last of a text that grew too long to keep; `droppedBytes` were between them, after `head`. */
export type Output = { head: string; tail: string; droppedBytes: number };

/** One call that a door got, for the record and for people who watch. */
export type CallRecord = { argv: readonly string[]; startedAt: Instant; endedAt?: Instant; exitCode?: number };

/** What a run shows while it goes on. */
export type Progress = { elapsedMs: number; calls: readonly CallRecord[]; stdout: string };

export type Limits = {
  timeoutMs: number;
  /** Of each of stdout and stderr; the rest is counted. */
  keptBytes: number;
  /** What a script may write in all before it is stopped. */
  maxBytes: number;
  maxLoopIterations: number;
};

/** A script to run. `variables` are set before it starts and are never read as shell text. */
export type ScriptRequest = {
  script: string;
  variables: Readonly<Record<string, string>>;
  session: Session;
  limits: Limits;
  signal: AbortSignal;
  onProgress?: (progress: Progress) => void;
  /** Gets all that the script wrote when it has ended, in the order of a terminal; for whoever keeps the two streams apart. */
  onOutput?: (piece: OutputPiece) => void;
};

export type OutputPiece = { stream: 'stdout' | 'stderr'; text: string };

/**
 * How a script ended. `stopped`: by its limits or the signal, `problem` says which and what to do; a change that was under way then may or may not
 * have happened. `refused`: a door was asked for what this session does not allow.
 */
export type ScriptResult = {
  exitCode: number;
  stdout: Output;
  stderr: Output;
  /** Both streams as a terminal would show them. */
  combined: Output;
  calls: readonly CallRecord[];
  ended: 'finished' | 'stopped';
  problem?: string;
  refusals: readonly string[];
  elapsedMs: number;
};
