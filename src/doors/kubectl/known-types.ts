import type { ResourceType } from './api.ts';
import { builtInTypes } from './known-built-in-types.ts';
import { customTypes } from './known-custom-types.ts';
import { matchType } from './match-type.ts';

const verbs = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'];

function readRow(row: string): ResourceType {
  const [groupVersion = '', resource = '', kind = '', scope = '', shortNames = ''] = row.split(' ');
  const slash = groupVersion.indexOf('/');
  return {
    group: slash < 0 ? '' : groupVersion.slice(0, slash),
    version: groupVersion.slice(slash + 1),
    kind,
    resource,
    singular: kind.toLowerCase(),
    shortNames: shortNames === '' ? [] : shortNames.split(','),
    namespaced: scope === 'n',
    verbs,
  };
}

/** Types that are known without asking a server: those of Kubernetes 1.36 first, then those of OpenShift and common operators. */
const knownTypes: readonly ResourceType[] = `${builtInTypes}${customTypes}`
  .split('\n')
  .filter((row) => row !== '')
  .map(readRow);

/** The members of the category "all" without custom ones. */
const allCategory = [
  'pods',
  'replicationcontrollers',
  'services',
  'daemonsets',
  'deployments',
  'replicasets',
  'statefulsets',
  'horizontalpodautoscalers',
  'cronjobs',
  'jobs',
];

/** The type that a word on a command line means ("deploy", "co", "pods.v1"), for reading without a server. */
export function findKnownType(word: string): ResourceType | undefined {
  return matchType(word, knownTypes);
}

/** The types of a comma-separated word, "all" included; undefined when one of them is not known. */
export function findKnownTypes(words: string): readonly ResourceType[] | undefined {
  const found = words
    .split(',')
    .filter((word) => word !== '')
    .flatMap((word) => (word === 'all' ? allCategory : [word]))
    .map(findKnownType);
  const known = found.filter((type) => type !== undefined);
  return known.length === found.length ? known : undefined;
}
