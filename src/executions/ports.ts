import type { ExecutionId } from '../incidents/execution.ts';
import type { Instant } from '../kernel/instant.ts';
import type { ExecutionDocument } from './document.ts';

/** A stored document without its content. */
export type StoredExecution = Pick<ExecutionDocument, 'id' | 'incidentId' | 'createdAt'>;

/** The large parts of executions. Every write is durable when it resolves. Failures throw TocsinError `unavailable`. */
export type ExecutionStore = {
  /** Adds a document (version 1); false when that id is there already, and then nothing changed. */
  insert(document: ExecutionDocument): Promise<boolean>;
  get(id: ExecutionId): Promise<ExecutionDocument | undefined>;
  /** Stores the document if the stored version is still `expectedVersion`; false when the race was lost. */
  replace(document: ExecutionDocument, expectedVersion: number): Promise<boolean>;
  /** What was made before `before`, oldest first; `after` goes on behind that one in the same order. */
  listMadeBefore(before: Instant, page: { limit: number; after?: StoredExecution }): Promise<readonly StoredExecution[]>;
  /** Those of these that are stored. */
  known(ids: readonly ExecutionId[]): Promise<readonly ExecutionId[]>;
  /** Removes documents for good; returns how many of them there were. */
  remove(ids: readonly ExecutionId[]): Promise<number>;
};

/** Who works on an object. `holder` is an execution, `label` what people call it: "INC-4 #3". */
export type TargetLock = { key: string; holder: ExecutionId; label: string; until: Instant };

/** One mitigation per object at a time, across incidents: locks that lapse by themselves. */
export type LockStore = {
  /** Takes or renews the lock when it is free, lapsed at `now`, or the holder's already. Resolves with who holds it then. */
  lock(request: TargetLock & { now: Instant }): Promise<TargetLock>;
  /** Frees the lock if it is still the holder's. */
  unlock(key: string, holder: ExecutionId): Promise<void>;
};
