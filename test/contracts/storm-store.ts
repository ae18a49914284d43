import { describe, expect, test } from 'vitest';
import { begunStorm } from '../../src/outbox/storm.ts';
import type { Storm, StormCounts } from '../../src/outbox/storm.ts';
import { exampleAlertLink, exampleIncident, exampleStart } from '../support/examples.ts';
import type { StoreUnderTest } from './store.ts';

const nothing = { incidents: 0, unacknowledged: 0, resolved: 0, alerts: 0 };
const none: StormCounts = { critical: nothing, warning: nothing, info: nothing };

function exampleStorm(number: number): Storm {
  const figures = { at: exampleStart, counts: none, waiting: 12, folded: 0, perMinute: 60 };
  return begunStorm({ number, since: exampleStart, firstIncident: 7, figures });
}

export function describeStormStore({ store, handles }: StoreUnderTest): void {
  describe('storms', () => {
    test('are kept whole, begin once, and change by compare-and-set', async () => {
      const { storms } = store();
      expect(await storms.latest()).toBeUndefined();
      const first = exampleStorm(1);
      expect(await storms.insert(first)).toBe(true);
      expect(await storms.insert({ ...first, firstIncident: 99 })).toBe(false);
      const over: Storm = {
        ...first,
        version: 2,
        calmSince: exampleStart,
        endedAt: exampleStart,
        lastIncident: 20,
        cards: 2,
        isForOncall: true,
      };
      expect(await storms.replace(over, 1)).toBe(true);
      expect(await storms.replace({ ...over, cards: 9 }, 1)).toBe(false);
      for (let number = 2; number <= 11; number += 1) await storms.insert(exampleStorm(number));
      expect(await storms.get(1)).toEqual(over);
      expect(await storms.latest()).toEqual(exampleStorm(11));
      expect(await storms.get(12)).toBeUndefined();
    });

    test('that two processes see at once begin once', async () => {
      const [one, other] = await handles();
      const begun = await Promise.all(
        Array.from({ length: 10 }, (_, index) =>
          (index % 2 === 0 ? one : other).storms.insert({ ...exampleStorm(1), firstIncident: index }),
        ),
      );
      expect(begun.filter(Boolean)).toEqual([true]);
    });

    test('count incidents by the severity they have now', async () => {
      const { storms, incidents } = store();
      expect(await storms.countIncidents({ from: 1 })).toEqual(none);
      const alerts = [exampleAlertLink(), exampleAlertLink({ fingerprint: 'f2' })];
      await incidents.insert(exampleIncident({ number: 1 }));
      await incidents.insert(exampleIncident({ number: 2, alerts }));
      await incidents.insert(exampleIncident({ number: 3, state: 'acknowledged', alerts }));
      await incidents.insert(exampleIncident({ number: 4, state: 'resolved' }));
      await incidents.insert(exampleIncident({ number: 5, severity: 'warning' }));
      await incidents.insert(exampleIncident({ number: 6, severity: 'info', alerts }));
      expect(await storms.countIncidents({ from: 2 })).toEqual({
        critical: { incidents: 3, unacknowledged: 1, resolved: 1, alerts: 4 },
        warning: { incidents: 1, unacknowledged: 1, resolved: 0, alerts: 0 },
        info: { incidents: 1, unacknowledged: 1, resolved: 0, alerts: 2 },
      });
      expect(await storms.countIncidents({ from: 2, to: 2 })).toMatchObject({
        critical: { incidents: 1 },
        warning: nothing,
        info: nothing,
      });
      await incidents.replace(exampleIncident({ number: 5, version: 2, alerts }), 1);
      expect(await storms.countIncidents({ from: 5, to: 5 })).toMatchObject({ critical: { incidents: 1, alerts: 2 }, warning: nothing });
    });

    test('list what is open of one severity, the oldest first', async () => {
      const { storms, incidents } = store();
      await incidents.insert(exampleIncident({ number: 4 }));
      await incidents.insert(exampleIncident({ number: 2 }));
      await incidents.insert(exampleIncident({ number: 3, state: 'resolved' }));
      await incidents.insert(exampleIncident({ number: 5, severity: 'warning' }));
      await incidents.insert(exampleIncident({ number: 6, state: 'acknowledged' }));
      const numbers = async (range: { from: number; to?: number }, limit = 9) =>
        (await storms.listOpen({ ...range, severity: 'critical', limit })).map(({ number }) => number);
      expect(await numbers({ from: 1 })).toEqual([2, 4, 6]);
      expect(await numbers({ from: 3, to: 5 })).toEqual([4]);
      expect(await numbers({ from: 1 }, 2)).toEqual([2, 4]);
    });
  });
}
