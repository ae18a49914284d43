import { admitPod } from '../controllers/admit-pod.ts';
import { claimProtection } from '../controllers/garbage.ts';
import type { World } from '../controllers/world.ts';
import { at, listAt, nameOf, put, textAt, treeAt } from '../tree.ts';
import type { KubeObject, Tree } from '../tree.ts';

/** What the server itself draws or adds when an object is created, before its defaults. */
export function admitNew(world: World, object: KubeObject): void {
  switch (object.kind) {
    case 'Pod':
      return admitPod(object);
    case 'Service':
      return giveAddress(world, object);
    case 'Job':
      return labelJob(world, object);
    case 'PersistentVolumeClaim':
      return put(object, ['metadata', 'finalizers'], [...new Set([...listAt(object, 'metadata', 'finalizers'), claimProtection])]);
    default:
  }
}

function giveAddress(world: World, service: KubeObject): void {
  if (textAt(service, 'spec', 'type') === 'ExternalName') return;
  const given = textAt(service, 'spec', 'clusterIP');
  const address = given === '' ? `10.96.${Math.floor(world.random() * 250)}.${1 + Math.floor(world.random() * 250)}` : given;
  put(service, ['spec', 'clusterIP'], address);
  put(service, ['spec', 'clusterIPs'], [address]);
}

/** A job selects its pods by its own uid, which is therefore drawn before it is stored. */
function labelJob(world: World, job: KubeObject): void {
  if (at(job, 'spec', 'manualSelector') === true) return;
  const uid = world.store.drawUid();
  put(job, ['metadata', 'uid'], uid);
  const own: Tree = { 'controller-uid': uid, 'job-name': nameOf(job) };
  for (const key of Object.keys(own)) own[`batch.kubernetes.io/${key}`] = own[key];
  put(job, ['spec', 'template', 'metadata', 'labels'], { ...treeAt(job, 'spec', 'template', 'metadata', 'labels'), ...own });
  put(job, ['spec', 'selector'], { matchLabels: { 'batch.kubernetes.io/controller-uid': uid } });
}
