import { eachOperation } from '../../src/store/each-operation.ts';
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

/** The same store, each call of its incidents (or of all of it) behind the gate: what a disk or a database looks like that does not answer. */
export function behind(gate: Gate, store: Store, which: 'incidents' | 'all' = 'incidents'): Store {
  return eachOperation(store, (operation, run) => async (given) => {
    if (which === 'all' || operation.startsWith('incidents.')) await gate.pass();
    return run(given);
  });
}
