import { sha256 } from '../../../kernel/hash.ts';
import { fillRequests } from '../api/pod-defaults.ts';
import { at, nameOf, namespaceOf, put, textAt, treesAt } from '../tree.ts';
import type { KubeObject, Tree } from '../tree.ts';
import { qosOf } from './pod-status.ts';
import { safeEncode } from './world.ts';

const tokenPath = '/var/run/secrets/kubernetes.io/serviceaccount';
const patience: readonly Tree[] = ['not-ready', 'unreachable'].map((what) => ({
  key: `node.kubernetes.io/${what}`,
  operator: 'Exists',
  effect: 'NoExecute',
  tolerationSeconds: 300,
}));

/** What the admission plugins that every cluster has make of a new pod: its account with a token, its patience with nodes, its priority. */
export function admitPod(pod: KubeObject): void {
  const account = textAt(pod, 'spec', 'serviceAccountName') || 'default';
  put(pod, ['spec', 'serviceAccountName'], account);
  put(pod, ['spec', 'serviceAccount'], account);
  for (const [key, value] of [
    ['priority', 0],
    ['preemptionPolicy', 'PreemptLowerPriority'],
    ['enableServiceLinks', true],
  ] as const)
    if (at(pod, 'spec', key) === undefined) put(pod, ['spec', key], value);
  const known = treesAt(pod, 'spec', 'tolerations');
  const missing = patience.filter((each) => !known.some((toleration) => bears(toleration, each)));
  put(pod, ['spec', 'tolerations'], [...known, ...missing.map((each) => ({ ...each }))]);
  fillRequests(pod);
  if (at(pod, 'spec', 'automountServiceAccountToken') !== false) mountToken(pod);
  put(pod, ['status', 'qosClass'], qosOf(treesAt(pod, 'spec', 'containers')));
}

function bears(toleration: Tree, taint: Tree): boolean {
  const [key, effect] = [textAt(toleration, 'key'), textAt(toleration, 'effect')];
  return (key === '' || key === taint['key']) && (effect === '' || effect === taint['effect']);
}

function mountToken(pod: KubeObject): void {
  const containers = [...treesAt(pod, 'spec', 'containers'), ...treesAt(pod, 'spec', 'initContainers')];
  const bare = containers.filter((each) => !treesAt(each, 'volumeMounts').some((mount) => mount['mountPath'] === tokenPath));
  if (bare.length === 0) return;
  const name = `kube-api-access-${safeEncode(sha256(`${namespaceOf(pod)}/${nameOf(pod)}`).slice(0, 5))}`;
  for (const container of bare)
    put(container, ['volumeMounts'], [...treesAt(container, 'volumeMounts'), { name, readOnly: true, mountPath: tokenPath }]);
  const sources: Tree[] = [
    { serviceAccountToken: { expirationSeconds: 3607, path: 'token' } },
    { configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
    { downwardAPI: { items: [{ path: 'namespace', fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.namespace' } }] } },
  ];
  put(pod, ['spec', 'volumes'], [...treesAt(pod, 'spec', 'volumes'), { name, projected: { sources, defaultMode: 0o644 } }]);
}
