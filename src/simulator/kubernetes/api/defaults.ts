import { at, isTree, put, treeAt, treesAt } from '../tree.ts';
import type { KubeObject, Tree, Value } from '../tree.ts';

function fill(tree: Tree, keys: readonly string[], value: Value): void {
  if (at(tree, ...keys) === undefined) put(tree, keys, value);
}

const probe: Tree = { timeoutSeconds: 1, periodSeconds: 10, successThreshold: 1, failureThreshold: 3 };

function fillPodSpec(spec: Tree): void {
  const defaults: Tree = {
    restartPolicy: 'Always',
    terminationGracePeriodSeconds: 30,
    dnsPolicy: 'ClusterFirst',
    securityContext: {},
    schedulerName: 'default-scheduler',
  };
  for (const [key, value] of Object.entries(defaults)) if (value !== undefined) fill(spec, [key], structuredClone(value));
  for (const container of [...treesAt(spec, 'containers'), ...treesAt(spec, 'initContainers')]) {
    fill(container, ['resources'], {});
    fill(container, ['terminationMessagePath'], '/dev/termination-log');
    fill(container, ['terminationMessagePolicy'], 'File');
    const image = container['image'];
    fill(
      container,
      ['imagePullPolicy'],
      typeof image === 'string' && /(^[^:]+$|:latest$)/.test(image.split('/').at(-1) ?? '') ? 'Always' : 'IfNotPresent',
    );
    for (const port of treesAt(container, 'ports')) fill(port, ['protocol'], 'TCP');
    for (const name of ['readinessProbe', 'livenessProbe', 'startupProbe'])
      if (isTree(container[name]))
        for (const [key, value] of Object.entries(probe)) if (value !== undefined) fill(container, [name, key], value);
  }
}

const ofKind: Readonly<Record<string, (object: KubeObject) => void>> = {
  Pod: (pod) => {
    fillPodSpec(specOf(pod));
    fill(pod, ['status'], { phase: 'Pending' });
  },
  Deployment: (deployment) => {
    fill(deployment, ['spec', 'replicas'], 1);
    fill(deployment, ['spec', 'revisionHistoryLimit'], 10);
    fill(deployment, ['spec', 'progressDeadlineSeconds'], 600);
    fill(deployment, ['spec', 'strategy', 'type'], 'RollingUpdate');
    if (at(deployment, 'spec', 'strategy', 'type') === 'RollingUpdate') {
      fill(deployment, ['spec', 'strategy', 'rollingUpdate', 'maxSurge'], '25%');
      fill(deployment, ['spec', 'strategy', 'rollingUpdate', 'maxUnavailable'], '25%');
    }
    fillTemplate(deployment);
  },
  ReplicaSet: (set) => {
    fill(set, ['spec', 'replicas'], 1);
    fillTemplate(set);
  },
  StatefulSet: (set) => {
    fill(set, ['spec', 'replicas'], 1);
    fill(set, ['spec', 'podManagementPolicy'], 'OrderedReady');
    fill(set, ['spec', 'revisionHistoryLimit'], 10);
    fill(set, ['spec', 'updateStrategy'], { type: 'RollingUpdate', rollingUpdate: { partition: 0 } });
    fillTemplate(set);
  },
  DaemonSet: (set) => {
    fill(set, ['spec', 'revisionHistoryLimit'], 10);
    fill(set, ['spec', 'updateStrategy'], { type: 'RollingUpdate', rollingUpdate: { maxSurge: 0, maxUnavailable: 1 } });
    fillTemplate(set);
  },
  Job: (job) => {
    for (const [key, value] of Object.entries({
      parallelism: 1,
      completions: 1,
      backoffLimit: 6,
      suspend: false,
      completionMode: 'NonIndexed',
    }))
      fill(job, ['spec', key], value);
    const labels = treeAt(job, 'spec', 'template', 'metadata', 'labels');
    fill(job, ['spec', 'selector'], { matchLabels: { 'batch.kubernetes.io/job-name': at(job, 'metadata', 'name') ?? '' } });
    put(job, ['spec', 'template', 'metadata', 'labels'], {
      ...labels,
      'batch.kubernetes.io/job-name': at(job, 'metadata', 'name'),
      'job-name': at(job, 'metadata', 'name'),
    });
    fillTemplate(job);
  },
  CronJob: (job) => {
    for (const [key, value] of Object.entries({
      concurrencyPolicy: 'Allow',
      suspend: false,
      successfulJobsHistoryLimit: 3,
      failedJobsHistoryLimit: 1,
    }))
      fill(job, ['spec', key], value);
  },
  Service: (service) => {
    fill(service, ['spec', 'type'], 'ClusterIP');
    fill(service, ['spec', 'sessionAffinity'], 'None');
    for (const port of treesAt(service, 'spec', 'ports')) {
      fill(port, ['protocol'], 'TCP');
      fill(port, ['targetPort'], port['port'] ?? 0);
    }
  },
  Secret: (secret) => fill(secret, ['type'], 'Opaque'),
  Namespace: (namespace) => {
    fill(namespace, ['spec', 'finalizers'], ['kubernetes']);
    fill(namespace, ['status', 'phase'], 'Active');
    fill(namespace, ['metadata', 'labels', 'kubernetes.io/metadata.name'], at(namespace, 'metadata', 'name') ?? '');
  },
  HorizontalPodAutoscaler: (scaler) => fill(scaler, ['spec', 'minReplicas'], 1),
  PersistentVolumeClaim: (claim) => {
    fill(claim, ['spec', 'volumeMode'], 'Filesystem');
    fill(claim, ['status', 'phase'], 'Bound');
  },
};

/** The tree itself, so that what is filled in stands in the object. */
function specOf(object: Tree, ...keys: readonly string[]): Tree {
  const path = [...keys, 'spec'];
  fill(object, path, {});
  return treeAt(object, ...path);
}

function fillTemplate(object: KubeObject): void {
  fillPodSpec(specOf(object, 'spec', 'template'));
}

/** What the API server adds to an object that does not say it. */
export function fillDefaults(object: KubeObject): void {
  if (Object.hasOwn(ofKind, object.kind)) ofKind[object.kind]?.(object);
}
