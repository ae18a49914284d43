import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { after, exampleAlert, exampleIncidentId } from '../support/examples.ts';
import type { StoreUnderTest } from './store.ts';

export function describeAlertStore({ store, handles }: StoreUnderTest): void {
  describe('alerts', () => {
    test('are inserted once and replaced by compare-and-set', async () => {
      const { alerts } = store();
      const first = exampleAlert();
      const second = exampleAlert({ version: 2, status: 'resolved', endsAt: after(60), incidentId: exampleIncidentId('inc_1') });
      expect(await alerts.get(first.key)).toBeUndefined();
      expect(await alerts.put(first, 0)).toBe(true);
      expect(await alerts.put(exampleAlert({ name: 'Other' }), 0)).toBe(false);
      expect(await alerts.put(second, 1)).toBe(true);
      expect(await alerts.put({ ...second, name: 'Other' }, 1)).toBe(false);
      expect(await alerts.get(first.key)).toEqual(second);
    });

    test('replacing one that is not there loses the race', async () => {
      expect(await store().alerts.put(exampleAlert({ version: 4 }), 3)).toBe(false);
      expect(await store().alerts.get(exampleAlert().key)).toBeUndefined();
    });

    test('exactly one of many simultaneous first puts wins', async () => {
      const [one, other] = await handles();
      const puts = Array.from({ length: 20 }, (_, index) =>
        (index % 2 === 0 ? one : other).alerts.put(exampleAlert({ name: `n${index}` }), 0),
      );
      expect((await Promise.all(puts)).filter(Boolean)).toHaveLength(1);
    });

    test('the latest instance of a fingerprint is the one that started last', async () => {
      const { alerts } = store();
      await alerts.put(exampleAlert({ startsAt: after(20) }), 0);
      await alerts.put(exampleAlert({ startsAt: after(30) }), 0);
      await alerts.put(exampleAlert({ startsAt: after(10) }), 0);
      await alerts.put(exampleAlert({ fingerprint: 'f2', startsAt: after(99) }), 0);
      expect(await alerts.latest('f1')).toEqual(exampleAlert({ startsAt: after(30) }));
      expect(await alerts.latest('f3')).toBeUndefined();
    });

    test('are listed by when they were last seen, newest first', async () => {
      const { alerts } = store();
      await alerts.put(exampleAlert({ fingerprint: 'a', lastSeenAt: after(2) }), 0);
      await alerts.put(exampleAlert({ fingerprint: 'b', lastSeenAt: after(3), status: 'resolved' }), 0);
      await alerts.put(exampleAlert({ fingerprint: 'c', lastSeenAt: after(1) }), 0);
      const names = async (filter: Parameters<typeof alerts.list>[0]) => (await alerts.list(filter)).map((alert) => alert.fingerprint);
      expect(await names({ limit: 10 })).toEqual(['b', 'a', 'c']);
      expect(await names({ limit: 1 })).toEqual(['b']);
      expect(await names({ status: 'firing', limit: 10 })).toEqual(['a', 'c']);
    });

    test('keep labels with any name and value', async () => {
      const hostile = [
        ['app.kubernetes.io/name', 'gpu.worker'],
        ['$where', '$set'],
        ['%2e', '%'],
        ['ünï☃🔥', '🔥'.repeat(16 * 1024)],
        ['', ''],
        ['__proto__', 'p'],
        ['constructor', 'c'],
        ['_id', 'not the key'],
        ['with space', 'line\nbreak\ttab\0nul'],
        ['0', 'zero'],
      ] as const;
      const alert = exampleAlert({ labels: Object.fromEntries(hostile), annotations: Object.fromEntries(hostile) });
      await store().alerts.put(alert, 0);
      const kept = await store().alerts.get(alert.key);
      expect(new Map(Object.entries(kept?.labels ?? {}))).toEqual(new Map(hostile));
      expect(new Map(Object.entries(kept?.annotations ?? {}))).toEqual(new Map(hostile));
    });

    test('keep whatever labels a sender makes up', async () => {
      let made = 0;
      const texts = fc.dictionary(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), { maxKeys: 8 });
      const property = fc.asyncProperty(texts, async (labels) => {
        const alert = exampleAlert({ fingerprint: `f${(made += 1)}`, labels: { ...labels } });
        await store().alerts.put(alert, 0);
        expect((await store().alerts.get(alert.key))?.labels).toEqual(alert.labels);
      });
      await fc.assert(property, { numRuns: 25 });
    });

    test('a document that could not be read back is refused', async () => {
      const alert = exampleAlert();
      Reflect.set(alert, 'lastSeenAt', 'yesterday');
      await expect(store().alerts.put(alert, 0)).rejects.toMatchObject({
        code: 'internal',
        message: expect.stringContaining('"lastSeenAt"'),
      });
      await expect(store().alerts.put(exampleAlert({ version: 7 }), 0)).rejects.toMatchObject({ code: 'internal' });
      expect(await store().alerts.list({ limit: 10 })).toEqual([]);
    });
  });
}
