import type { Store } from './store.ts';

type Operation = (...given: never[]) => Promise<unknown>;
type Port = Readonly<Record<string, Operation>>;

/** Carries out one operation of the store with what it was given. */
export type Run = (given: unknown[]) => Promise<unknown>;

/** The same store, with each operation (`deliveries.append`) carried out by what `wrap` makes of it. `wrap` is asked once for each. */
export function eachOperation(store: Store, wrap: (operation: string, run: Run) => Run): Store {
  function wrapped<P extends Port>(name: string, port: P): P {
    const operations = Object.entries(port).map(([verb, operation]) => {
      const run = wrap(`${name}.${verb}`, (given) => Reflect.apply(operation, port, given));
      return [verb, (...given: unknown[]) => run(given)];
    });
    // Each operation takes and gives what the one of the same name does, which entries do not tell the compiler.
    return Object.fromEntries(operations) as P;
  }
  const ping = wrap('store.ping', () => store.ping());
  return {
    ...store,
    deliveries: wrapped('deliveries', store.deliveries),
    alerts: wrapped('alerts', store.alerts),
    incidents: wrapped('incidents', store.incidents),
    timeline: wrapped('timeline', store.timeline),
    outbox: wrapped('outbox', store.outbox),
    storms: wrapped('storms', store.storms),
    executions: wrapped('executions', store.executions),
    locks: wrapped('locks', store.locks),
    firing: wrapped('firing', store.firing),
    reconciliation: wrapped('reconciliation', store.reconciliation),
    watchdogs: wrapped('watchdogs', store.watchdogs),
    ping: async () => void (await ping([])),
  };
}
