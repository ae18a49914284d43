import { some } from '../controllers/replica-set.ts';
import type { World } from '../controllers/world.ts';
import { selectorText } from '../selectors.ts';
import { badRequest, conflict, invalid, invalidPatch } from '../status.ts';
import { at, copyOf, nameOf, namespaceOf, numberAt, put, textAt, treeAt, uidOf } from '../tree.ts';
import type { KubeObject, Tree } from '../tree.ts';
import type { ApiReply, Call, Target } from './call.ts';
import { readJson } from './call.ts';
import { patched } from './patch.ts';
import { requireObject, subjectOf } from './read.ts';
import { wrongTypeIn } from './types.ts';
import { storeChanged } from './write.ts';

function scaleOf(object: KubeObject): Tree {
  return {
    kind: 'Scale',
    apiVersion: 'autoscaling/v1',
    metadata: {
      name: nameOf(object),
      namespace: namespaceOf(object),
      uid: uidOf(object),
      resourceVersion: textAt(object, 'metadata', 'resourceVersion'),
      creationTimestamp: textAt(object, 'metadata', 'creationTimestamp'),
    },
    spec: some({ replicas: numberAt(object, 'spec', 'replicas') }),
    status: { replicas: numberAt(object, 'status', 'replicas'), selector: selectorText(at(object, 'spec', 'selector')) },
  };
}

/** GET, PUT and PATCH of `…/NAME/scale`. */
export function scale(world: World, call: Call, target: Target): ApiReply {
  const before = requireObject(world, target);
  const present = scaleOf(before);
  if (call.method === 'GET') return { status: 200, body: present };
  const wanted = call.method === 'PUT' ? readJson(call) : patched(call, { ...target, kind: { ...target.kind, kind: 'Scale' } }, present);
  const version = textAt(wanted, 'metadata', 'resourceVersion');
  if (version !== '' && version !== textAt(before, 'metadata', 'resourceVersion')) throw conflict(subjectOf(target), target.name);
  const replicas = replicasIn(wanted, call, target);
  const after = copyOf(before);
  put(after, ['spec', 'replicas'], replicas);
  return { status: 200, body: scaleOf(storeChanged(world, { call, target, before, after })) };
}

function replicasIn(wanted: Tree, call: Call, target: Target): number {
  const replicas = treeAt(wanted, 'spec')['replicas'] ?? 0;
  const wrong = wrongTypeIn({ ...wanted, kind: 'Scale' });
  if (wrong !== undefined || typeof replicas !== 'number')
    throw call.method === 'PUT' ? badRequest(wrong?.decoded ?? '') : invalidPatch(JSON.stringify(wanted), wrong?.decoded ?? '');
  if (replicas >= 0) return replicas;
  const message = `Invalid value: ${replicas}: must be greater than or equal to 0`;
  throw invalid({ group: 'autoscaling', kind: 'Scale' }, target.name, [{ field: 'spec.replicas', reason: 'FieldValueInvalid', message }]);
}
