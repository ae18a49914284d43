import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';

const labels = z.record(z.string(), z.string());

const alert = z.object({
  fingerprint: z.string(),
  labels,
  annotations: labels,
  generatorUrl: z.string(),
  startsAt: z.number(),
  /** Set once it was resolved. */
  endsAt: z.number().optional(),
});

/** What was last told the receiver about a group. */
const told = z.object({ at: z.number(), firing: z.array(z.string()), resolved: z.array(z.string()) });

/** A notification on its way: its alerts are fixed when the flush starts, and tried until it ends. */
const flush = z.object({ alerts: z.array(alert), reason: z.string(), startedAt: z.number(), tries: z.number(), nextTryAt: z.number() });

const group = z.object({
  key: z.string(),
  labels,
  alerts: z.array(alert),
  nextFlushAt: z.number(),
  told: told.optional(),
  flush: flush.optional(),
});

const state = z.object({ groups: z.array(group) });

/** All times are milliseconds since 1970. */
export type SimulatedAlert = z.infer<typeof alert>;
export type Group = z.infer<typeof group>;
export type Flush = z.infer<typeof flush>;
type AlertmanagerState = z.infer<typeof state>;

/** Where the simulation keeps its state over a restart; without a file it forgets. */
export type StateFile = { load(): AlertmanagerState; save(state: AlertmanagerState): void };

export function createStateFile(path: string | undefined): StateFile {
  if (path === undefined) return { load: () => ({ groups: [] }), save: () => {} };
  return {
    load() {
      const text = readIfThere(path);
      // The simulation's own file, worth nothing: a damaged one is started anew rather than repaired.
      const parsed = state.safeParse(text === undefined ? undefined : parseJson(text));
      return parsed.success ? parsed.data : { groups: [] };
    },
    save(next) {
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(`${path}.new`, JSON.stringify(next));
      renameSync(`${path}.new`, path);
    },
  };
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
