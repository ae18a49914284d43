import type { CommandReading } from '../reading/command-reading.ts';

type FindingSeverity = 'error' | 'warning' | 'note';

/** Something in a runbook that its author should change: where, the text itself, what was expected there, and the right form. */
export type Finding = {
  file: string;
  line: number;
  text: string;
  /** "curl-glob", "unknown-verb": stable, for filters. */
  rule: string;
  severity: FindingSeverity;
  message: string;
  expected: string;
  fix: string;
};

/** A finding before it has its file. */
export type FindingDraft = Omit<Finding, 'file'>;

/** One command line of a runbook, as the report gives it. */
export type LintedCommand = {
  file: string;
  line: number;
  command: string;
  tokenised: boolean;
  typed: boolean;
  executable: boolean;
  kind: CommandReading['kind'];
  parameters: readonly { name: string; raw: string; type: string }[];
  reason: string | null;
  fix: string | null;
};

export type LintReport = { commands: readonly LintedCommand[]; findings: readonly Finding[] };
