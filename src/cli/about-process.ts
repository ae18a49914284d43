import { readFileSync } from 'node:fs';
import type { Registry } from 'prom-client';
import { z } from 'zod';
import { collectProcessMetrics } from '../http/process-metrics.ts';

const manifest = z.object({ version: z.string() });

/** Adds to a bot's metrics what is true of the whole process. */
export function aboutProcess(registry: Registry): void {
  const { version } = manifest.parse(JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')));
  collectProcessMetrics(registry, { version, node: process.version });
}
