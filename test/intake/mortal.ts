import { TocsinError } from '../../src/kernel/errors.ts';
import type { Store } from '../../src/store/store.ts';

/** A process's store that can be made to be the last thing it ever used. */
export type Mortal = {
  store: Store;
  /** From now on the process dies behind its nth write; 0 is before any. */
  dieAfter(writes: number): void;
  /** How many writes it made since then. */
  writes(): number;
  isDead(): boolean;
};

const reads = /^(?:get|list|read|latest|counts|last|oldest|next(?!Number))/;

/** Wraps a store so that behind a certain write nothing is ever answered well again: that is what a dead process has written. */
export function mortal(store: Store): Mortal {
  let [limit, writes] = [Number.POSITIVE_INFINITY, 0];
  const isDead = () => writes >= limit;
  const dead = () => new TocsinError('unavailable', 'This process is dead.');

  function port<T extends object>(target: T): T {
    return new Proxy(target, {
      get(inner, name, receiver) {
        const member: unknown = Reflect.get(inner, name, receiver);
        if (typeof member !== 'function' || typeof name !== 'string') return member;
        return async (...args: unknown[]) => {
          if (isDead()) throw dead();
          const result: unknown = await Reflect.apply(member, inner, args);
          if (!reads.test(name)) writes += 1;
          // What the dying call wrote is written, and nobody was there to hear it.
          if (isDead()) throw dead();
          return result;
        };
      },
    });
  }
  return {
    store: {
      ...store,
      deliveries: port(store.deliveries),
      alerts: port(store.alerts),
      incidents: port(store.incidents),
      timeline: port(store.timeline),
      outbox: port(store.outbox),
    },
    dieAfter(count) {
      [limit, writes] = [count, 0];
    },
    writes: () => writes,
    isDead,
  };
}
