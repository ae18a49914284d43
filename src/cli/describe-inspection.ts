import { countText } from '../export/wording.ts';

const told = [
  [['incidents'], 'incident', 'incidents'],
  [['timeline'], 'timeline entry', 'timeline entries'],
  // A delivery is a document from its arrival on. Files of the first releases have no such table.
  [['delivery_documents', 'deliveries'], 'delivery', 'deliveries'],
  [['outbox'], 'message', 'messages'],
] as const;

/** "3 incidents, 12 timeline entries, 1 delivery, 9 messages". */
export function describeCounts(counts: Readonly<Record<string, number>>): string {
  const countOf = (tables: readonly string[]) => tables.map((table) => counts[table]).find((count) => count !== undefined) ?? 0;
  return told.map(([tables, one, many]) => countText(countOf(tables), one, many)).join(', ');
}

/** "4.0 MiB". */
export function sizeText(bytes: number): string {
  return `${(bytes / 1024 / 1024).toFixed(1)} MiB`;
}
