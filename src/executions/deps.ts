import type { ChangeDeps } from '../incidents/change.ts';
import type { Log } from '../kernel/log.ts';
import type { Operations } from '../operations/ports.ts';
import type { Access } from '../people/access.ts';
import type { Background } from './background.ts';
import type { ExecutionStore, LockStore } from './ports.ts';

/** The team's own numbers for approval and verification. */
export type ExecutionSettings = {
  /** How many people stand behind a mitigation besides whoever asks. */
  quorum: number;
  expiryMs: number;
  breakGlassAfterMs: number;
  verifyEveryMs: number;
  verifyForMs: number;
};

/** What the verbs about executions work with. */
export type ExecutionDeps = {
  change: ChangeDeps;
  executions: ExecutionStore;
  locks: LockStore;
  operations: Operations;
  access: Access;
  /** The runbooks as they are now; undefined when that one is gone. */
  runbooks: { digestOf(path: string): string | undefined };
  settings: ExecutionSettings;
  log: Log;
  /** Names this process in leases; never the same again after a restart. */
  owner: string;
  background: Background;
};
