import type { Incident } from '../../incidents/incident.ts';

/** The incidents that this process read or wrote last. What it gives is used only where the database still has that version. */
export type IncidentCache = {
  get(id: string): Incident | undefined;
  put(incident: Incident): void;
};

/** How many incidents and alerts together are kept. */
const maxWeight = 20_000;

export function createIncidentCache(): IncidentCache {
  const kept = new Map<string, Incident>();
  let weight = 0;

  function drop(id: string): void {
    const incident = kept.get(id);
    if (incident === undefined) return;
    kept.delete(id);
    weight -= weightOf(incident);
  }

  return {
    get: (id) => kept.get(id),
    put(incident) {
      drop(incident.id);
      kept.set(incident.id, incident);
      weight += weightOf(incident);
      // A Map goes by age. The newest stays however large it is: it is what is being worked on.
      for (const id of kept.keys()) {
        if (weight <= maxWeight || id === incident.id) return;
        drop(id);
      }
    },
  };
}

function weightOf(incident: Incident): number {
  return 1 + incident.alerts.length;
}
