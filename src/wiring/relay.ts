import type { Restoration } from '../incidents/restoration.ts';
import { startLoop } from '../kernel/loop.ts';
import type { Loop, LoopOptions } from '../kernel/loop.ts';
import { relayPending } from '../outbox/relay.ts';
import type { Store } from '../store/store.ts';

/** The relay of this process. */
export type Relay = Loop & {
  /** Resolves when nothing is pending, or after a good deal of work; what fails is told by the loop. */
  drain(): Promise<void>;
};

export type RelayOptions = {
  store: Store;
  restoration: Restoration | undefined;
  /** Told of each round, with how many incidents it served. */
  served: (incidents: number) => void;
  loop: Omit<LoopOptions, 'name' | 'work'>;
};

/** As many as the ingest takes at once need half of them. */
const mostRounds = 32;

export function startRelay({ store, restoration, served, loop }: RelayOptions): Relay {
  const deps = { ...store, ...(restoration === undefined ? {} : { restoration }) };
  let running: Promise<number> | undefined;

  async function round(): Promise<number> {
    const incidents = await relayPending(deps);
    served(incidents);
    return incidents;
  }
  /** One at a time, whoever asks: a second one would do the same again. */
  function once(): Promise<number> {
    running ??= round().finally(() => (running = undefined));
    return running;
  }
  const relay = startLoop({ ...loop, name: 'relay', work: async () => ((await once()) === 0 ? undefined : 0) });
  return {
    ...relay,
    async drain() {
      for (let rounds = 0; rounds < mostRounds; rounds += 1) if ((await once().catch(() => 0)) === 0) return;
    },
  };
}
