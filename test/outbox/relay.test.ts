import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { effectKey } from '../../src/incidents/change.ts';
import { escalateIncident } from '../../src/incidents/escalate.ts';
import { addNote } from '../../src/incidents/note.ts';
import { TocsinError } from '../../src/kernel/errors.ts';
import { relayPending } from '../../src/outbox/relay.ts';
import type { TimelineStore } from '../../src/timeline/ports.ts';
import { ana, createTestDesk } from '../support/desk.ts';
import type { TestDesk } from '../support/desk.ts';

let desk: TestDesk;
beforeEach(() => {
  desk = createTestDesk();
});
afterEach(() => desk.store.close());

/** A timeline that does not take the entries of one incident. */
function refusing(incidentId: string, error: Error, timeline: TimelineStore = desk.store.timeline): TimelineStore {
  return {
    ...timeline,
    async insertIfAbsent(entries) {
      if (entries.some((entry) => entry.incidentId === incidentId)) throw error;
      await timeline.insertIfAbsent(entries);
    },
  };
}

it('a call to those on call goes before everything but its own kind, in their lane, also before announcements', async () => {
  const minuteMs = 60_000;
  const held = createTestDesk({ ladder: [{ afterMs: minuteMs }] });
  const incident = await held.open({ severity: 'critical' });
  held.clock.advance(minuteMs);
  await escalateIncident(held.change, incident);
  await addNote(held.change, { id: incident.id, cause: 'n', by: ana, text: 'Looking' });
  await held.relay();
  const keyed = (seq: number, to?: 'oncall') =>
    effectKey(incident, { type: 'entry', seq, broadcast: false, ...(to === undefined ? {} : { to }) });
  expect(await held.store.outbox.get(keyed(2, 'oncall'))).toMatchObject({ lane: 'oncall', priority: -2 });
  expect(await held.store.outbox.get(keyed(2))).toBeUndefined();
  expect(await held.store.outbox.get(keyed(3))).toMatchObject({ lane: 'incidents', priority: 3 });
  await held.store.close();
});

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

  it('because the store is away is told before what is damaged, and comes next time', async () => {
    const [damaged, away] = [await desk.open(), await desk.open()];
    const first = refusing(damaged.id, new TocsinError('internal', 'damaged'));
    const both = refusing(away.id, new TocsinError('unavailable', 'away', { retryable: true }), first);
    await expect(relayPending({ ...desk.store, timeline: both })).rejects.toThrow('away');
    expect((await desk.fresh(away)).pending).toEqual(away.pending);
    expect(await desk.relay()).toBe(2);
  });
});
