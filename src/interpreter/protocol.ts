import { z } from 'zod';

/** What the thread that runs a script is told. Texts are the script's own; nothing here is read as a command line by anybody else. */
export type ToWorker =
  | { type: 'run'; script: string; variables: Readonly<Record<string, string>>; programs: readonly string[]; limits: WorkerLimits }
  | { type: 'answer'; id: number; exitCode: number; stdout: string; stderr: string };

type WorkerLimits = { maxBytes: number; maxLoopIterations: number };

const segment = z.object({ stdout: z.string(), stderr: z.string() });

/**
 * What it says. `call`: the script called one of the programs in that segment; `isDirect` when the output goes to the terminal and not into a pipe
 * or variable. `done`: the script ended; the segments are what its statements wrote, in order.
 */
export const fromWorker = z.discriminatedUnion('type', [
  z.object({ type: z.literal('ready') }),
  z.object({
    type: z.literal('call'),
    id: z.number(),
    name: z.string(),
    argv: z.array(z.string()),
    stdin: z.string(),
    isDirect: z.boolean(),
    segment: z.number(),
  }),
  z.object({ type: z.literal('done'), exitCode: z.number(), segments: z.array(segment), files: z.array(z.string()) }),
]);

export type FromWorker = z.infer<typeof fromWorker>;
export type CallMessage = Extract<FromWorker, { type: 'call' }>;
export type DoneMessage = Extract<FromWorker, { type: 'done' }>;
/** What one statement wrote. */
export type Segment = z.infer<typeof segment>;
