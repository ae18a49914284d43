import { TocsinError } from '../../../src/kernel/errors.ts';
import type { Store } from '../../../src/store/store.ts';

/** When the store breaks: at its nth call, before or after it did its work, for that call alone or from then on (the process died). */
export type StoreFault = { call: number; when: 'before' | 'after'; lasts: 'once' | 'until healed' };

export type FaultyStore = { store: Store; calls(): number; heal(): void };

/** A store whose nth call fails; reads and writes alike. */
export function breakStore(store: Store, fault: StoreFault): FaultyStore {
  let calls = 0;
  let healed = false;
  const isHit = () => !healed && (fault.lasts === 'once' ? calls === fault.call : calls >= fault.call);
  const away = () => new TocsinError('unavailable', 'The store is away.');

  function breakPort<T extends object>(port: T): T {
    return new Proxy(port, {
      get(target, name, receiver) {
        const member: unknown = Reflect.get(target, name, receiver);
        if (typeof member !== 'function') return member;
        return async (...args: unknown[]) => {
          calls += 1;
          const hit = isHit();
          // Everything after a crash finds nothing to answer; only the crashing call itself may have done its work.
          if (hit && (fault.when === 'before' || calls > fault.call)) throw away();
          const result: unknown = await Reflect.apply(member, target, args);
          if (hit) throw away();
          return result;
        };
      },
    });
  }
  return {
    store: {
      ...store,
      deliveries: breakPort(store.deliveries),
      alerts: breakPort(store.alerts),
      incidents: breakPort(store.incidents),
      watchdogs: breakPort(store.watchdogs),
      reconciliation: breakPort(store.reconciliation),
    },
    calls: () => calls,
    heal: () => {
      healed = true;
    },
  };
}
