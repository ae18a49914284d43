import type { Incident, IncidentId } from '../incidents/incident.ts';
import type { IncidentStore } from '../incidents/ports.ts';
import { describeError } from '../kernel/errors.ts';
import type { Log } from '../kernel/log.ts';

/** Incidents that wait for work which asks others and may have to wait for them. */
export type Aside = {
  /** Puts the incident into the row, once however often it is given. The row is of this process: its claim brings it back after a crash. */
  take(incident: Incident): void;
  /** Works the row off, a few at a time, until it is empty or `signal` aborts. */
  work(signal: AbortSignal): Promise<void>;
};

export type AsideOptions = {
  incidents: Pick<IncidentStore, 'get'>;
  parallel: number;
  run: (incident: Incident) => Promise<void>;
  /** Called after each `take`. */
  taken: () => void;
  log: Log;
};

export function createAside({ incidents, parallel, run, taken, log }: AsideOptions): Aside {
  const row = new Set<IncidentId>();

  async function one(id: IncidentId): Promise<void> {
    try {
      const incident = await incidents.get(id);
      if (incident !== undefined) await run(incident);
    } catch (error) {
      log.error({ incidentId: id, error: describeError(error) }, 'work that was put aside failed and will be repeated');
    }
  }
  return {
    take({ id }) {
      row.add(id);
      taken();
    },
    async work(signal) {
      const worker = async () => {
        for (const id of row) {
          if (signal.aborted) return;
          row.delete(id);
          await one(id);
        }
      };
      await Promise.all(Array.from({ length: parallel }, worker));
    },
  };
}
