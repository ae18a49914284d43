import { generationKey } from '../controllers/daemon-set.ts';
import { foreground, orphaning } from '../controllers/garbage.ts';
import { ended, endPod, suffix } from '../controllers/world.ts';
import type { World } from '../controllers/world.ts';
import { apiVersionOf } from '../resources.ts';
import { alreadyExists, badRequest, conflict, forbidden, invalid, notFound } from '../status.ts';
import {
  annotationsOf,
  at,
  copyOf,
  isTree,
  listAt,
  nameOf,
  namespaceOf,
  numberAt,
  put,
  same,
  textAt,
  timeText,
  treeAt,
  uidOf,
} from '../tree.ts';
import type { KubeObject, Tree } from '../tree.ts';
import { admitNew } from './admission.ts';
import type { ApiReply, Call, Target } from './call.ts';
import { isDryRun, parsedJson, readObject } from './call.ts';
import { fillDefaults } from './defaults.ts';
import { noteManager } from './managed-fields.ts';
import { requireObject, selecting, subjectOf } from './read.ts';
import { validate } from './validate.ts';

const namespaces = { group: '', resource: 'namespaces' };

export function createObject(world: World, call: Call, target: Target): ApiReply {
  const object = readObject(call, target);
  const namespace = namespaceFor(object, target);
  if (nameOf(object) === '' && textAt(object, 'metadata', 'generateName') !== '')
    put(object, ['metadata', 'name'], `${textAt(object, 'metadata', 'generateName')}${suffix(world, 5)}`);
  put(object, ['metadata', 'namespace'], target.kind.namespaced ? namespace : undefined);
  for (const key of ['uid', 'resourceVersion', 'creationTimestamp', 'generation', 'managedFields', 'deletionTimestamp'])
    put(object, ['metadata', key], undefined);
  if (target.kind.subresources.includes('status')) delete object['status'];
  requireNamespace(world, target, namespace);
  admitNew(world, object);
  fillDefaults(object);
  validate(object, target.kind);
  if (world.store.get(target.kind, namespace, nameOf(object)) !== undefined) throw alreadyExists(subjectOf(target), nameOf(object));
  noteManager({ object, call, now: world.now(), subresource: '' });
  if (isDryRun(call))
    return {
      status: 201,
      body: {
        ...object,
        metadata: {
          ...treeAt(object, 'metadata'),
          uid: '00000000-0000-4000-8000-000000000000',
          creationTimestamp: timeText(world.now()),
          ...(target.kind.generation ? { generation: 1 } : {}),
        },
      },
    };
  return { status: 201, body: world.store.insert(target.kind, object) };
}

function namespaceFor(object: KubeObject, target: Target): string {
  const named = namespaceOf(object);
  if (named !== '' && target.kind.namespaced && named !== target.namespace)
    throw badRequest(`the namespace of the provided object does not match the namespace sent on the request`);
  return target.namespace;
}

function requireNamespace(world: World, target: Target, name: string): void {
  if (!target.kind.namespaced) return;
  const kind = world.store.kind('', 'namespaces');
  const found = kind === undefined ? undefined : world.store.get(kind, '', name);
  if (found === undefined) throw notFound(namespaces, name);
  if (treeAt(found, 'metadata')['deletionTimestamp'] !== undefined)
    throw forbidden(subjectOf(target), '', `unable to create new content in namespace ${name} because it is being terminated`);
}

/** Stores what a PUT or a patch made of an object, under the rules of its kind; only the part that the subresource names may change. */
export function storeChanged(
  world: World,
  { call, target, before, after }: { call: Call; target: Target; before: KubeObject; after: KubeObject },
): KubeObject {
  const object = copyOf(after);
  const dryRun = isDryRun(call);
  guardIdentity(object, before, { call, target });
  for (const key of [
    'uid',
    'creationTimestamp',
    'generation',
    'managedFields',
    'deletionTimestamp',
    'deletionGracePeriodSeconds',
    'selfLink',
    'name',
    'namespace',
  ])
    put(object, ['metadata', key], treeAt(before, 'metadata')[key]);
  put(object, ['metadata', 'resourceVersion'], textAt(before, 'metadata', 'resourceVersion'));
  if (target.subresource === 'status') {
    for (const key of Object.keys(object)) if (!['status', 'apiVersion', 'kind', 'metadata'].includes(key)) delete object[key];
    Object.assign(object, { ...before, status: object['status'], metadata: object['metadata'] });
  } else if (target.kind.subresources.includes('status')) put(object, ['status'], before['status']);
  fillDefaults(object);
  countTemplates(object, before);
  validate(object, target.kind, before);
  if (same(object, before)) return before;
  countNotes(object, before);
  noteManager({ object, before, call, now: world.now(), subresource: target.subresource });
  if (!dryRun) return world.store.replace(target.kind, object);
  const moved = !same({ ...before, metadata: {}, status: {} }, { ...object, metadata: {}, status: {} });
  if (moved && target.kind.generation) put(object, ['metadata', 'generation'], numberAt(before, 'metadata', 'generation') + 1);
  return object;
}

/** Kubernetes: a changed annotation of a Deployment counts as a change of what is wanted, since its ReplicaSets inherit it. */
function countNotes(object: KubeObject, before: KubeObject): void {
  if (object.kind === 'Deployment' && !same(annotationsOf(object), annotationsOf(before)))
    put(object, ['metadata', 'generation'], numberAt(before, 'metadata', 'generation') + 1);
}

/** A DaemonSet counts the changes of its template in an annotation. */
function countTemplates(object: KubeObject, before: KubeObject): void {
  if (object.kind !== 'DaemonSet') return;
  const changed = !same(at(object, 'spec', 'template'), at(before, 'spec', 'template'));
  const count = Number(annotationsOf(before)[generationKey] ?? 1) + (changed ? 1 : 0);
  put(object, ['metadata', 'annotations', generationKey], String(count));
}

function guardIdentity(object: KubeObject, before: KubeObject, { call, target }: { call: Call; target: Target }): void {
  const name = nameOf(object);
  if (name !== nameOf(before)) throw badRequest(`the name of the object (${name}) does not match the name on the URL (${nameOf(before)})`);
  if (namespaceOf(object) !== namespaceOf(before))
    throw badRequest('the namespace of the provided object does not match the namespace sent on the request');
  const uid = uidOf(object);
  if (uid !== '' && uid !== uidOf(before) && call.method === 'PATCH') {
    const message = `Invalid value: ${JSON.stringify(uid)}: field is immutable`;
    const fault = { field: 'metadata.uid', reason: 'FieldValueInvalid', message } as const;
    throw invalid(target.kind, name, [fault, fault]);
  }
  if (uid !== '' && uid !== uidOf(before)) {
    const why = `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${uidOf(before)}`;
    throw conflict(subjectOf(target), name, why);
  }
  const version = textAt(object, 'metadata', 'resourceVersion');
  if (version !== '' && version !== textAt(before, 'metadata', 'resourceVersion')) throw conflict(subjectOf(target), name);
}

export function updateObject(world: World, call: Call, target: Target): ApiReply {
  const object = readObject(call, target);
  if (nameOf(object) === '') put(object, ['metadata', 'name'], target.name);
  if (nameOf(object) !== target.name)
    throw badRequest(`the name of the object (${nameOf(object)}) does not match the name on the URL (${target.name})`);
  if (target.kind.namespaced && namespaceOf(object) === '') put(object, ['metadata', 'namespace'], target.namespace);
  const before = requireObject(world, target);
  const versionless = textAt(object, 'metadata', 'resourceVersion') === '';
  if (versionless && (target.kind.custom || target.kind.resource === 'customresourcedefinitions'))
    throw invalid(target.kind, target.name, [
      { field: 'metadata.resourceVersion', reason: 'FieldValueInvalid', message: 'Invalid value: 0: must be specified for an update' },
    ]);
  return { status: 200, body: storeChanged(world, { call, target, before, after: object }) };
}

/** Kubernetes: with options in the body those in the query are not looked at. */
function deleteOptions(call: Call): Tree {
  if (call.body.trim() === '') {
    const policy = call.query.get('propagationPolicy');
    const grace = call.query.get('gracePeriodSeconds');
    return {
      dryRun: call.query.getAll('dryRun'),
      ...(policy === null ? {} : { propagationPolicy: policy }),
      ...(grace === null ? {} : { gracePeriodSeconds: Number(grace) }),
    };
  }
  const parsed = parsedJson(call.body);
  return isTree(parsed) ? parsed : {};
}

export function deleteObject(world: World, call: Call, target: Target): ApiReply {
  const options = deleteOptions(call);
  const object = requireObject(world, target);
  checkPreconditions(treeAt(options, 'preconditions'), object, target);
  if (target.kind.resource === 'namespaces' && ['default', 'kube-system', 'kube-public'].includes(target.name))
    throw forbidden(subjectOf(target), target.name, 'this namespace may not be deleted');
  const dryRun = isDryRun({ ...call, query: new URLSearchParams() }, options);
  return { status: 200, body: remove(world, { object, target, options, dryRun, policy: policyOf(options) }) };
}

function checkPreconditions(wanted: Tree, object: KubeObject, { kind, name }: Target): void {
  for (const [key, word, present, why] of [
    ['uid', 'UID', uidOf(object), 'deleted and then recreated'],
    ['resourceVersion', 'ResourceVersion', textAt(object, 'metadata', 'resourceVersion'), 'modified'],
  ] as const) {
    const given = wanted[key];
    if (typeof given !== 'string' || given === present) continue;
    const message = `the ${word} in the precondition (${given}) does not match the ${word} in record (${present}). The object might have been ${why}`;
    throw conflict({ group: kind.group, resource: kind.kind }, name, message);
  }
}

function policyOf(options: Tree): string {
  const policy = textAt(options, 'propagationPolicy');
  if (!['', 'Background', 'Foreground', 'Orphan'].includes(policy))
    throw invalid({ group: 'meta.k8s.io', kind: 'DeleteOptions' }, '', [
      {
        field: 'propagationPolicy',
        reason: 'FieldValueNotSupported',
        message: `Unsupported value: ${JSON.stringify(policy)}: supported values: "Foreground", "Background", "Orphan", "nil"`,
      },
    ]);
  return options['orphanDependents'] === true ? 'Orphan' : policy;
}

type Removal = { object: KubeObject; target: Target; options: Tree; dryRun: boolean; policy: string };

function remove(world: World, removal: Removal): Tree {
  const { object, target, options, dryRun } = removal;
  if (target.kind.resource === 'pods') {
    const grace = options['gracePeriodSeconds'];
    const ending = ended(world, object, typeof grace === 'number' ? grace : undefined);
    if (!dryRun) endPod(world, object, typeof grace === 'number' ? grace : undefined);
    return ending;
  }
  const waiting = removeLater(world, removal);
  if (waiting !== undefined) return waiting;
  if (!dryRun) world.store.remove(target.kind, object);
  const { group, resource } = subjectOf(target);
  const details = { name: target.name, ...(group === '' ? {} : { group }), kind: resource, uid: uidOf(object) };
  return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', details };
}

/** What others must finish first is only marked; undefined for what can go at once. */
function removeLater(world: World, { object, target, dryRun, policy }: Removal): Tree | undefined {
  const finalizers = [
    ...listAt(object, 'metadata', 'finalizers'),
    ...(policy === 'Foreground' ? [foreground] : policy === 'Orphan' ? [orphaning] : []),
  ];
  const isNamespace = target.kind.resource === 'namespaces';
  if (finalizers.length === 0 && !isNamespace) return undefined;
  const going = copyOf(object);
  put(going, ['metadata', 'deletionTimestamp'], timeText(world.now()));
  put(going, ['metadata', 'deletionGracePeriodSeconds'], 0);
  if (target.kind.generation) put(going, ['metadata', 'generation'], numberAt(going, 'metadata', 'generation') + 1);
  if (finalizers.length > 0) put(going, ['metadata', 'finalizers'], finalizers);
  if (isNamespace) put(going, ['status', 'phase'], 'Terminating');
  return dryRun ? going : world.store.replace(target.kind, going);
}

/** Deletes every selected object of a collection and answers with the list. */
export function deleteCollection(world: World, call: Call, target: Target): ApiReply {
  const options = deleteOptions(call);
  const selected = world.store.list(target.kind).filter(selecting(call, target));
  const dryRun = isDryRun({ ...call, query: new URLSearchParams() }, options);
  const items = selected.map((object): Tree => {
    const one: Target = { ...target, namespace: namespaceOf(object), name: nameOf(object) };
    const left = remove(world, { object, target: one, options, dryRun, policy: policyOf(options) });
    const shown = left['kind'] === 'Status' ? object : left;
    return target.kind.custom ? shown : { ...shown, kind: undefined, apiVersion: undefined };
  });
  const metadata = { resourceVersion: String(world.store.revision()) };
  return { status: 200, body: { kind: `${target.kind.kind}List`, apiVersion: apiVersionOf(target.kind), metadata, items } };
}
