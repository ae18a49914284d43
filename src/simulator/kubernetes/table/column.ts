import { textAt, treesAt } from '../tree.ts';
import type { KubeObject, Tree, Value } from '../tree.ts';
import { ageOf } from './ages.ts';

export type Column = {
  name: string;
  type: 'string' | 'integer' | 'boolean' | 'date';
  format?: string;
  /** Above 0: shown only by `-o wide`. */
  priority: number;
  cell: (object: KubeObject, now: Date) => Value;
};

export const text = (name: string, cell: Column['cell']): Column => ({ name, type: 'string', priority: 0, cell });
export const integer = (name: string, cell: Column['cell']): Column => ({ name, type: 'integer', priority: 0, cell });
/** Declared as boolean, although the cell is a word. */
export const yesNo = (name: string, cell: Column['cell']): Column => ({ name, type: 'boolean', priority: 0, cell });
export const wide = (column: Column): Column => ({ ...column, priority: 1 });
export const orNone = (value: string): string => (value === '' ? '<none>' : value);

export const nameColumn: Column = { ...text('Name', (object) => textAt(object, 'metadata', 'name')), format: 'name' };
export const ageColumn: Column = text('Age', (object, now) => ageOf(textAt(object, 'metadata', 'creationTimestamp'), now));

const containers = (object: KubeObject, ...path: readonly string[]): readonly Tree[] => treesAt(object, ...path, 'containers');

/** Containers and images of a workload's template. */
export const templateColumns = (...path: readonly string[]): readonly Column[] => [
  wide(
    text('Containers', (object) =>
      containers(object, ...path)
        .map((each) => textAt(each, 'name'))
        .join(','),
    ),
  ),
  wide(
    text('Images', (object) =>
      containers(object, ...path)
        .map((each) => textAt(each, 'image'))
        .join(','),
    ),
  ),
];
