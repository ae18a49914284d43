import type { JsonObject } from '../../../kernel/json.ts';
import { objectAt, objectsAt } from '../json-fields.ts';
import { withField } from './with-field.ts';

const templateKinds = new Set(['Deployment', 'DaemonSet', 'StatefulSet', 'ReplicaSet', 'ReplicationController', 'Job']);

/** Where an object of a kind keeps its pod's spec, or undefined when it has none. */
export function podSpecPath(kind: string): readonly string[] | undefined {
  if (kind === 'Pod') return ['spec'];
  if (kind === 'CronJob') return ['spec', 'jobTemplate', 'spec', 'template', 'spec'];
  return templateKinds.has(kind) ? ['spec', 'template', 'spec'] : undefined;
}

/** A copy of the object whose containers, regular and init, went through `change`. */
export function withContainers(object: JsonObject, path: readonly string[], change: (container: JsonObject) => JsonObject): JsonObject {
  const spec = objectAt(object, ...path);
  if (spec === undefined) return object;
  const changed = ['initContainers', 'containers']
    .filter((list) => spec[list] !== undefined)
    .map((list) => [list, objectsAt(spec, list).map(change)] as const);
  return withField(object, path, { ...spec, ...Object.fromEntries(changed) });
}
