import type { Ask } from './sides.ts';

const table = 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json';
const collections = {
  '/api/v1': ['pods', 'services', 'configmaps', 'secrets', 'persistentvolumeclaims', 'serviceaccounts'],
  '/apis/apps/v1': ['deployments', 'replicasets', 'statefulsets', 'daemonsets', 'controllerrevisions'],
  '/apis/batch/v1': ['jobs', 'cronjobs'],
  '/apis/autoscaling/v2': ['horizontalpodautoscalers'],
  '/apis/policy/v1': ['poddisruptionbudgets'],
  '/apis/networking.k8s.io/v1': ['ingresses'],
  '/apis/rbac.authorization.k8s.io/v1': ['roles', 'rolebindings'],
};
const paths = [
  ...Object.entries(collections).flatMap(([prefix, names]) => names.map((name) => `${prefix}/namespaces/shop/${name}`)),
  '/api/v1/namespaces/shop/events?fieldSelector=reason%3DBackOff,involvedObject.name%3Dlone,source%3Dkubelet',
  '/apis/events.k8s.io/v1/namespaces/shop/events?fieldSelector=reason%3DBackOff',
  '/api/v1/namespaces/shop',
  '/api/v1/nodes/node-0',
  '/api/v1/nodes',
];

/** Everything that was made, as objects and as rows with all columns. */
export const reads: readonly Ask[] = [
  ...paths.flatMap((path): Ask[] => [
    { method: 'GET', path },
    { method: 'GET', path, accept: table },
  ]),
  { method: 'GET', path: '/api/v1/namespaces/shop/pods?includeObject=Object', accept: table },
  { method: 'GET', path: '/api/v1/namespaces/shop/pods?includeObject=None', accept: table },
  { method: 'GET', path: '/api/v1/namespaces/shop/pods?includeObject=Nope', accept: table },
];
