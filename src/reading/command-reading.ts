import type { ExecPolicy } from '../doors/exec-policy.ts';
import type { CallReading } from './call-reading.ts';
import type { Values } from './call-word.ts';
import type { Parameter } from './parameter.ts';

/** What a command line is once nothing is left open in it. */
export type KindOnceFilled = 'diagnostic' | 'mitigation' | 'manual';

/** What is known of a command line from its text alone. A run may still differ, because the doors decide then. */
export type CommandReading = {
  /** The shell's grammar reads it without an error. */
  tokenised: boolean;
  /** Every program in it is one we know, and every door reads its verb and flags. */
  typed: boolean;
  /** It runs from chat once its parameters are given. */
  executable: boolean;
  /** `parameters`: it would be `kindOnceFilled`, and waits for values. */
  kind: KindOnceFilled | 'parameters';
  kindOnceFilled: KindOnceFilled;
  parameters: readonly Parameter[];
  calls: readonly CallReading[];
  /** Variables that it sets for the commands below it in the same block, with their values where the text tells them. */
  sets: Values;
  /** Functions that it defines for them. */
  functions: ReadonlySet<string>;
  reason?: string;
  fix?: string;
};

export type ReadingContext = {
  /** Variables that commands above in the same block set. */
  known?: Values;
  functions?: ReadonlySet<string>;
  /** Which programs only read when they run in a container; the documented list when absent. */
  execPolicy?: ExecPolicy;
};
