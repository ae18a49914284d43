import { z } from 'zod';
import type { JsonObject } from '../../../kernel/json.ts';
import { KubectlError } from '../kubectl-error.ts';
import type { VerbContext } from '../verb.ts';

const groupsSchema = z.object({
  groups: z.array(z.object({ name: z.string(), versions: z.array(z.object({ version: z.string() })).default([]) })).default([]),
});
const metricSchema = z.custom<JsonObject>((value) => typeof value === 'object' && value !== null && !Array.isArray(value));
const metricsSchema = z.object({ items: z.array(metricSchema).nullish() });

export type MetricsQuestion = {
  resource: 'pods' | 'nodes';
  namespace: string | undefined;
  name: string | undefined;
  labelSelector: string;
  fieldSelector: string;
};

const group = 'metrics.k8s.io';
const version = 'v1beta1';

/** What the metrics API measured last. */
export async function readMetrics({ api }: VerbContext, question: MetricsQuestion): Promise<readonly JsonObject[]> {
  const groups = groupsSchema.parse(JSON.parse((await api.read('/apis')).body));
  const isThere = groups.groups.some(
    (candidate) => candidate.name === group && candidate.versions.some((entry) => entry.version === version),
  );
  if (!isThere) throw new KubectlError('Metrics API not available');
  const { resource, namespace, name, labelSelector, fieldSelector } = question;
  const kind = resource === 'pods' ? 'PodMetrics' : 'NodeMetrics';
  const type = { group, version, kind, resource, singular: '', shortNames: [], namespaced: resource === 'pods', verbs: ['get', 'list'] };
  const path = api.pathOf(type, { ...(namespace === undefined ? {} : { namespace }), ...(name === undefined ? {} : { name }) });
  const query = { ...(labelSelector === '' ? {} : { labelSelector }), ...(fieldSelector === '' ? {} : { fieldSelector }) };
  const answer: unknown = JSON.parse((await api.read(path, { query })).body);
  return name === undefined ? (metricsSchema.parse(answer).items ?? []) : [metricSchema.parse(answer)];
}
