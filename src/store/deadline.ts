import type { Clock } from '../kernel/clock.ts';
import { TocsinError } from '../kernel/errors.ts';
import { within } from '../kernel/within.ts';
import { eachOperation } from './each-operation.ts';
import type { Store } from './store.ts';

/** The same store for those who cannot wait, such as a probe: what takes longer than `ms` throws TocsinError `unavailable`, and goes on unseen. */
export function withDeadline(store: Store, { clock, ms }: { clock: Clock; ms: number }): Store {
  return eachOperation(store, (operation, run) => async (given) => {
    const answer = await within(clock, ms, run(given));
    if (answer === undefined) throw new TocsinError('unavailable', `The store did not answer within ${ms} ms (${operation}).`);
    return answer.value;
  });
}
