import type { Json, JsonObject } from '../../kernel/json.ts';
import { canonicalJson } from '../../kernel/json.ts';
import type { Api } from './api.ts';
import { compareText, controllerOf, objectAt, textAt } from './json-fields.ts';
import { selectorQuery } from './selectors.ts';

const hashLabel = 'pod-template-hash';

/** The replica sets that a deployment controls, oldest first: the one with its present template, and all the others. */
export async function replicaSetsOf(
  deployment: JsonObject,
  api: Api,
): Promise<{ old: readonly JsonObject[]; current: JsonObject | undefined }> {
  const labelSelector = selectorQuery(objectAt(deployment, 'spec', 'selector')) ?? '';
  const namespace = textAt(deployment, 'metadata', 'namespace');
  const listed = await api.list(await api.typeOf('replicasets.apps'), { namespace, labelSelector });
  const uid = textAt(deployment, 'metadata', 'uid');
  const own = listed.filter((set) => textAt(controllerOf(set), 'uid') === uid).toSorted(byAge);
  const wanted = withoutHash(objectAt(deployment, 'spec', 'template'));
  const current = own.find((set) => withoutHash(objectAt(set, 'spec', 'template')) === wanted);
  return { old: own.filter((set) => set !== current), current };
}

function byAge(a: JsonObject, b: JsonObject): number {
  const created = (set: JsonObject) => Date.parse(textAt(set, 'metadata', 'creationTimestamp'));
  return created(a) - created(b) || compareText(textAt(a, 'metadata', 'name'), textAt(b, 'metadata', 'name'));
}

/** A template as text, without the label that the controller adds and without what is empty, which means the same as absent. */
function withoutHash(template: JsonObject | undefined): string {
  const labels = Object.fromEntries(Object.entries(objectAt(template, 'metadata', 'labels') ?? {}).filter(([key]) => key !== hashLabel));
  return canonicalJson(filled({ ...template, metadata: { ...objectAt(template, 'metadata'), labels } }) ?? {});
}

function filled(value: Json | undefined): Json | undefined {
  if (value === null || value === undefined) return undefined;
  if (Array.isArray(value)) return value.length === 0 ? undefined : value.map((item) => filled(item) ?? null);
  if (typeof value !== 'object') return value;
  const entries = Object.entries(value).flatMap(([key, item]) => {
    const kept = filled(item);
    return kept === undefined ? [] : [[key, kept] as const];
  });
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}
