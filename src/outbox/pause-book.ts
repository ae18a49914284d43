import { describeError } from '../kernel/errors.ts';
import type { Log } from '../kernel/log.ts';
import type { PauseEvent } from './pause.ts';
import type { OutboxStore } from './ports.ts';

/** Remembers pauses in the store, so that each is told once, whichever process began it and whichever ended it. */
export type PauseBook = {
  /** Takes the event down behind those before it. */
  note(event: PauseEvent): void;
  /** Resolves when all is taken down. */
  settled(): Promise<void>;
};

type BookOptions = { outbox: Pick<OutboxStore, 'beginPause' | 'endPause'>; log: Log; told: (event: PauseEvent) => void };

export function createPauseBook({ outbox, log, told }: BookOptions): PauseBook {
  let last = Promise.resolve();

  async function takeDown({ type, ...pause }: PauseEvent): Promise<boolean> {
    try {
      return await (type === 'paused' ? outbox.beginPause(pause) : outbox.endPause(pause.scope));
    } catch (error) {
      log.warn({ scope: pause.scope, error: describeError(error) }, 'a pause of the outbox could not be taken down');
      // An alarm that comes twice is better than one that never comes.
      return true;
    }
  }

  return {
    note(event) {
      last = last.then(async () => {
        if (await takeDown(event)) told(event);
      });
    },
    settled: () => last,
  };
}
