import { uuidFrom } from '../../kernel/hash.ts';
import { builtIn, kindOfDefinition } from './resources.ts';
import type { ResourceKind } from './resources.ts';
import { copyOf, nameOf, namespaceOf, put, same, timeText, treeAt, uidOf } from './tree.ts';
import type { KubeObject } from './tree.ts';

type ChangeType = 'ADDED' | 'MODIFIED' | 'DELETED';
export type Change = { revision: number; type: ChangeType; kind: ResourceKind; object: KubeObject };

/** All objects of the cluster, each replaced as a whole; `resourceVersion` counts all changes as etcd's revision does. */
export type ObjectStore = {
  kinds(): readonly ResourceKind[];
  /** A kind by group and plural. */
  kind(group: string, resource: string): ResourceKind | undefined;
  /** A kind by group and kind, as objects name it. */
  kindFor(apiVersion: string, kind: string): ResourceKind | undefined;
  revision(): number;
  get(kind: ResourceKind, namespace: string, name: string): KubeObject | undefined;
  /** In the order of namespace and name, as etcd gives them. */
  list(kind: ResourceKind, namespace?: string): readonly KubeObject[];
  /** A uid for an object that has to know it before it is stored. */
  drawUid(): string;
  /** Stores a new object with uid (drawn unless it has one), creation time and generation. */
  insert(kind: ResourceKind, object: KubeObject): KubeObject;
  /** Stores a changed object; nothing happens when it is the same. A changed specification counts up the generation. */
  replace(kind: ResourceKind, object: KubeObject): KubeObject;
  remove(kind: ResourceKind, object: KubeObject): void;
  /** Changes after a revision, or undefined when they are no longer known. */
  since(revision: number): readonly Change[] | undefined;
  /** Calls back after each change until the returned function is called. */
  onChange(listener: () => void): () => void;
};

const keptChanges = 20_000;
const keyOf = (object: KubeObject): string => `${namespaceOf(object)}/${nameOf(object)}`;
const nameOfKind = (kind: { group: string; resource: string }): string => `${kind.resource}.${kind.group}`;

export function createObjectStore(options: { seed: string; now: () => Date }): ObjectStore {
  const collections = new Map<string, Map<string, KubeObject>>();
  const listeners = new Set<() => void>();
  let kinds: readonly ResourceKind[] = builtIn;
  let changes: Change[] = [];
  let revision = 1000;
  let created = 0;

  const drawUid = (): string => {
    created += 1;
    return uuidFrom(`${options.seed}/${created}`);
  };
  const collection = (kind: ResourceKind): Map<string, KubeObject> => {
    const found = collections.get(nameOfKind(kind)) ?? new Map<string, KubeObject>();
    collections.set(nameOfKind(kind), found);
    return found;
  };
  function note(type: ChangeType, kind: ResourceKind, object: KubeObject): void {
    revision += 1;
    put(object, ['metadata', 'resourceVersion'], String(revision));
    changes.push({ revision, type, kind, object });
    if (changes.length > keptChanges) changes = changes.slice(keptChanges / 2);
    if (kind.resource === 'customresourcedefinitions') readDefinitions(kind);
    for (const listener of listeners) listener();
  }
  function readDefinitions(kind: ResourceKind): void {
    const declared = [...collection(kind).values()].flatMap((definition) => kindOfDefinition(definition) ?? []);
    kinds = [
      ...builtIn,
      ...declared.filter(({ group, resource }) => !builtIn.some((each) => each.group === group && each.resource === resource)),
    ];
  }
  return {
    kinds: () => kinds,
    kind: (group, resource) => kinds.find((each) => each.group === group && each.resource === resource),
    kindFor(apiVersion, kind) {
      const group = apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '';
      return kinds.find((each) => each.group === group && each.kind === kind);
    },
    revision: () => revision,
    get: (kind, namespace, name) => collection(kind).get(`${kind.namespaced ? namespace : ''}/${name}`),
    list(kind, namespace) {
      const all = [...collection(kind).values()].filter((object) => namespace === undefined || namespaceOf(object) === namespace);
      return all.toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
    },
    drawUid,
    insert(kind, given) {
      const object = copyOf(given);
      put(object, ['metadata', 'uid'], uidOf(object) || drawUid());
      put(object, ['metadata', 'creationTimestamp'], timeText(options.now()));
      put(object, ['metadata', 'generation'], kind.generation ? 1 : undefined);
      collection(kind).set(keyOf(object), object);
      note('ADDED', kind, object);
      return object;
    },
    replace(kind, given) {
      const before = collection(kind).get(keyOf(given));
      if (before !== undefined && same(before, given)) return before;
      const object = copyOf(given);
      if (kind.generation && before !== undefined && !same(intentOf(before), intentOf(object)))
        put(object, ['metadata', 'generation'], Number(treeAt(before, 'metadata')['generation'] ?? 0) + 1);
      collection(kind).set(keyOf(object), object);
      note('MODIFIED', kind, object);
      return object;
    },
    remove(kind, object) {
      if (!collection(kind).delete(keyOf(object))) return;
      note('DELETED', kind, copyOf(object));
    },
    since(from) {
      const first = changes[0];
      if (first !== undefined && from < first.revision - 1 && from < revision - keptChanges / 2) return undefined;
      return changes.filter((change) => change.revision > from);
    },
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** What somebody wants of an object: all of it but metadata and status, and the node that a pod was bound to. */
function intentOf(object: KubeObject): KubeObject {
  const intent: KubeObject = { ...object, metadata: {}, status: {} };
  return object.kind === 'Pod' ? { ...intent, spec: { ...treeAt(object, 'spec'), nodeName: undefined } } : intent;
}
