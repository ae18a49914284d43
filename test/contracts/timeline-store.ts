import { describe, expect, test } from 'vitest';
import { verifyChain } from '../../src/timeline/chain.ts';
import { exampleDraft, exampleEntries } from '../support/examples.ts';
import type { StoreUnderTest } from './store.ts';

export function describeTimelineStore({ store, handles }: StoreUnderTest): void {
  describe('timeline', () => {
    const five = Array.from({ length: 5 }, (_, index) => exampleDraft({ text: `note ${index + 1}` }));

    test('an entry that is there stays as it is, and the others are added', async () => {
      const { timeline } = store();
      const entries = exampleEntries('inc_1', five);
      const others = exampleEntries(
        'inc_1',
        five.map((draft) => ({ ...draft, text: 'another' })),
      );
      await timeline.insertIfAbsent(entries.slice(0, 2));
      await timeline.insertIfAbsent([...others.slice(0, 2), ...entries.slice(2)]);
      await timeline.insertIfAbsent(entries);
      await timeline.insertIfAbsent([]);
      expect(await timeline.read('inc_1')).toEqual(entries);
    });

    test('is read in order, from anywhere, and per incident', async () => {
      const { timeline } = store();
      const entries = exampleEntries('inc_1', five);
      await timeline.insertIfAbsent([...entries].reverse());
      await timeline.insertIfAbsent(exampleEntries('inc_10'));
      expect((await timeline.read('inc_1')).map((entry) => entry.seq)).toEqual([1, 2, 3, 4, 5]);
      expect((await timeline.read('inc_1', { afterSeq: 2, limit: 2 })).map((entry) => entry.seq)).toEqual([3, 4]);
      expect((await timeline.read('inc_1', { afterSeq: 5 })).map((entry) => entry.seq)).toEqual([]);
      expect(await timeline.get('inc_1', 4)).toEqual(entries[3]);
      expect(await timeline.get('inc_1', 6)).toBeUndefined();
      expect(await timeline.read('inc_2')).toEqual([]);
    });

    test('still verifies after a round trip, whatever is in it', async () => {
      const facts = {
        'a.b': { $x: [1, 0.1, 1e21, -7, null, ''] },
        '': '\0',
        '%2e': '🔥',
        __proto: 'p',
        big: 2 ** 53 - 1,
        text: 'x'.repeat(64 * 1024),
      };
      const entries = exampleEntries('inc_1', [exampleDraft({ facts, text: 'line\n\u2028☃' }), exampleDraft({ kind: 'resolved' })]);
      await store().timeline.insertIfAbsent(entries);
      const read = await store().timeline.read('inc_1');
      expect(read).toEqual(entries);
      expect(verifyChain('inc_1', read)).toMatchObject({ ok: true, count: 2 });
    });

    test('simultaneous relays of the same entries leave each entry once', async () => {
      const [one, other] = await handles();
      const entries = exampleEntries('inc_1', five);
      await Promise.all(Array.from({ length: 10 }, (_, index) => (index % 2 === 0 ? one : other).timeline.insertIfAbsent(entries)));
      expect(await one.timeline.read('inc_1')).toEqual(entries);
    });
  });
}
