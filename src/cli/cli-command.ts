import type { Readable } from 'node:stream';

/** What a command line run has to do with the world. */
export type Terminal = {
  env: Readonly<Record<string, string | undefined>>;
  out: (text: string) => void;
  err: (text: string) => void;
  /** Replaces the line that says how far something is; absent where nobody watches. */
  progress?: (line: string) => void;
  stdin: Readable;
  /** Resolves at the first Ctrl-C or SIGTERM; the second one ends the process. */
  interrupted: Promise<void>;
};

/** One subcommand of `tocsin`. `run` resolves with the exit status (sysexits.h where one fits: 64 usage, 66 no input, 75 work
 * was left to others, 78 configuration). */
export type CliCommand = {
  name: string;
  summary: string;
  usage: string;
  run(args: readonly string[], terminal: Terminal): Promise<number>;
};

export const exitStatus = { ok: 0, failed: 1, usage: 64, noInput: 66, cutOff: 75, config: 78 } as const;

/** An error of how the command was called: the message says the right form. */
export class UsageError extends Error {}
