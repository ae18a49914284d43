import { foreground } from '../controllers/garbage.ts';
import { endPod, suffix } from '../controllers/world.ts';
import type { World } from '../controllers/world.ts';
import { apiVersionOf } from '../resources.ts';
import { alreadyExists, ApiError, badRequest, conflict, forbidden, invalid, notFound } from '../status.ts';
import { copyOf, isTree, listAt, nameOf, namespaceOf, put, same, textAt, timeText, treeAt, uidOf } from '../tree.ts';
import type { KubeObject, Tree } from '../tree.ts';
import type { ApiReply, Call, Target } from './call.ts';
import { isDryRun, parsedJson, readObject } from './call.ts';
import { fillDefaults } from './defaults.ts';
import { noteManager } from './managed-fields.ts';
import { requireObject, selecting, subjectOf } from './read.ts';
import { validate } from './validate.ts';

const namespaces = { group: '', resource: 'namespaces' };

export function createObject(world: World, call: Call, target: Target): ApiReply {
  const object = readObject(call);
  checkKind(object, target);
  const namespace = namespaceFor(object, target);
  if (nameOf(object) === '' && textAt(object, 'metadata', 'generateName') !== '')
    put(object, ['metadata', 'name'], `${textAt(object, 'metadata', 'generateName')}${suffix(world, 5)}`);
  put(object, ['metadata', 'namespace'], target.kind.namespaced ? namespace : undefined);
  for (const key of ['uid', 'resourceVersion', 'creationTimestamp', 'generation', 'managedFields', 'deletionTimestamp'])
    put(object, ['metadata', key], undefined);
  if (target.kind.subresources.includes('status')) delete object['status'];
  requireNamespace(world, target, namespace);
  fillDefaults(object);
  validate(object, target.kind);
  if (world.store.get(target.kind, namespace, nameOf(object)) !== undefined) throw alreadyExists(subjectOf(target), nameOf(object));
  completeService(object, world);
  noteManager({ object, call, now: world.now(), subresource: '' });
  if (isDryRun(call))
    return {
      status: 201,
      body: {
        ...object,
        metadata: { ...treeAt(object, 'metadata'), uid: '00000000-0000-4000-8000-000000000000', creationTimestamp: timeText(world.now()) },
      },
    };
  return { status: 201, body: world.store.insert(target.kind, object) };
}

function checkKind(object: KubeObject, target: Target): void {
  const expected = apiVersionOf(target.kind);
  if (object.apiVersion !== expected)
    throw badRequest(`the API version in the data (${object.apiVersion}) does not match the expected API version (${expected})`);
  if (object.kind !== target.kind.kind)
    throw badRequest(
      `${object.kind} in version "${target.version}" cannot be handled as a ${target.kind.kind}: no kind "${object.kind}" is registered for version "${expected}"`,
    );
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

function completeService(object: KubeObject, world: World): void {
  if (object.kind !== 'Service' || textAt(object, 'spec', 'clusterIP') !== '' || textAt(object, 'spec', 'type') === 'ExternalName') return;
  const address = `10.96.${Math.floor(world.random() * 250)}.${1 + Math.floor(world.random() * 250)}`;
  put(object, ['spec', 'clusterIP'], address);
  put(object, ['spec', 'clusterIPs'], [address]);
}

/** Stores what a PUT or a patch made of an object, under the rules of its kind; only the part that the subresource names may change. */
export function storeChanged(
  world: World,
  { call, target, before, after }: { call: Call; target: Target; before: KubeObject; after: KubeObject },
): KubeObject {
  const object = copyOf(after);
  guardIdentity(object, before, target);
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
  validate(object, target.kind, before);
  if (same(object, before)) return before;
  noteManager({ object, before, call, now: world.now(), subresource: target.subresource });
  if (!isDryRun(call)) return world.store.replace(target.kind, object);
  const moved = !same({ ...before, metadata: {}, status: {} }, { ...object, metadata: {}, status: {} });
  if (moved && target.kind.generation) put(object, ['metadata', 'generation'], Number(treeAt(before, 'metadata')['generation'] ?? 0) + 1);
  return object;
}

function guardIdentity(object: KubeObject, before: KubeObject, target: Target): void {
  const name = nameOf(object);
  if (name !== nameOf(before)) throw badRequest(`the name of the object (${name}) does not match the name on the URL (${nameOf(before)})`);
  if (namespaceOf(object) !== namespaceOf(before))
    throw badRequest('the namespace of the provided object does not match the namespace sent on the request');
  const uid = uidOf(object);
  if (uid !== '' && uid !== uidOf(before)) {
    const why = `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${uidOf(before)}`;
    throw conflict(subjectOf(target), name, why);
  }
  const version = textAt(object, 'metadata', 'resourceVersion');
  if (version !== '' && version !== textAt(before, 'metadata', 'resourceVersion')) throw conflict(subjectOf(target), name);
}

export function updateObject(world: World, call: Call, target: Target): ApiReply {
  const object = readObject(call);
  checkKind(object, target);
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

function deleteOptions(call: Call): Tree {
  if (call.body.trim() === '') return {};
  const parsed = parsedJson(call.body);
  return isTree(parsed) ? parsed : {};
}

export function deleteObject(world: World, call: Call, target: Target): ApiReply {
  const options = deleteOptions(call);
  const object = requireObject(world, target);
  const wanted = treeAt(options, 'preconditions');
  for (const [key, present] of [
    ['uid', uidOf(object)],
    ['resourceVersion', textAt(object, 'metadata', 'resourceVersion')],
  ] as const) {
    const label = key === 'uid' ? 'UID' : 'ResourceVersion';
    if (typeof wanted[key] === 'string' && wanted[key] !== present)
      throw conflict(
        subjectOf(target),
        target.name,
        `Precondition failed: ${label} in precondition: ${wanted[key]}, ${label} in object meta: ${present}`,
      );
  }
  if (target.kind.resource === 'namespaces' && ['default', 'kube-system', 'kube-public'].includes(target.name))
    throw forbidden(subjectOf(target), target.name, 'this namespace may not be deleted');
  const dryRun = isDryRun(call, options);
  return { status: 200, body: remove(world, { object, target, options, dryRun, policy: policyOf(call, options) }) };
}

function policyOf(call: Call, options: Tree): string {
  const policy = call.query.get('propagationPolicy') ?? textAt(options, 'propagationPolicy');
  if (!['', 'Background', 'Foreground', 'Orphan'].includes(policy))
    throw new ApiError(
      422,
      `DeleteOptions.meta.k8s.io "" is invalid: propagationPolicy: Unsupported value: ${JSON.stringify(policy)}: supported values: "Foreground", "Background", "Orphan", "nil"`,
      { reason: 'Invalid' },
    );
  return options['orphanDependents'] === true ? 'Orphan' : policy;
}

type Removal = { object: KubeObject; target: Target; options: Tree; dryRun: boolean; policy: string };

function remove(world: World, removal: Removal): Tree {
  const { object, target, options, dryRun, policy } = removal;
  if (target.kind.resource === 'pods') {
    const grace = options['gracePeriodSeconds'];
    if (!dryRun) endPod(world, object, typeof grace === 'number' ? grace : undefined);
    return world.store.get(target.kind, target.namespace, target.name) ?? object;
  }
  const waiting = removeLater(world, removal);
  if (waiting !== undefined) return waiting;
  if (!dryRun) {
    if (policy === 'Orphan') orphan(world, object);
    world.store.remove(target.kind, object);
  }
  const { group, resource } = subjectOf(target);
  const details = { name: target.name, ...(group === '' ? {} : { group }), kind: resource, uid: uidOf(object) };
  return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', details };
}

/** What others must finish first is only marked; undefined for what can go at once. */
function removeLater(world: World, { object, target, dryRun, policy }: Removal): Tree | undefined {
  const finalizers = [...listAt(object, 'metadata', 'finalizers'), ...(policy === 'Foreground' ? [foreground] : [])];
  const isNamespace = target.kind.resource === 'namespaces';
  if (finalizers.length === 0 && !isNamespace) return undefined;
  const going = copyOf(object);
  put(going, ['metadata', 'deletionTimestamp'], timeText(world.now()));
  if (finalizers.length > 0) put(going, ['metadata', 'finalizers'], finalizers);
  if (isNamespace) put(going, ['status', 'phase'], 'Terminating');
  return dryRun ? going : world.store.replace(target.kind, going);
}

/** Leaves what belonged to an object without an owner. */
function orphan(world: World, owner: KubeObject): void {
  for (const kind of world.store.kinds())
    for (const object of world.store.list(kind, namespaceOf(owner))) {
      const references = listAt(object, 'metadata', 'ownerReferences');
      const left = references.filter((reference) => textAt(reference, 'uid') !== uidOf(owner));
      if (left.length === references.length) continue;
      const copy = copyOf(object);
      put(copy, ['metadata', 'ownerReferences'], left.length === 0 ? undefined : left);
      world.store.replace(kind, copy);
    }
}

/** Deletes every selected object of a collection and answers with the list. */
export function deleteCollection(world: World, call: Call, target: Target): ApiReply {
  const options = deleteOptions(call);
  const selected = world.store.list(target.kind).filter(selecting(call, target));
  const dryRun = isDryRun(call, options);
  const items = selected.map((object) => {
    const one: Target = { ...target, namespace: namespaceOf(object), name: nameOf(object) };
    return remove(world, { object, target: one, options, dryRun, policy: policyOf(call, options) });
  });
  const metadata = { resourceVersion: String(world.store.revision()) };
  return { status: 200, body: { kind: `${target.kind.kind}List`, apiVersion: apiVersionOf(target.kind), metadata, items } };
}
