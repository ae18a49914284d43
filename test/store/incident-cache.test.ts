import { beforeEach, describe, expect, it } from 'vitest';
import { createIncidentCache } from '../../src/store/sqlite/incident-cache.ts';
import type { IncidentCache } from '../../src/store/sqlite/incident-cache.ts';
import { exampleAlertLink, exampleIncident } from '../support/examples.ts';

let nowMs = 0;
let cache: IncidentCache;
beforeEach(() => {
  nowMs = 0;
  cache = createIncidentCache(() => nowMs);
});

/** An incident with so many alerts; returns its id. */
function put(number: number, alerts = 0): string {
  const incident = exampleIncident({ number, alerts: Array.from({ length: alerts }, () => exampleAlertLink()) });
  cache.put(incident);
  return incident.id;
}
const isKept = (id: string) => cache.get(id) !== undefined;

describe('the incidents that a process keeps', () => {
  it('are the last ones, by their alerts', () => {
    const [one, other] = [put(1, 30_000), put(2, 30_000)];
    expect([one, other].map(isKept)).toEqual([true, true]);
    const last = put(3, 30_000);
    expect([one, other, last].map(isKept)).toEqual([false, true, true]);
  });

  it('have the newest among them, however large it is', () => {
    const [one, small] = [put(1, 300), put(2)];
    const large = put(3, 100_000);
    expect([one, small, large].map(isKept)).toEqual([false, true, true]);
    expect([large, put(4, 300)].map(isKept)).toEqual([false, true]);
  });

  it('are fewer of the small ones, which take no room from the large', () => {
    const large = put(1, 70_000);
    const small = Array.from({ length: 250 }, (_, index) => put(2 + index, 199));
    expect(isKept(large)).toBe(true);
    expect(small.map(isKept)).toEqual(small.map((_, index) => index >= 50));
  });

  it('are there once when they grow large or small', () => {
    const id = put(1, 10);
    for (const alerts of [300, 20, 400]) {
      put(1, alerts);
      expect(cache.get(id)?.alerts).toHaveLength(alerts);
    }
  });

  it('count once, however often they are written', () => {
    const id = put(1, 30_000);
    for (let write = 0; write < 10; write += 1) put(2, 30_000);
    expect(isKept(id)).toBe(true);
  });

  it('are those of the last minute', () => {
    const [one, other] = [put(1), put(2)];
    nowMs = 40_000;
    put(1);
    nowMs = 70_000;
    put(3);
    expect([one, other].map(isKept)).toEqual([true, false]);
  });
});
