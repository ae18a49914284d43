import type { ParameterType } from './parameter.ts';

/** The words that kinds go by on a command line, by their singular. */
const KINDS: Readonly<Record<string, string>> = {
  pod: 'pod pods po podname',
  deployment: 'deployment deployments deploy deployment.apps deployments.apps',
  statefulset: 'statefulset statefulsets sts statefulset.apps statefulsets.apps',
  daemonset: 'daemonset daemonsets ds daemonset.apps daemonsets.apps',
  replicaset: 'replicaset replicasets rs replicaset.apps',
  job: 'job jobs job.batch jobs.batch jobname',
  cronjob: 'cronjob cronjobs cj cronjob.batch',
  service: 'service services svc',
  ingress: 'ingress ingresses ing',
  configmap: 'configmap configmaps cm',
  secret: 'secret secrets',
  node: 'node nodes no nodename',
  'persistent volume claim': 'pvc persistentvolumeclaim persistentvolumeclaims',
  'persistent volume': 'pv persistentvolume persistentvolumes',
  'storage class': 'sc storageclass storageclasses',
  'horizontal pod autoscaler': 'hpa horizontalpodautoscaler horizontalpodautoscalers',
  'pod disruption budget': 'pdb poddisruptionbudget poddisruptionbudgets',
  'service account': 'sa serviceaccount serviceaccounts',
};

const KIND_OF: ReadonlyMap<string, string> = new Map(
  Object.entries(KINDS).flatMap(([kind, words]) => words.split(' ').map((word) => [word, kind] as const)),
);

const NAMESPACE_WORDS = /^(?:ns|namespace|namespaces|project|projects)$/;
const NUMBER_WORDS = /^(?:replicas|count|number|num|n|lines|tail|revision|percent|seconds|minutes|bytes|size|port|pid|quantity)$/;

/** Where in a command a parameter stands: the text before it and its own name. */
export type ParameterPlace = { before: string; name: string };

/** What a value may be, from the flag or the type word before it, else from its own name. */
export function typeOfParameter(place: ParameterPlace): ParameterType {
  const before = place.before.replace(/["']$/, '');
  return typeByFlag(before) ?? typeByPosition(before, place.name) ?? typeByName(place.name) ?? { type: 'text' };
}

const FLAG_TYPES: readonly (readonly [RegExp, ParameterType])[] = [
  [/(?:\s|^)(?:-n|--namespace)[= ]?$/, { type: 'namespace' }],
  [/\s(?:-c|--container)[= ]?$/, { type: 'container' }],
  [
    /\s(?:--(?:tail|replicas|current-replicas|to-revision|grace-period|max-log-requests|limit|limit-bytes|revision)|-n(?=\s\S*$)\S*)[= ]$/,
    { type: 'number' },
  ],
  [/\s--(?:since|timeout|pod-running-timeout|skip-wait-for-delete-timeout|request-timeout)[= ]$/, { type: 'duration' }],
  [/(?:spec\.)?nodeName=$/, { type: 'name', kind: 'node' }],
  [/involvedObject\.name=$/, { type: 'name', kind: undefined }],
  [/metadata\.name=$/, { type: 'name', kind: undefined }],
  [/metadata\.namespace=$|involvedObject\.namespace=$/, { type: 'namespace' }],
  [/\s(?:-l|--selector|-lapp)[= ]?(?:\S*[=,( ])?$/, { type: 'label value' }],
];

function typeByFlag(before: string): ParameterType | undefined {
  return FLAG_TYPES.find(([pattern]) => pattern.test(before))?.[1];
}

function typeByPosition(before: string, name: string): ParameterType | undefined {
  const word = /(?:^|[\s,"'])([A-Za-z][\w.]*)[/ ]+$/.exec(before)?.[1] ?? '';
  const slash = before.endsWith('/');
  if (/^(?:namespaces?|ns|projects?)$/i.test(word)) return { type: 'namespace' };
  const kind = KIND_OF.get(word.toLowerCase());
  if (
    kind !== undefined &&
    (slash ||
      /\s(?:get|describe|delete|edit|patch|scale|top|annotate|label|debug|wait|restart|status|undo|history|pause|resume|exec|logs|log|rsh|image|env|resources|adm)\s(?:.*\s)?\S+\s$/.test(
        ` ${before}`,
      ))
  )
    return { type: 'name', kind };
  const verb = /\b(?:kubectl|oc|k)\b.*\s(logs|log|exec|rsh|attach|cordon|uncordon|drain|cp)\s(?:-\S+\s+(?:[\w-]+\s+)?)*$/.exec(before)?.[1];
  if (verb === undefined) return objectName(before, name);
  return { type: 'name', kind: /cordon|drain/.test(verb) ? 'node' : 'pod' };
}

/** The word after a type that we do not know is a name too: `get clusterlogforwarder <x>`. */
function objectName(before: string, name: string): ParameterType | undefined {
  if (
    !/\b(?:kubectl|oc|k)\b[^|]*\s(?:get|describe|delete|patch|scale|rollout \w+)\s(?:-\S+\s+(?:[\w-]+\s+)?)*[a-z][\w.-]*[ /]$/.test(before)
  )
    return undefined;
  const own = typeByName(name);
  return own?.type === 'name' ? own : { type: 'name', kind: undefined };
}

/** "osd-pod-name", "POD_NAME", "value of namespace label from alert": the last word that says something. */
function typeByName(name: string): ParameterType | undefined {
  const words = name
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z]+/)
    .filter(
      (word) => word !== '' && !/^(?:name|names|id|value|of|label|from|alert|the|your|my|some|target|this|that|affected)$/.test(word),
    );
  const last = words.at(-1) ?? '';
  const any = words.findLast((word) => KIND_OF.has(word) || NAMESPACE_WORDS.test(word));
  if (words.some((word) => NAMESPACE_WORDS.test(word))) return { type: 'namespace' };
  if (/ip|address|url|port|image|log|path|query|password|token|version|type|resource/.test(last) && !KIND_OF.has(last)) {
    return last === 'port' ? { type: 'number' } : undefined;
  }
  if (words.includes('container')) return { type: 'container' };
  if (any !== undefined) return { type: 'name', kind: KIND_OF.get(any) };
  if (last === 'instance' || last === 'host') return { type: 'name', kind: 'node' };
  if (/^(?:duration|timeout|since)$/.test(last)) return { type: 'duration' };
  return NUMBER_WORDS.test(last) ? { type: 'number' } : undefined;
}
