import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { effectKey } from '../../src/incidents/change.ts';
import { TocsinError } from '../../src/kernel/errors.ts';
import { relayPending } from '../../src/outbox/relay.ts';
import type { TimelineStore } from '../../src/timeline/ports.ts';
import { createTestDesk } from '../support/desk.ts';
import type { TestDesk } from '../support/desk.ts';

let desk: TestDesk;
beforeEach(() => {
  desk = createTestDesk();
});
afterEach(() => desk.store.close());

/** A timeline that does not take the entries of one incident. */
function refusing(incidentId: string, error: Error): TimelineStore {
  const { timeline } = desk.store;
  return {
    ...timeline,
    async insertIfAbsent(entries) {
      if (entries.some((entry) => entry.incidentId === incidentId)) throw error;
      await timeline.insertIfAbsent(entries);
    },
  };
}

describe('what cannot be moved of one incident', () => {
  it('holds no other up, is told, and stays where it is', async () => {
    const [bad, good] = [await desk.open(), await desk.open()];
    const timeline = refusing(bad.id, new TocsinError('internal', 'damaged'));
    await expect(relayPending({ ...desk.store, timeline })).rejects.toThrow('damaged');
    expect(await desk.store.outbox.get(effectKey(good, { type: 'card' }))).toBeDefined();
    expect((await desk.fresh(good)).pending.effects).toEqual([]);
    expect((await desk.fresh(bad)).pending).toEqual(bad.pending);
    expect(await desk.relay()).toBe(1);
    expect(await desk.store.timeline.read(bad.id)).toHaveLength(bad.timeline.seq);
  });

  it('because the store is away ends the round', async () => {
    const [first, second] = [await desk.open(), await desk.open()];
    const timeline = refusing(first.id, new TocsinError('unavailable', 'away', { retryable: true }));
    await expect(relayPending({ ...desk.store, timeline })).rejects.toThrow('away');
    expect((await desk.fresh(second)).pending).toEqual(second.pending);
  });
});
