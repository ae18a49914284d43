import type { Incident } from '../../incidents/incident.ts';

/** The incidents that this process read or wrote last. What it gives is used only where the database still has that version. */
export type IncidentCache = {
  get(id: string): Incident | undefined;
  put(incident: Incident): void;
};

/**
 * How many incidents and alerts together are kept. An incident that is not kept has all of its alerts read again when others join, which costs most
 * where it is large: so many small ones take no room from the large.
 */
const most = { small: 40_000, large: 80_000 };
/** From so many alerts on an incident is a large one. */
const largeFrom = 250;
/** Nobody works on what was not read anew or written for so long. */
const maxAgeMs = 60_000;

/** `nowMs`: a clock that only counts on. */
export function createIncidentCache(nowMs: () => number = () => performance.now()): IncidentCache {
  const small = createShelf(most.small);
  const large = createShelf(most.large);
  return {
    get: (id) => small.get(id) ?? large.get(id),
    put(incident) {
      const isLarge = incident.alerts.length >= largeFrom;
      (isLarge ? small : large).drop(incident.id);
      (isLarge ? large : small).put(incident, nowMs());
    },
  };
}

/** Keeps what was put last, up to `maxWeight`. */
function createShelf(maxWeight: number) {
  const kept = new Map<string, { incident: Incident; atMs: number }>();
  let weight = 0;

  function drop(id: string): void {
    const entry = kept.get(id);
    if (entry === undefined) return;
    kept.delete(id);
    weight -= weightOf(entry.incident);
  }

  return {
    get: (id: string) => kept.get(id)?.incident,
    drop,
    put(incident: Incident, now: number): void {
      drop(incident.id);
      kept.set(incident.id, { incident, atMs: now });
      weight += weightOf(incident);
      // A Map goes by age. The newest stays however large it is: it is what is being worked on.
      for (const [id, { atMs }] of kept) {
        if ((weight <= maxWeight && now - atMs < maxAgeMs) || id === incident.id) return;
        drop(id);
      }
    },
  };
}

function weightOf(incident: Incident): number {
  return 1 + incident.alerts.length;
}
