import { durationMs } from './promql/literals.ts';

/** Prometheus: seconds since 1970, or RFC 3339 text. Unix milliseconds, or undefined. */
export function readTime(text: string): number | undefined {
  if (/^-?\d+(\.\d*)?(e[+-]?\d+)?$/i.test(text)) return Math.round(Number(text) * 1000);
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/.test(text)) return undefined;
  const ms = Date.parse(text);
  return Number.isNaN(ms) ? undefined : ms;
}

/** Prometheus: seconds, or "1h30m". Milliseconds, or undefined. */
export function readStep(text: string): number | undefined {
  if (/^-?\d+(\.\d*)?(e[+-]?\d+)?$/i.test(text)) return Math.round(Number(text) * 1000);
  return durationMs(text);
}
