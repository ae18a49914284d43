import type { Ask } from './sides.ts';

const shop = '/api/v1/namespaces/shop';
const apps = '/apis/apps/v1/namespaces/shop';
const strategic = 'application/strategic-merge-patch+json';
const merge = 'application/merge-patch+json';
const json = 'application/json-patch+json';
const get = (path: string): Ask => ({ method: 'GET', path });
const post = (path: string, body: unknown): Ask => ({ method: 'POST', path, body });
const put = (path: string, body: unknown): Ask => ({ method: 'PUT', path, body });
const patch = (path: string, body: unknown, type = merge): Ask => ({ method: 'PATCH', path, body, type });
const remove = (path: string, body?: unknown): Ask => ({ method: 'DELETE', path, ...(body === undefined ? {} : { body }) });
const template = (spec: object, metadata?: object) => ({ spec: { template: { ...(metadata === undefined ? {} : { metadata }), spec } } });
const configMap = (name: string, data: object = {}) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, labels: { made: 'here' } },
  data,
});
const eviction = (name: string, more: object = {}) => ({
  apiVersion: 'policy/v1',
  kind: 'Eviction',
  metadata: { name, namespace: 'shop' },
  ...more,
});
const web = `${apps}/deployments/web`;
/** A paused deployment without pods, so that nothing but the requests changes it. */
const still = `${apps}/deployments/still`;

export const stillDeployment = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'still', namespace: 'shop', labels: { app: 'still', old: 'x' }, annotations: { note: 'a' } },
  spec: {
    replicas: 0,
    paused: true,
    selector: { matchLabels: { app: 'still' } },
    template: {
      metadata: { labels: { app: 'still' } },
      spec: {
        containers: [
          {
            name: 'a',
            image: 'a:1',
            env: [
              { name: 'A', value: '1' },
              { name: 'B', value: '2' },
            ],
            ports: [{ containerPort: 80 }],
          },
          { name: 'b', image: 'b:1' },
        ],
        volumes: [{ name: 'v', emptyDir: {} }],
      },
    },
  },
};

/** Requests that change something, one after the other; what each is answered is compared, and what `GET` shows afterwards. */
export const changes: readonly Ask[] = [
  // Strategic merge patches: lists by name, order, deletions.
  patch(still, template({ containers: [{ name: 'b', image: 'b:2' }] }), strategic),
  patch(
    still,
    template({
      containers: [
        {
          name: 'a',
          env: [
            { name: 'B', value: '3' },
            { name: 'C', value: '4' },
          ],
        },
      ],
    }),
    strategic,
  ),
  patch(still, template({ containers: [{ name: 'a', env: [{ name: 'A', $patch: 'delete' }] }] }), strategic),
  patch(still, template({ containers: [{ name: 'new', image: 'n:1' }] }), strategic),
  patch(
    still,
    template({ $setElementOrder: undefined, '$setElementOrder/containers': [{ name: 'b' }, { name: 'a' }, { name: 'new' }] }),
    strategic,
  ),
  patch(still, template({ containers: [{ name: 'a', ports: [{ containerPort: 80, name: 'http' }, { containerPort: 81 }] }] }), strategic),
  patch(still, template({ containers: [{ name: 'new', $patch: 'delete' }] }), strategic),
  patch(still, template({ containers: [{ name: 'a', env: null }] }), strategic),
  patch(still, template({ containers: [{ name: 'a', command: ['x', 'y'], args: ['z'] }] }), strategic),
  patch(still, template({ containers: [{ name: 'a', command: ['w'] }] }), strategic),
  patch(still, template({ volumes: [{ name: 'w', emptyDir: {} }] }), strategic),
  patch(still, template({ volumes: [{ $retainKeys: ['name', 'configMap'], name: 'v', configMap: { name: 'settings' } }] }), strategic),
  patch(still, template({ tolerations: [{ key: 'a', operator: 'Exists' }] }), strategic),
  patch(still, template({ tolerations: [{ key: 'b', operator: 'Exists' }] }), strategic),
  patch(still, template({ nodeSelector: { pool: 'x', zone: 'y' } }, { annotations: { one: '1', two: '2' } }), strategic),
  patch(still, template({ nodeSelector: { zone: null } }, { annotations: { one: null } }), strategic),
  patch(still, { spec: { template: { metadata: { annotations: { $patch: 'replace', three: '3' } } } } }, strategic),
  patch(still, { metadata: { labels: { old: null, new: 'y' } }, spec: { minReadySeconds: 1, paused: true } }, strategic),
  patch(still, { spec: { strategy: { $retainKeys: ['type'], type: 'Recreate' } } }, strategic),
  patch(still, {}, strategic),
  patch(`${shop}/services/web`, { spec: { ports: [{ port: 9090, name: 'measures' }] } }, strategic),
  patch(`${shop}/configmaps/settings`, { data: { key: null, more: 'x' } }, strategic),
  patch(`${shop}/configmaps/settings`, { metadata: { finalizers: ['example.com/a'] } }, strategic),
  patch(`${shop}/configmaps/settings`, { metadata: { finalizers: ['example.com/b'] } }, strategic),
  patch(
    `${shop}/configmaps/settings`,
    { metadata: { '$deleteFromPrimitiveList/finalizers': ['example.com/a', 'example.com/b'] } },
    strategic,
  ),
  // Merge patches: null removes, lists are replaced.
  patch(still, { metadata: { annotations: { note: null, other: 'b' } }, spec: { minReadySeconds: null } }),
  patch(still, { spec: { strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 2, maxUnavailable: 0 } } } }),
  patch(still, template({ volumes: null, nodeSelector: null })),
  patch(still, template({ containers: [{ name: 'a', image: 'a:9' }] })),
  patch(still, { spec: { progressDeadlineSeconds: null, revisionHistoryLimit: 2 } }),
  patch(still, { status: { replicas: 7 }, metadata: { generation: 99 } }),
  patch(`${shop}/configmaps/settings`, { data: null }),
  patch(`${shop}/configmaps/settings`, { data: { 'a.conf': 'one\ntwo\n', key: 'value' } }),
  // JSON patches.
  patch(still, [{ op: 'replace', path: '/spec/template/spec/containers/0/image', value: 'a:10' }], json),
  patch(still, [{ op: 'add', path: '/metadata/annotations/a~1b', value: 'slash' }], json),
  patch(still, [{ op: 'replace', path: '/metadata/annotations/fresh', value: 'made' }], json),
  patch(
    still,
    [
      { op: 'test', path: '/metadata/annotations/a~1b', value: 'slash' },
      { op: 'remove', path: '/metadata/annotations/a~1b' },
    ],
    json,
  ),
  patch(still, [{ op: 'add', path: '/spec/template/spec/containers/-', value: { name: 'z', image: 'z:1' } }], json),
  patch(still, [{ op: 'add', path: '/spec/template/spec/containers/0', value: { name: 'y', image: 'y:1' } }], json),
  patch(still, [{ op: 'remove', path: '/spec/template/spec/containers/1' }], json),
  patch(still, [{ op: 'move', from: '/metadata/annotations/other', path: '/metadata/annotations/moved' }], json),
  patch(still, [{ op: 'copy', from: '/metadata/annotations/moved', path: '/metadata/annotations/copied' }], json),
  patch(still, [], json),
  get(still),
  // Dry runs: answered as if done, and nothing is kept.
  patch(`${still}?dryRun=All`, { spec: { replicas: 5 } }),
  patch(`${still}/scale?dryRun=All`, { spec: { replicas: 5 } }),
  patch(`${shop}/configmaps/settings?dryRun=All`, { data: { key: 'other' } }),
  post(`${shop}/configmaps?dryRun=All`, configMap('dry')),
  post(`${apps}/deployments?dryRun=All`, { ...stillDeployment, metadata: { name: 'dry' } }),
  remove(`${shop}/configmaps/settings?dryRun=All`),
  remove(`${shop}/pods/lone`, { dryRun: ['All'] }),
  post(`${shop}/pods/lone/eviction?dryRun=All`, eviction('lone')),
  post(`${shop}/pods/lone/eviction`, eviction('lone', { deleteOptions: { dryRun: ['All'] } })),
  remove(still, { propagationPolicy: 'Foreground', dryRun: ['All'] }),
  get(still),
  get(`${shop}/configmaps/settings`),
  get(`${shop}/configmaps/dry`),
  get(`${apps}/deployments/dry`),
  // Subresources.
  get(`${web}/scale`),
  get(`${web}/status`),
  get(`${apps}/statefulsets/db/scale`),
  patch(`${still}/scale`, { spec: { replicas: 0 } }),
  patch(`${still}/status`, { status: { observedGeneration: 1 }, spec: { replicas: 8 } }),
  put(`${still}/scale`, {
    apiVersion: 'autoscaling/v1',
    kind: 'Scale',
    metadata: { name: 'still', namespace: 'shop' },
    spec: { replicas: 0 },
  }),
  patch(`${shop}/pods/lone`, { spec: { containers: [{ name: 'a', image: 'x:2' }] } }, strategic),
  patch(`${shop}/pods/lone`, { metadata: { labels: { extra: 'x' } } }),
  // Evictions, with and without a budget that has nothing to spare.
  post(`${shop}/pods/guarded/eviction`, eviction('guarded')),
  post(`${shop}/pods/guarded/eviction?dryRun=All`, eviction('guarded')),
  post(`${shop}/pods/guarded/eviction`, eviction('other')),
  post(`${shop}/pods/lone/eviction`, eviction('lone')),
  // Selectors, pages.
  ...[
    'app%3Dweb',
    'app%21%3Dweb',
    'app%20in%20(web%2Cdb)',
    'app%20notin%20(web)',
    '%21run',
    'run',
    'app%3Dweb%2Ctier%3Dfront',
    'tier%3D%3Dfront',
  ].map((selector) => get(`${shop}/configmaps?labelSelector=${selector}`)),
  ...['metadata.name%3Dweb', 'metadata.name%21%3Dweb', 'metadata.namespace%3Dshop', 'spec.type%3DClusterIP'].map((selector) =>
    get(`${shop}/services?fieldSelector=${selector}`),
  ),
  get(`${shop}/configmaps?limit=2`),
  get(`${shop}/configmaps?limit=9`),
  // Creations, replacements and deletions.
  post(`${shop}/configmaps`, configMap('one', { a: 'b' })),
  post(`${shop}/configmaps`, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { generateName: 'made-' } }),
  put(`${shop}/configmaps/one`, configMap('one', { c: 'd' })),
  put(`${shop}/configmaps/one`, configMap('one', { c: 'd' })),
  post(`${shop}/configmaps`, configMap('two')),
  remove(`${shop}/configmaps/one`),
  remove(`${shop}/configmaps/one`),
  remove(`${shop}/configmaps?labelSelector=made%3Dhere`),
  remove(`${shop}/persistentvolumeclaims/data`),
  get(`${shop}/persistentvolumeclaims/data`),
  remove(`${apps}/deployments/slow`, { propagationPolicy: 'Orphan' }),
  get(`${apps}/deployments/slow`),
  remove(`${apps}/daemonsets/agent`, { propagationPolicy: 'Foreground' }),
  get(`${apps}/daemonsets/agent`),
  remove(`${apps}/statefulsets/db`),
  get(`${apps}/statefulsets/db`),
  remove(still, { propagationPolicy: 'Background' }),
  remove('/apis/batch/v1/namespaces/shop/jobs/report', { propagationPolicy: 'Background' }),
  remove(`${shop}/pods/guarded?gracePeriodSeconds=0`),
  get(`${shop}/pods/guarded`),
];
