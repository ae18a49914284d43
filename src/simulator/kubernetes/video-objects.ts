import type { Tree } from './tree.ts';

export const namespace = 'video-processing';

type Container = { name: string; image: string; port?: number; requests: Readonly<Record<string, string>>; gpu?: boolean; config?: string };
type Workload = {
  name: string;
  replicas: number;
  labels: Readonly<Record<string, string>>;
  container: Container;
  namespace?: string;
  pool?: string;
};

function containerOf({ name, image, port, requests, gpu, config }: Container): Tree {
  return {
    name,
    image,
    ...(port === undefined
      ? {}
      : { ports: [{ name: 'http', containerPort: port }], readinessProbe: { httpGet: { path: '/health', port } } }),
    ...(config === undefined ? {} : { envFrom: [{ configMapRef: { name: config } }] }),
    resources: {
      requests: { ...requests, ...(gpu === true ? { 'nvidia.com/gpu': '1' } : {}) },
      limits: gpu === true ? { 'nvidia.com/gpu': '1' } : {},
    },
  };
}

function deployment({ name, replicas, labels, container, pool, namespace: where = namespace }: Workload): Tree {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace: where, labels: { app: name, ...labels } },
    spec: {
      replicas,
      selector: { matchLabels: { 'app.kubernetes.io/name': name } },
      template: {
        metadata: { labels: { app: name, 'app.kubernetes.io/name': name, ...labels } },
        spec: {
          containers: [containerOf(container)],
          ...(pool === undefined ? {} : { nodeSelector: { pool } }),
        },
      },
    },
  };
}

function service(name: string, port: number, where = namespace): Tree {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace: where, labels: { app: name } },
    spec: { selector: { 'app.kubernetes.io/name': name }, ports: [{ name: 'http', port, targetPort: port }] },
  };
}

function node(name: string, pool: 'gpu' | 'general'): Tree {
  const capacity =
    pool === 'gpu' ? { cpu: '32', memory: '128Gi', pods: '110', 'nvidia.com/gpu': '4' } : { cpu: '16', memory: '64Gi', pods: '110' };
  const good = (type: string, reason: string): Tree => ({
    type,
    status: 'False',
    reason,
    lastHeartbeatTime: null,
    lastTransitionTime: null,
  });
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name,
      labels: {
        pool,
        'kubernetes.io/hostname': name,
        'kubernetes.io/os': 'linux',
        ...(pool === 'gpu' ? { 'nvidia.com/gpu.present': 'true' } : {}),
      },
    },
    spec: {},
    status: {
      capacity,
      allocatable: capacity,
      conditions: [
        good('MemoryPressure', 'KubeletHasSufficientMemory'),
        good('DiskPressure', 'KubeletHasNoDiskPressure'),
        { type: 'Ready', status: 'True', reason: 'KubeletReady', message: 'kubelet is posting ready status' },
      ],
      addresses: [
        { type: 'InternalIP', address: `10.0.0.${10 + Number(name.replaceAll(/\D/g, ''))}` },
        { type: 'Hostname', address: name },
      ],
      nodeInfo: {
        kubeletVersion: 'v1.36.3',
        osImage: 'Debian GNU/Linux 13 (trixie)',
        kernelVersion: '6.12.0-amd64',
        containerRuntimeVersion: 'containerd://2.1.4',
        architecture: 'amd64',
        operatingSystem: 'linux',
      },
    },
  };
}

const worker = { app: 'worker' };
const small = { cpu: '500m', memory: '512Mi' };

/** What stands in the example cluster before anything happens, in the order in which it is created. */
export const videoObjects: readonly Tree[] = [
  ...['gpu-1', 'gpu-2', 'gpu-3'].map((name) => node(name, 'gpu')),
  ...['general-1', 'general-2'].map((name) => node(name, 'general')),
  ...[namespace, 'monitoring'].map((name): Tree => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } })),
  {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'api-gateway-config', namespace },
    data: { DB_HOST: 'postgres.video-processing.svc', DB_MAX_CONNECTIONS: '20', LOG_LEVEL: 'info' },
  },
  {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'database', namespace },
    type: 'Opaque',
    data: { password: 'c2ltdWxhdGVkLW5vdC1hLXNlY3JldA==' },
  },
  deployment({
    name: 'gpu-worker',
    replicas: 3,
    labels: worker,
    pool: 'gpu',
    container: {
      name: 'worker',
      image: 'registry.invalid/video/gpu-worker:2.14.0',
      port: 8080,
      requests: { cpu: '2', memory: '8Gi' },
      gpu: true,
    },
  }),
  deployment({
    name: 'asr-worker',
    replicas: 2,
    labels: worker,
    container: { name: 'worker', image: 'registry.invalid/video/asr-worker:1.9.2', port: 8080, requests: { cpu: '1', memory: '2Gi' } },
  }),
  withTracking(
    deployment({
      name: 'api-gateway',
      replicas: 2,
      labels: {},
      container: {
        name: 'api',
        image: 'registry.invalid/video/api-gateway:5.3.1',
        port: 8080,
        requests: small,
        config: 'api-gateway-config',
      },
    }),
  ),
  deployment({
    name: 'job-orchestrator',
    replicas: 1,
    labels: {},
    container: { name: 'orchestrator', image: 'registry.invalid/video/job-orchestrator:3.0.4', port: 8080, requests: small },
  }),
  deployment({
    name: 'nats',
    replicas: 1,
    labels: {},
    container: { name: 'nats', image: 'registry.invalid/nats:2.11.8', port: 4222, requests: small },
  }),
  deployment({
    name: 'prometheus',
    namespace: 'monitoring',
    replicas: 1,
    labels: {},
    container: { name: 'prometheus', image: 'registry.invalid/prometheus:3.5.0', port: 9090, requests: { cpu: '1', memory: '4Gi' } },
  }),
  ...['gpu-worker', 'asr-worker', 'api-gateway', 'job-orchestrator'].map((name) => service(name, 8080)),
  service('nats', 4222),
  service('prometheus', 9090, 'monitoring'),
  {
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata: { name: 'asr-worker', namespace },
    spec: {
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'asr-worker' },
      minReplicas: 2,
      maxReplicas: 4,
      metrics: [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 80 } } }],
    },
  },
  {
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: { name: 'api-gateway', namespace },
    spec: { minAvailable: 1, selector: { matchLabels: { 'app.kubernetes.io/name': 'api-gateway' } } },
  },
];

/** Argo CD marks what it manages by a label, or by an annotation. */
function withTracking(object: Tree): Tree {
  const metadata = object['metadata'];
  if (typeof metadata !== 'object' || metadata === null || Array.isArray(metadata)) return object;
  const labels = metadata['labels'];
  const known = typeof labels === 'object' && labels !== null && !Array.isArray(labels) ? labels : {};
  return {
    ...object,
    metadata: {
      ...metadata,
      labels: { ...known, 'argocd.argoproj.io/instance': 'video-api' },
      annotations: { 'argocd.argoproj.io/tracking-id': `video-api:apps/Deployment:${namespace}/api-gateway` },
    },
  };
}
