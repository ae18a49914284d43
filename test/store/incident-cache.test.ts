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
    const [one, other] = [put(1, 15_000), put(2, 15_000)];
    expect([one, other].map(isKept)).toEqual([true, true]);
    const last = put(3, 15_000);
    expect([one, other, last].map(isKept)).toEqual([false, true, true]);
  });

  it('have the newest among them, however large it is', () => {
    const one = put(1);
    const large = put(2, 50_000);
    expect([one, large].map(isKept)).toEqual([false, true]);
    expect([large, put(3)].map(isKept)).toEqual([false, true]);
  });

  it('count once, however often they are written', () => {
    const id = put(1, 15_000);
    for (let write = 0; write < 10; write += 1) put(2, 15_000);
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
