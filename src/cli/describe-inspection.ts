import { countText } from '../export/wording.ts';

const told = [
  ['incidents', 'incident', 'incidents'],
  ['timeline', 'timeline entry', 'timeline entries'],
  ['deliveries', 'delivery', 'deliveries'],
  ['outbox', 'message', 'messages'],
] as const;

/** "3 incidents, 12 timeline entries, 1 delivery, 9 messages". */
export function describeCounts(counts: Readonly<Record<string, number>>): string {
  return told.map(([table, one, many]) => countText(counts[table] ?? 0, one, many)).join(', ');
}

/** "4.0 MiB". */
export function sizeText(bytes: number): string {
  return `${(bytes / 1024 / 1024).toFixed(1)} MiB`;
}
