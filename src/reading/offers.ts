import { problemOfValue } from './parameter-value.ts';
import type { Parameter } from './parameter.ts';

/** A value that may be chosen for a parameter, and where it comes from: "label pod of PodCrashLooping". */
export type Offer = { value: string; origin: string };

/** The labels of one alert of the incident. They come from outside and are checked like anything that is typed. */
export type AlertLabels = Readonly<Record<string, string>>;

const LABELS_OF_KIND: ReadonlyMap<string, readonly string[]> = new Map(
  Object.entries<readonly string[]>({
    pod: ['pod', 'pod_name', 'kubernetes_pod_name', 'exported_pod'],
    node: ['node', 'instance', 'nodename', 'host', 'kubernetes_node'],
    deployment: ['deployment', 'workload', 'app'],
    statefulset: ['statefulset', 'workload'],
    daemonset: ['daemonset', 'workload'],
    job: ['job_name', 'exported_job'],
    cronjob: ['cronjob'],
    service: ['service', 'svc'],
    'persistent volume claim': ['persistentvolumeclaim', 'pvc'],
    'persistent volume': ['persistentvolume', 'pv'],
    'horizontal pod autoscaler': ['horizontalpodautoscaler', 'hpa'],
    'pod disruption budget': ['poddisruptionbudget', 'pdb'],
  }),
);

/** The values that the alerts' labels give for a parameter. Where alerts differ all are offered, and none is taken. */
export function offersFor(parameter: Parameter, facts: { alertLabels: readonly AlertLabels[] }): Offer[] {
  const labels = labelsFor(parameter);
  const offers = new Map<string, Offer>();
  for (const label of labels) {
    for (const alert of facts.alertLabels) {
      const value = Object.hasOwn(alert, label) ? cleaned(parameter, label, alert[label] ?? '') : '';
      if (value === '' || offers.has(value) || problemOfValue(parameter, value) !== undefined) continue;
      offers.set(value, { value, origin: `label ${label} of ${alert['alertname'] ?? 'the alert'}` });
    }
    if (offers.size > 0) break;
  }
  return [...offers.values()];
}

/** The label of the parameter's own name first, then those of its type. */
function labelsFor({ name, type }: Parameter): string[] {
  const words = name.toLowerCase().split(/[^a-z0-9]+/);
  const own = [name, name.toLowerCase().replaceAll('-', '_'), /(?:^|-)([a-z0-9_]+)-label(?:-|$)/.exec(name.toLowerCase())?.[1] ?? ''];
  const byType =
    type.type === 'namespace'
      ? ['namespace', 'exported_namespace', 'kubernetes_namespace']
      : type.type === 'container'
        ? ['container', 'container_name']
        : type.type === 'name'
          ? (LABELS_OF_KIND.get(type.kind ?? words.at(-1) ?? '') ?? [])
          : [];
  return [...new Set([...own, ...byType])].filter((label) => label !== '');
}

/** `instance` is host:port, of which the host is the node. */
function cleaned(parameter: Parameter, label: string, value: string): string {
  const isNode = parameter.type.type === 'name' && parameter.type.kind === 'node';
  return isNode && label === 'instance' ? value.replace(/:\d+$/, '') : value;
}
