import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Alert, AlertEvent } from '../../src/alerts/alert.ts';
import { decideAlert } from '../../src/alerts/identity.ts';
import type { AlertDecision } from '../../src/alerts/identity.ts';
import { toInstant } from '../../src/kernel/instant.ts';
import type { Instant } from '../../src/kernel/instant.ts';
import { exampleAlertEvent } from '../support/examples.ts';

const dayStart = Date.UTC(2026, 2, 14, 10, 0, 0);
const at = (minutes: number): Instant => toInstant(new Date(dayStart + minutes * 60_000));

function fire(start: number): AlertEvent {
  return exampleAlertEvent({ startsAt: at(start) });
}

function end(start: number, stop?: number): AlertEvent {
  return { ...exampleAlertEvent({ status: 'resolved', startsAt: at(start) }), ...(stop === undefined ? {} : { endsAt: at(stop) }) };
}

/** The store's rule for the latest instance: the one with the latest start. */
function play(events: readonly AlertEvent[], now = at(600)): { latest: Alert | undefined; decisions: AlertDecision[] } {
  const known = new Map<string, Alert>();
  const newest = () => [...known.values()].sort((a, b) => (a.startsAt < b.startsAt ? 1 : -1))[0];
  const decisions = events.map((event) => {
    const decision = decideAlert(newest(), event, { now, severity: 'critical' });
    if (decision.type !== 'stale') {
      expect(decision.alert.version).toBe((known.get(decision.alert.key)?.version ?? 0) + 1);
      known.set(decision.alert.key, decision.alert);
    }
    return decision;
  });
  return { latest: newest(), decisions };
}

describe('what an event means', () => {
  it.each<[string, AlertEvent[], AlertDecision['type']]>([
    ['the first firing', [fire(0)], 'new'],
    ['firing again while it fires', [fire(0), fire(0)], 'repeat'],
    ['its end', [fire(0), end(0, 5)], 'resolved'],
    ['its end a second time', [fire(0), end(0, 5), end(0, 5)], 'repeat'],
    ['a late retry of the firing after the end', [fire(0), end(0, 5), fire(0)], 'stale'],
    ['the same alert firing anew', [fire(0), end(0, 5), fire(10)], 'refire'],
    ['firing anew in the very moment of the end', [fire(0), end(0, 5), fire(5)], 'refire'],
    ['a replica that started later, after the end', [fire(0), end(0, 5), fire(1)], 'stale'],
    ['a replica that started later, while it fires', [fire(0), fire(1)], 'repeat'],
    ['a replica that started earlier, while it fires', [fire(1), fire(0)], 'repeat'],
    ['the end as the other replica saw it', [fire(0), end(1, 5)], 'resolved'],
    ['an end that was never seen firing', [end(0, 5)], 'unknown_resolved'],
    ['firing that comes after its own end', [end(0, 5), fire(0)], 'stale'],
    ['the end of a firing that was missed', [fire(0), end(0, 5), end(10, 15)], 'unknown_resolved'],
    ['the end of the instance before, after it fires anew', [fire(0), end(0, 5), fire(10), end(0, 5)], 'stale'],
    ['the firing of the instance before, after it fires anew', [fire(0), end(0, 5), fire(10), fire(0)], 'stale'],
    ['an end that was missed before it fired anew', [fire(0), fire(10), end(0, 5)], 'stale'],
    ['an end without a time', [fire(0), end(0)], 'resolved'],
    ['an end without a time, of the instance before', [fire(0), end(0), fire(10), end(0)], 'stale'],
    ['firing anew after an end without a time', [fire(0), end(0), fire(1)], 'refire'],
    ['the end of the instance before, when only the next one was seen', [fire(10), end(0, 5)], 'stale'],
  ])('%s', (_name, events, type) => {
    expect(play(events).decisions.at(-1)?.type).toBe(type);
  });

  it('the earliest start is kept while it is open, and its key stays', () => {
    const { latest } = play([fire(3), fire(1), fire(2)]);
    expect(latest).toMatchObject({ key: `f1@${at(3)}`, startsAt: at(1), status: 'firing' });
  });

  it('an end in the future counts as now, so that what fires before it is not lost', () => {
    const { latest, decisions } = play([fire(0), end(0, 700), fire(650)], at(600));
    expect(decisions.map(({ type }) => type)).toEqual(['new', 'resolved', 'refire']);
    expect(latest?.startsAt).toBe(at(650));
  });

  it('a repeat moves "last seen" and takes the annotations, and nothing else', () => {
    const first = decideAlert(undefined, fire(0), { now: at(1), severity: 'critical' });
    if (first.type === 'stale') throw new Error('unexpected');
    const again = decideAlert(first.alert, { ...fire(0), annotations: { summary: 'worse' } }, { now: at(2), severity: 'critical' });
    expect(again).toMatchObject({
      type: 'repeat',
      alert: { ...first.alert, version: 2, lastSeenAt: at(2), annotations: { summary: 'worse' } },
    });
  });
});

describe('any order of a true history', () => {
  /** Firing periods one after the other, the last one perhaps still open. */
  const history = fc
    .record({
      gaps: fc.array(fc.tuple(fc.integer({ min: 0, max: 5 }), fc.integer({ min: 1, max: 5 })), { minLength: 1, maxLength: 5 }),
      open: fc.boolean(),
    })
    .map(({ gaps, open }) => {
      let time = 0;
      const periods = gaps.map(([pause, length]) => {
        const startsAt = time + pause;
        time = startsAt + length;
        return { start: startsAt, stop: time };
      });
      const events = periods.flatMap(({ start, stop }, index) =>
        open && index === periods.length - 1 ? [fire(start)] : [fire(start), end(start, stop)],
      );
      return { events, last: periods.at(-1) ?? { start: 0, stop: 0 }, open };
    });
  const shuffled = history.chain(({ events, last, open }) =>
    fc
      .array(fc.nat(events.length - 1), { maxLength: 10 })
      .chain((twice) => {
        const all = [...events, ...twice.flatMap((index) => events[index] ?? [])];
        return fc.shuffledSubarray(all, { minLength: all.length });
      })
      .map((order) => ({ order, last, open })),
  );

  it('ends with the last instance in its true state', () => {
    fc.assert(
      fc.property(shuffled, ({ order, last, open }) => {
        const { latest } = play(order);
        expect(latest?.status).toBe(open ? 'firing' : 'resolved');
        if (!open) expect(latest?.endsAt).toBe(at(last.stop));
        else expect([latest?.startsAt, latest?.latestStartsAt]).toContain(at(last.start));
      }),
      { numRuns: 3000 },
    );
  });

  it('opens each instance at most once, however often it is told', () => {
    fc.assert(
      fc.property(shuffled, ({ order }) => {
        const keys = play(order).decisions.flatMap((decision) =>
          decision.type === 'new' || decision.type === 'refire' ? [decision.alert.key] : [],
        );
        expect(new Set(keys).size).toBe(keys.length);
      }),
      { numRuns: 3000 },
    );
  });

  it('told in order, each instance opens once and ends once', () => {
    fc.assert(
      fc.property(history, ({ events }) => {
        const types = play(events).decisions.map(({ type }) => type);
        expect(types.filter((type) => type === 'new' || type === 'refire')).toHaveLength(
          events.filter(({ status }) => status === 'firing').length,
        );
        expect(types.filter((type) => type === 'resolved')).toHaveLength(events.filter(({ status }) => status === 'resolved').length);
      }),
    );
  });

  it('two replicas that disagree about the start make one instance', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray([fire(0), fire(1), fire(0), fire(1)], { minLength: 4 }), (firings) => {
        const { latest, decisions } = play([...firings, end(0, 5), fire(1), end(1, 6), fire(0)]);
        expect(decisions.filter(({ type }) => type === 'new' || type === 'refire')).toHaveLength(1);
        expect(latest).toMatchObject({ status: 'resolved', startsAt: at(0), endsAt: at(6) });
      }),
    );
  });
});
