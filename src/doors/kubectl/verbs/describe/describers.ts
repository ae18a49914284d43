import type { ResourceType } from '../../api.ts';
import { autoscaler } from './autoscaler.ts';
import { binding, storageClassDescriber } from './bindings.ts';
import { configMap, secret } from './content.ts';
import { generic } from './generic.ts';
import { ingress } from './ingress.ts';
import { cronJob, job } from './jobs.ts';
import { limitRange, namespace, resourceQuota } from './namespace.ts';
import { node } from './node.ts';
import { pod } from './pod.ts';
import type { Describer } from './reading.ts';
import { service } from './service.ts';
import { claim, volume } from './storage.ts';
import { daemonSet, deployment, disruptionBudget, replicaSet, serviceAccount, statefulSet } from './workloads.ts';

/** Kinds with a description of their own, by "Kind.group"; everything else is shown field by field. */
const describers: Readonly<Record<string, Describer>> = {
  'Pod.': pod,
  'Secret.': secret,
  'Service.': service,
  'ServiceAccount.': serviceAccount,
  'Node.': node,
  'LimitRange.': limitRange,
  'ResourceQuota.': resourceQuota,
  'PersistentVolume.': volume,
  'PersistentVolumeClaim.': claim,
  'Namespace.': namespace,
  'ConfigMap.': configMap,
  'HorizontalPodAutoscaler.autoscaling': autoscaler,
  'Ingress.networking.k8s.io': ingress,
  'Job.batch': job,
  'CronJob.batch': cronJob,
  'StatefulSet.apps': statefulSet,
  'Deployment.apps': deployment,
  'DaemonSet.apps': daemonSet,
  'ReplicaSet.apps': replicaSet,
  'PodDisruptionBudget.policy': disruptionBudget,
  'StorageClass.storage.k8s.io': storageClassDescriber,
  'RoleBinding.rbac.authorization.k8s.io': binding,
  'ClusterRoleBinding.rbac.authorization.k8s.io': binding,
};

export function describerOf(type: ResourceType): Describer {
  return describers[`${type.kind}.${type.group}`] ?? generic;
}
