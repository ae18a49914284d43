import type { Store } from '../../src/store/store.ts';

/** Holds everything that asks for incidents, until it is let go. */
export type Gate = { close(): void; open(): void; waiting(): number; pass(): Promise<void> };

export function createGate(): Gate {
  let opened = Promise.resolve();
  let open: () => void = () => {};
  let waiting = 0;
  return {
    close() {
      opened = new Promise((resolve) => {
        open = resolve;
      });
    },
    open: () => open(),
    waiting: () => waiting,
    async pass() {
      waiting += 1;
      await opened;
      waiting -= 1;
    },
  };
}

/** The same store, each call of its incidents behind the gate: what a disk or a database looks like that does not answer. */
export function behind(gate: Gate, store: Store): Store {
  const incidents = new Proxy(store.incidents, {
    get(target, name) {
      const method: unknown = Reflect.get(target, name);
      if (typeof method !== 'function') return method;
      return async (...args: unknown[]): Promise<unknown> => {
        await gate.pass();
        return Reflect.apply(method, target, args);
      };
    },
  });
  return { ...store, incidents };
}
