import type { ResourceKind } from '../resources.ts';
import { at, textAt } from '../tree.ts';
import type { KubeObject, Tree, Value } from '../tree.ts';
import { ageOf } from './ages.ts';
import { ageColumn, nameColumn, text } from './column.ts';
import type { Column } from './column.ts';
import { otherColumns } from './other-columns.ts';
import { podColumns } from './pod-columns.ts';
import { workloadColumns } from './workload-columns.ts';

const byResource: Readonly<Record<string, readonly Column[]>> = { pods: podColumns, ...workloadColumns, ...otherColumns };

function columnsOf(kind: ResourceKind): readonly Column[] {
  if (kind.custom) return customColumns(kind);
  return byResource[kind.resource] ?? [nameColumn, ageColumn];
}

/** The columns that a CustomResourceDefinition declares, or the name and age. */
function customColumns(kind: ResourceKind): readonly Column[] {
  const declared = kind.columns ?? [];
  if (declared.length === 0) return [nameColumn, ageColumn];
  return [
    nameColumn,
    ...declared.map((column): Column => {
      const path = textAt(column, 'jsonPath')
        .split('.')
        .filter((key) => key !== '');
      const priority = at(column, 'priority');
      const base = text(textAt(column, 'name'), (object, now) => cellOf(at(object, ...path), textAt(column, 'type'), now));
      return { ...base, priority: typeof priority === 'number' ? priority : 0 };
    }),
  ];
}

function cellOf(value: Value | undefined, type: string, now: Date): Value {
  if (value === undefined) return type === 'string' ? '' : null;
  return type === 'date' && typeof value === 'string' ? ageOf(value, now) : value;
}

/** Objects as the server's own table of them. */
export function tableOf(objects: readonly KubeObject[], how: { kind: ResourceKind; now: Date; include: string; metadata: Tree }): Tree {
  const columns = columnsOf(how.kind);
  return {
    kind: 'Table',
    apiVersion: 'meta.k8s.io/v1',
    metadata: how.metadata,
    columnDefinitions: columns.map(({ name, type, format, priority }) => ({ name, type, format: format ?? '', description: '', priority })),
    rows: objects.map((object) => ({
      cells: columns.map((column) => column.cell(object, how.now)),
      ...ending(object),
      ...included(object, how.include),
    })),
  };
}

/** A row says of a pod that it has ended. */
function ending(object: KubeObject): Tree {
  const phase = textAt(object, 'status', 'phase');
  if (object.kind !== 'Pod' || (phase !== 'Succeeded' && phase !== 'Failed')) return {};
  const message = phase === 'Succeeded' ? 'The pod has completed successfully.' : 'The pod failed.';
  return { conditions: [{ type: 'Completed', status: 'True', reason: phase, message }] };
}

function included(object: KubeObject, include: string): Tree {
  if (include === 'None') return { object: null };
  if (include === 'Object') return { object };
  return { object: { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata: object['metadata'] } };
}
