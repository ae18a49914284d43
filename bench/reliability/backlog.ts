import { deliveryIds, receiveDelivery } from '../../src/alerts/receive.ts';
import { systemClock } from '../../src/kernel/clock.ts';
import type { Store } from '../../src/store/store.ts';
import { alertOf, notificationOf } from '../support/alerts.ts';
import type { Grouping } from '../support/alerts.ts';
import { computedMs } from '../support/machine.ts';
import type { Bench } from '../support/processes.ts';
import { openBeside, startBot } from '../support/servers.ts';
import type { SlackProcess, StoreSource } from '../support/servers.ts';
import { patiently } from '../support/waiting.ts';

const appendedAtOnce = 500;

/** Stores that many deliveries as the webhook does. */
async function preload(store: Store, { run, grouping, deliveries }: { run: string; grouping: Grouping; deliveries: number }) {
  const deps = {
    deliveries: store.deliveries,
    clock: systemClock,
    nextId: deliveryIds(systemClock),
    ahead: { keep: () => {} },
    received: () => {},
  };
  for (let from = 0; from < deliveries; from += appendedAtOnce) {
    const indexes = Array.from({ length: Math.min(appendedAtOnce, deliveries - from) }, (_, index) => from + index);
    const bodies = indexes.map((index) => notificationOf([alertOf({ run, index, grouping })]));
    await Promise.all(bodies.map((body) => receiveDelivery(deps, { body, userAgent: 'Alertmanager/0.28.0' })));
  }
}

export type Drained = { perSecond: number; seconds: number; done: number; left: number; incidents: number; computedMsEach: number };

/** How fast a bot works off what waits when it starts. It is given so long; what is left then is said. */
export async function drain(
  bench: Bench,
  { source, slack }: { source: StoreSource; slack: SlackProcess },
  what: { grouping: Grouping; deliveries: number; withinMs: number; lookEveryMs: number },
): Promise<Drained> {
  const place = await source.fresh();
  const store = await openBeside(bench, place);
  await preload(store, { ...what, run: 'drain' });
  const bot = await startBot(bench, { store: place, slack });
  const until = performance.now() + what.withinMs;
  let first: { at: number; done: number; computed: number } | undefined;
  for (;;) {
    const { done, waiting } = await patiently(() => store.deliveries.counts());
    const at = performance.now();
    // The start is another row's business: the clock runs from the first look at which something is done.
    if (done > 0) first ??= { at, done, computed: computedMs(bot.pid) };
    if (waiting === 0 || at > until) {
      const from = first ?? { at, done, computed: 0 };
      const seconds = (at - from.at) / 1000;
      const computed = computedMs(bot.pid) - from.computed;
      await bot.stop();
      const incidents = (await patiently(() => store.incidents.list({ limit: what.deliveries + 1 }))).length;
      const worked = done - from.done;
      return { perSecond: worked / seconds, seconds, done, left: waiting, incidents, computedMsEach: computed / worked };
    }
    await systemClock.sleep(what.lookEveryMs);
  }
}
