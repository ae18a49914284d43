import { builtInKind } from '../resources.ts';
import { nameOf } from '../tree.ts';
import type { KubeObject } from '../tree.ts';
import { isGoing } from './world.ts';
import type { World } from './world.ts';

const [namespaces, accounts, maps] = [builtInKind('namespaces'), builtInKind('serviceaccounts'), builtInKind('configmaps')];

/** Gives each namespace the account that its pods run as, and the certificate that they trust. */
export function furnishNamespaces(world: World): undefined {
  for (const namespace of world.store
    .list(namespaces)
    .filter((each) => !isGoing(each))
    .map(nameOf)) {
    const metadata = (name: string): KubeObject['metadata'] => ({ name, namespace });
    if (world.store.get(accounts, namespace, 'default') === undefined)
      world.store.insert(accounts, { apiVersion: 'v1', kind: 'ServiceAccount', metadata: metadata('default') });
    if (world.store.get(maps, namespace, 'kube-root-ca.crt') === undefined)
      world.store.insert(maps, { apiVersion: 'v1', kind: 'ConfigMap', metadata: metadata('kube-root-ca.crt'), data: { 'ca.crt': '' } });
  }
  return undefined;
}
