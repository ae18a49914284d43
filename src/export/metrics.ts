import { Counter, Histogram } from 'prom-client';
import type { Registry } from 'prom-client';
import type { Clock } from '../kernel/clock.ts';
import { msBetween, toInstant } from '../kernel/instant.ts';
import type { ExportFormat, renderExport } from './render.ts';

type Asked = { number: number; format: ExportFormat };
type Rendered = Awaited<ReturnType<typeof renderExport>>;

export type ExportMetrics = {
  /** The same rendering, counted by format and outcome. */
  watch(render: (asked: Asked) => Promise<Rendered>): (asked: Asked) => Promise<Rendered>;
};

/** Exports over HTTP: how many, what became of them, and how long they took. */
export function createExportMetrics(registry: Registry, { clock }: { clock: Pick<Clock, 'now'> }): ExportMetrics {
  const registers = [registry];
  const exported = new Counter({
    name: 'tocsin_exports_total',
    help: 'Exports that somebody with the right to them asked for over HTTP, by format and outcome',
    labelNames: ['format', 'outcome'],
    registers,
  });
  // Counted from 0 on, so that the first failure is an increase too.
  for (const format of ['md', 'json']) for (const outcome of ['done', 'not_found', 'failed']) exported.inc({ format, outcome }, 0);
  const duration = new Histogram({
    name: 'tocsin_export_duration_seconds',
    help: 'How long it took to read an incident and write its export',
    labelNames: ['format'],
    buckets: [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers,
  });
  return {
    watch: (render) => async (asked) => {
      const { format } = asked;
      const started = toInstant(clock.now());
      try {
        const document = await render(asked);
        exported.inc({ format, outcome: document === undefined ? 'not_found' : 'done' });
        if (document !== undefined) duration.observe({ format }, Math.max(0, msBetween(started, toInstant(clock.now()))) / 1000);
        return document;
      } catch (error) {
        exported.inc({ format, outcome: 'failed' });
        throw error;
      }
    },
  };
}
