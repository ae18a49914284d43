import type { DatabaseSync } from 'node:sqlite';
import { TocsinError } from '../../kernel/errors.ts';
import { fromSqliteError } from './errors.ts';

/** The one way in which anything is written: all writes that arrive in the same turn of the event loop share one transaction and one fsync. */
export type Writer = {
  /**
   * Runs `work` inside the next transaction and answers after COMMIT. When `work` throws, its own statements are undone and only its caller
   * fails; when the transaction fails, everybody in it does. What is `urgent` goes before all that is not, and otherwise they keep their order.
   */
  write<T>(work: () => T, how?: Urgency): Promise<T>;
  /** Commits what has arrived; later writes fail. */
  close(): void;
};

/** Somebody outside waits for the answer and sends nothing before it has come. */
export type Urgency = { urgent: boolean };

type Job = { run: () => void; resolve: () => void; reject: (error: TocsinError) => void; failure?: TocsinError };

/**
 * Of those in a hurry and of the others. Bounds how long one transaction keeps the event loop and other processes waiting; what shares a commit shares
 * its pages and its fsync, which are 40 % of the ingest's time with 32 others in each.
 */
const maxJobsPerCommit = 128;

/** `committed` hears of each commit, and how many writes shared it. */
export function createWriter(db: DatabaseSync, { committed }: { committed?: (writes: number) => void } = {}): Writer {
  const begin = db.prepare('BEGIN IMMEDIATE');
  const commit = db.prepare('COMMIT');
  const rollback = db.prepare('ROLLBACK');
  const savepoint = db.prepare('SAVEPOINT job');
  const release = db.prepare('RELEASE job');
  const undo = db.prepare('ROLLBACK TO job');
  let urgent: Job[] = [];
  let usual: Job[] = [];
  let closed = false;

  function runJob(job: Job): void {
    savepoint.run();
    try {
      job.run();
    } catch (error) {
      // SQLite rolls the whole transaction back by itself when the disk is full or fails; then nobody's work is left to commit.
      if (!db.isTransaction) throw error;
      undo.run();
      job.failure = fromSqliteError(error);
    }
    release.run();
  }

  /** Hardly any job fails, and guarding each costs more than most of them: the guards come when one has failed. False when one did. */
  function tryUnguarded(jobs: readonly Job[]): boolean {
    try {
      for (const job of jobs) job.run();
      return true;
    } catch {
      if (!db.isTransaction) return false;
      rollback.run();
      return false;
    }
  }

  function runJobs(jobs: readonly Job[]): void {
    try {
      begin.run();
      if (!tryUnguarded(jobs)) {
        begin.run();
        for (const job of jobs) runJob(job);
      }
      commit.run();
      committed?.(jobs.length);
    } catch (error) {
      if (db.isOpen && db.isTransaction) rollback.run();
      const failure = asUnavailable(error);
      for (const job of jobs) job.reject(job.failure ?? failure);
      return;
    }
    for (const job of jobs) {
      if (job.failure === undefined) job.resolve();
      else job.reject(job.failure);
    }
  }

  function next(): readonly Job[] {
    const jobs = [...urgent.slice(0, maxJobsPerCommit), ...usual.slice(0, maxJobsPerCommit)];
    urgent = urgent.slice(maxJobsPerCommit);
    usual = usual.slice(maxJobsPerCommit);
    return jobs;
  }

  function flush(): void {
    const jobs = next();
    if (urgent.length + usual.length > 0) setImmediate(flush);
    if (jobs.length > 0) runJobs(jobs);
  }

  return {
    write<T>(work: () => T, how: Urgency = { urgent: false }) {
      return new Promise<T>((resolve, reject) => {
        if (closed) return reject(new TocsinError('unavailable', 'The store is closed.', { retryable: false }));
        let result: { value: T } | undefined;
        const run = () => {
          result = { value: work() };
        };
        const answer = () => {
          if (result !== undefined) resolve(result.value);
        };
        (how.urgent ? urgent : usual).push({ run, resolve: answer, reject });
        if (urgent.length + usual.length === 1) setImmediate(flush);
      });
    },
    close() {
      closed = true;
      while (urgent.length + usual.length > 0) flush();
    },
  };
}

/** A transaction that failed as a whole is always worth another try, whatever the reason was: nothing of it is left. */
function asUnavailable(error: unknown): TocsinError {
  const translated = fromSqliteError(error);
  if (translated.code === 'unavailable') return translated;
  return new TocsinError('unavailable', 'The store could not commit. Try again in a moment.', { cause: error });
}
