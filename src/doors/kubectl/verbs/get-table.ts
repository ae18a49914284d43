import type { JsonObject } from '../../../kernel/json.ts';
import type { ResourceType } from '../api.ts';
import { flagOf, isOn, listOf } from '../call.ts';
import { readItems } from '../create-api.ts';
import { objectAt, textAt } from '../json-fields.ts';
import { KubectlError } from '../kubectl-error.ts';
import { kindPrefix } from '../output/printer.ts';
import { sortByPath } from '../output/sort-by.ts';
import { tableLines, tableSchema, type Table, type TableOptions } from '../output/table.ts';
import { alignTabs, tableStyle } from '../tab-writer.ts';
import type { KubectlCall, VerbContext } from '../verb.ts';
import { parseBody, type Fetched, type FetchResult } from './get-fetch.ts';

/** Prints answers as kubectl prints the server's tables: one for each type that follows another, and a word on stderr when there is nothing. */
export function printTables(
  { fetched, errors }: FetchResult,
  call: KubectlCall,
  context: Pick<VerbContext, 'out' | 'err'> & { namespace: string },
): void {
  const withKind = isOn(call, 'show-kind') || fetched.some(({ type }) => type !== fetched[0]?.type);
  const sortBy = flagOf(call, 'sort-by') ?? '';
  let written = false;
  let withNamespace = false;
  for (const group of groupByType(sortAnswers(fetched, sortBy))) {
    const options = tableOptions(call, group.type, withKind);
    // kubectl: once a table has shown namespaces, those after it have the column too.
    withNamespace ||= options.withNamespace;
    const text = groupText(group, { ...options, withNamespace }, sortBy);
    if (text === '') continue;
    context.out(written && !isOn(call, 'no-headers') ? `\n${text}` : text);
    written = true;
  }
  if (!written) sayNothing({ fetched, errors }, call, context);
}

function sayNothing(
  result: { fetched: readonly Fetched[]; errors: readonly KubectlError[] },
  call: KubectlCall,
  context: Pick<VerbContext, 'err'> & { namespace: string },
): void {
  if (isOn(call, 'ignore-not-found') || result.errors.length > 0) return;
  const isInNamespace = !call.allNamespaces && result.fetched.every(({ type }) => type.namespaced);
  context.err(isInNamespace ? `No resources found in ${context.namespace} namespace.\n` : 'No resources found\n');
}

export function tableOptions(call: KubectlCall, type: ResourceType, withKind: boolean): TableOptions {
  return {
    wide: flagOf(call, 'output') === 'wide',
    noHeaders: isOn(call, 'no-headers'),
    withNamespace: call.allNamespaces && type.namespaced,
    ...(withKind
      ? { kindPrefix: kindPrefix({ kind: type.kind, apiVersion: type.group === '' ? type.version : `${type.group}/${type.version}` }) }
      : {}),
    columnLabels: listOf(call, 'label-columns'),
    showLabels: isOn(call, 'show-labels'),
  };
}

/** kubectl: several answers are sorted as such, by a field of the tables themselves. */
function sortAnswers(fetched: readonly Fetched[], sortBy: string): readonly Fetched[] {
  return sortBy === '' || fetched.length < 2 ? fetched : sortByPath(fetched, sortBy, ({ body }) => parseBody(body));
}

type Group = { type: ResourceType; bodies: string[] };

function groupByType(fetched: readonly Fetched[]): readonly Group[] {
  const groups: Group[] = [];
  for (const { type, body } of fetched) {
    const last = groups.at(-1);
    if (last?.type === type) last.bodies.push(body);
    else groups.push({ type, bodies: [body] });
  }
  return groups;
}

/** The header stands once, unless the columns change in between. */
function groupText({ bodies }: Group, options: TableOptions, sortBy: string): string {
  let headed = '';
  const lines = bodies.map((body) => {
    const table = sorted(readTable(body), sortBy);
    const columns = JSON.stringify(table.columns);
    const text = tableLines(table, headed === columns ? { ...options, noHeaders: true } : options);
    if (text !== '') headed = columns;
    return text;
  });
  return alignTabs(lines.join(''), tableStyle);
}

/** kubectl: a table that cannot be sorted is not printed, without an error. */
function sorted(table: Table, sortBy: string): Table {
  if (sortBy === '' || table.rows.length < 2) return table;
  try {
    return { ...table, rows: sortByPath(table.rows, sortBy, (row) => row.object ?? {}) };
  } catch (error) {
    if (error instanceof KubectlError) return { ...table, rows: [] };
    throw error;
  }
}

/** The server's table; a server that makes none gives objects, which then have a name and an age only. */
export function readTable(body: string): Table {
  const value = parseBody(body);
  const parsed = tableSchema.safeParse(value);
  if (parsed.success) return { columns: parsed.data.columnDefinitions ?? [], rows: parsed.data.rows ?? [] };
  const object = objectAt({ value }, 'value') ?? {};
  const objects: readonly JsonObject[] = object['items'] === undefined ? [object] : readItems(body);
  return {
    columns: [{ name: 'Name', type: 'string', format: 'name', priority: 0 }],
    rows: objects.map((one) => ({ cells: [textAt(one, 'metadata', 'name')], object: one })),
  };
}
