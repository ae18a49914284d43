import { generationKey } from '../controllers/daemon-set.ts';
import { at, isTree, put, textsOf, treeAt, treesAt } from '../tree.ts';
import type { KubeObject, Tree, Value } from '../tree.ts';
import { fill, fillAll, fillPodSpec, fillRequests } from './pod-defaults.ts';

const ofJob: Readonly<Record<string, Value>> = {
  parallelism: 1,
  completions: 1,
  backoffLimit: 6,
  suspend: false,
  completionMode: 'NonIndexed',
  manualSelector: false,
  podReplacementPolicy: 'TerminatingOrFailed',
};

const ofKind: Readonly<Record<string, (object: KubeObject) => void>> = {
  Pod: (pod) => {
    fillPodSpec(specOf(pod));
    fill(pod, ['spec', 'enableServiceLinks'], true);
    fillRequests(pod);
    fill(pod, ['status', 'phase'], 'Pending');
  },
  Deployment: (deployment) => {
    fillAll(deployment, ['spec'], { replicas: 1, revisionHistoryLimit: 10, progressDeadlineSeconds: 600 });
    fill(deployment, ['spec', 'strategy', 'type'], 'RollingUpdate');
    if (at(deployment, 'spec', 'strategy', 'type') === 'RollingUpdate')
      fillAll(deployment, ['spec', 'strategy', 'rollingUpdate'], { maxSurge: '25%', maxUnavailable: '25%' });
    fillTemplate(deployment);
    fill(deployment, ['status'], {});
  },
  ReplicaSet: (set) => {
    fill(set, ['spec', 'replicas'], 1);
    fillTemplate(set);
    fill(set, ['status'], { replicas: 0 });
  },
  StatefulSet: (set) => {
    fillAll(set, ['spec'], {
      replicas: 1,
      podManagementPolicy: 'OrderedReady',
      revisionHistoryLimit: 10,
      updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 0 } },
      persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Retain', whenScaled: 'Retain' },
    });
    fillTemplate(set);
    fill(set, ['status'], { replicas: 0, availableReplicas: 0 });
  },
  DaemonSet: (set) => {
    const updateStrategy = { type: 'RollingUpdate', rollingUpdate: { maxSurge: 0, maxUnavailable: 1 } };
    fillAll(set, ['spec'], { revisionHistoryLimit: 10, updateStrategy });
    fill(set, ['metadata', 'annotations', generationKey], '1');
    fillTemplate(set);
    fill(set, ['status'], { currentNumberScheduled: 0, numberMisscheduled: 0, desiredNumberScheduled: 0, numberReady: 0 });
  },
  Job: (job) => {
    fillAll(job, ['spec'], ofJob);
    fillTemplate(job);
    const labels = treeAt(job, 'spec', 'template', 'metadata', 'labels');
    if (Object.keys(labels).length > 0) fill(job, ['metadata', 'labels'], labels);
    fill(job, ['status'], {});
  },
  CronJob: (job) => {
    fillAll(job, ['spec'], { concurrencyPolicy: 'Allow', suspend: false, successfulJobsHistoryLimit: 3, failedJobsHistoryLimit: 1 });
    fill(job, ['spec', 'jobTemplate', 'metadata'], {});
    fill(job, ['spec', 'jobTemplate', 'spec', 'template', 'metadata'], {});
    fillPodSpec(specOf(job, 'spec', 'jobTemplate', 'spec', 'template'));
    fill(job, ['status'], {});
  },
  Service: fillService,
  Secret: fillSecret,
  Event: (event) => fill(event, ['eventTime'], null),
  Namespace: (namespace) => {
    fill(namespace, ['spec', 'finalizers'], ['kubernetes']);
    fill(namespace, ['status', 'phase'], 'Active');
    fill(namespace, ['metadata', 'labels', 'kubernetes.io/metadata.name'], at(namespace, 'metadata', 'name') ?? '');
  },
  HorizontalPodAutoscaler: (scaler) => {
    fill(scaler, ['spec', 'minReplicas'], 1);
    fill(scaler, ['status'], { desiredReplicas: 0, currentMetrics: null });
  },
  PodDisruptionBudget: (budget) =>
    fill(budget, ['status'], { disruptionsAllowed: 0, currentHealthy: 0, desiredHealthy: 0, expectedPods: 0 }),
  Ingress: (ingress) => fill(ingress, ['status'], { loadBalancer: {} }),
  PersistentVolumeClaim: (claim) => {
    fill(claim, ['spec', 'volumeMode'], 'Filesystem');
    fill(claim, ['status', 'phase'], 'Pending');
  },
};

function fillService(service: KubeObject): void {
  fill(service, ['spec', 'type'], 'ClusterIP');
  const type = at(service, 'spec', 'type');
  fill(service, ['spec', 'sessionAffinity'], 'None');
  for (const port of treesAt(service, 'spec', 'ports')) {
    fill(port, ['protocol'], 'TCP');
    fill(port, ['targetPort'], port['port'] ?? 0);
  }
  if (type !== 'ExternalName')
    fillAll(service, ['spec'], { ipFamilies: ['IPv4'], ipFamilyPolicy: 'SingleStack', internalTrafficPolicy: 'Cluster' });
  if (type === 'NodePort' || type === 'LoadBalancer') fill(service, ['spec', 'externalTrafficPolicy'], 'Cluster');
  fill(service, ['status'], { loadBalancer: {} });
}

/** `stringData` is for writing only: it ends up, encoded, among the data. */
function fillSecret(secret: KubeObject): void {
  fill(secret, ['type'], 'Opaque');
  for (const [key, value] of Object.entries(textsOf(treeAt(secret, 'stringData'))))
    put(secret, ['data', key], Buffer.from(value).toString('base64'));
  delete secret['stringData'];
}

/** The tree itself, so that what is filled in stands in the object. */
function specOf(object: Tree, ...keys: readonly string[]): Tree {
  const path = [...keys, 'spec'];
  fill(object, path, {});
  return treeAt(object, ...path);
}

function fillTemplate(object: KubeObject): void {
  fill(object, ['spec', 'template', 'metadata'], {});
  fillPodSpec(specOf(object, 'spec', 'template'));
}

/** What the API server adds to an object that does not say it. */
export function fillDefaults(object: KubeObject): void {
  if (Object.hasOwn(ofKind, object.kind)) ofKind[object.kind]?.(object);
  // Kubernetes: what is empty is not written.
  for (const path of [['metadata', 'labels'], ['metadata', 'annotations'], ['data'], ['binaryData']] as const) {
    const found = at(object, ...path);
    if (isTree(found) && Object.keys(found).length === 0) put(object, path, undefined);
  }
}
