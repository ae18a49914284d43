import { at, copyOf, isTree, put, same, textAt, timeText, treesAt } from '../tree.ts';
import type { KubeObject, Tree, Value } from '../tree.ts';
import type { Call } from './call.ts';

type Noting = { object: KubeObject; before?: KubeObject; call: Call; now: Date; subresource: string };

/** Writes down which manager changed which fields, as the server does; members of lists are not told apart. */
export function noteManager({ object, before, call, now, subresource }: Noting): void {
  const manager = call.query.get('fieldManager') ?? 'unknown';
  const operation = call.contentType.startsWith('application/apply-patch') ? 'Apply' : 'Update';
  const changed = changedFields(withoutMetadata(object), before === undefined ? undefined : withoutMetadata(before));
  if (changed === undefined) return;
  const entries = treesAt(object, 'metadata', 'managedFields');
  const isIt = (entry: Tree): boolean =>
    entry['manager'] === manager && entry['operation'] === operation && textAt(entry, 'subresource') === subresource;
  const known = entries.find(isIt);
  const entry: Tree = {
    manager,
    operation,
    apiVersion: object.apiVersion,
    time: timeText(now),
    fieldsType: 'FieldsV1',
    fieldsV1: merged(known === undefined ? {} : known['fieldsV1'], changed),
    ...(subresource === '' ? {} : { subresource }),
  };
  put(object, ['metadata', 'managedFields'], [...entries.filter((each) => each !== known), entry]);
}

function withoutMetadata(object: KubeObject): Tree {
  const { apiVersion: _, kind: __, ...rest } = copyOf(object);
  return { ...rest, metadata: { labels: at(object, 'metadata', 'labels'), annotations: at(object, 'metadata', 'annotations') } };
}

/** The changed leaves as a tree of "f:" names; undefined when nothing differs. */
function changedFields(after: Value | undefined, before: Value | undefined): Tree | undefined {
  if (same(after, before)) return undefined;
  if (!isTree(after)) return {};
  const fields: Tree = {};
  for (const [key, value] of Object.entries(after)) {
    const changed = value === undefined ? undefined : changedFields(value, isTree(before) ? at(before, key) : undefined);
    if (changed !== undefined) fields[`f:${key}`] = changed;
  }
  return fields;
}

function merged(one: Value | undefined, other: Tree): Tree {
  const result: Tree = isTree(one) ? copyOf(one) : {};
  for (const [key, value] of Object.entries(other)) if (isTree(value)) result[key] = merged(result[key], value);
  return result;
}
