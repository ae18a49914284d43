import { z } from 'zod';
import type { Json, JsonObject } from '../../../kernel/json.ts';
import { escapeTerminal } from '../go-format.ts';
import { textAt, textsAt } from '../json-fields.ts';
import { goText } from './go-json.ts';

const jsonSchema: z.ZodType<Json> = z.custom<Json>(() => true);
const columnSchema = z.object({
  name: z.string(),
  type: z.string().default(''),
  format: z.string().default(''),
  priority: z.number().default(0),
});
const rowSchema = z.object({
  cells: z.array(jsonSchema).default([]),
  object: z.custom<JsonObject>((value) => typeof value === 'object' && value !== null).optional(),
});

/** The server's own table of a collection or an object (`meta.k8s.io/v1` Table). */
export const tableSchema = z.object({
  kind: z.literal('Table'),
  metadata: z
    .object({ continue: z.string().default(''), resourceVersion: z.string().default('') })
    .default({ continue: '', resourceVersion: '' }),
  columnDefinitions: z.array(columnSchema).nullish(),
  rows: z.array(rowSchema).nullish(),
});

type TableColumn = z.infer<typeof columnSchema>;
type TableRow = z.infer<typeof rowSchema>;
export type Table = { columns: readonly TableColumn[]; rows: readonly TableRow[] };

export type TableOptions = {
  wide: boolean;
  noHeaders: boolean;
  withNamespace: boolean;
  /** "deployment.apps" goes in front of the names when several types are shown. */
  kindPrefix?: string;
  columnLabels: readonly string[];
  showLabels: boolean;
};

/** The lines of a table with tabs between the cells, the header first unless it is left out; nothing when there are no rows. */
export function tableLines(table: Table, options: TableOptions): string {
  if (table.rows.length === 0) return '';
  const shown = table.columns.map((column) => options.wide || column.priority === 0);
  const keepShown = <T>(cells: readonly T[]): readonly T[] => cells.slice(0, shown.length).filter((_, index) => shown[index] === true);
  const nameColumn =
    options.kindPrefix === undefined ? -1 : table.columns.findIndex(({ format, type }) => format === 'name' && type === 'string');
  const headers = [
    ...(options.withNamespace ? ['NAMESPACE'] : []),
    ...keepShown(table.columns).map(({ name }) => name.toUpperCase()),
    ...options.columnLabels.map((label) => (label.split('/').at(-1) ?? '').toUpperCase()),
    ...(options.showLabels ? ['LABELS'] : []),
  ];
  const rows = table.rows.map((row) => {
    const cells = row.cells.map((cell, index) => (index === nameColumn ? `${options.kindPrefix ?? ''}/${goText(cell)}` : cell));
    return [
      ...(options.withNamespace ? [textAt(row.object, 'metadata', 'namespace')] : []),
      ...keepShown(cells).map(cellText),
      ...labelCells(row, options),
    ];
  });
  return (options.noHeaders ? rows : [headers, ...rows]).map((cells) => `${cells.join('\t')}\n`).join('');
}

function labelCells(row: TableRow, options: TableOptions): readonly string[] {
  const labels = textsAt(row.object, 'metadata', 'labels');
  const chosen = options.columnLabels.map((label) => labels.find(([key]) => key === label)?.[1] ?? '');
  if (!options.showLabels) return chosen;
  return [...chosen, labels.length === 0 ? '<none>' : labels.map(([key, value]) => `${key}=${value}`).join(',')];
}

function cellText(cell: Json): string {
  if (cell === null) return '';
  const text = goText(cell);
  const lineEnd = typeof cell === 'string' ? text.search(/[\f\n\r]/) : -1;
  return escapeTerminal(lineEnd < 0 ? text : text.slice(0, lineEnd)) + (lineEnd < 0 ? '' : '...');
}
