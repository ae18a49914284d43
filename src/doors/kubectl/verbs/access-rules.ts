import { compareText } from '../json-fields.ts';

/** A rule of a role, as the API gives it. */
export type PolicyRule = {
  verbs: readonly string[];
  apiGroups: readonly string[];
  resources: readonly string[];
  resourceNames: readonly string[];
  nonResourceURLs: readonly string[];
};

/** The same rights with one rule for each resource, name or address, verbs together, in kubectl's order. */
export function compactRules(rules: readonly PolicyRule[]): readonly PolicyRule[] {
  const single = rules.flatMap(brokenDown);
  const urls = single.filter((rule) => rule.nonResourceURLs.length > 0);
  const grouped = Map.groupBy(
    single.filter((rule) => rule.nonResourceURLs.length === 0),
    (rule) => JSON.stringify([rule.apiGroups, rule.resources, rule.resourceNames]),
  );
  const compact = [...grouped.values()].flatMap((same) => {
    const [first] = same;
    return first === undefined ? [] : [{ ...first, verbs: [...new Set(same.flatMap((rule) => rule.verbs))] }];
  });
  return [...urls, ...compact].toSorted((a, b) => compareText(orderText(a), orderText(b)));
}

function brokenDown(rule: PolicyRule): readonly PolicyRule[] {
  const names: readonly (readonly string[])[] = rule.resourceNames.length === 0 ? [[]] : rule.resourceNames.map((name) => [name]);
  const resources = rule.apiGroups.flatMap((group) =>
    rule.resources.flatMap((resource) =>
      rule.verbs.flatMap((verb) =>
        names.map((resourceNames) => ({ verbs: [verb], apiGroups: [group], resources: [resource], resourceNames, nonResourceURLs: [] })),
      ),
    ),
  );
  const urls = rule.nonResourceURLs.flatMap((url) =>
    rule.verbs.map((verb) => ({ verbs: [verb], apiGroups: [], resources: [], resourceNames: [], nonResourceURLs: [url] })),
  );
  return [...resources, ...urls];
}

function orderText(rule: PolicyRule): string {
  const list = (items: readonly string[]) => `[${items.join(' ')}]`;
  const start = `Verbs:${list(rule.verbs)},APIGroups:${list(rule.apiGroups)},Resources:${list(rule.resources)}`;
  return `${start},ResourceNames:${list(rule.resourceNames)},NonResourceURLs:${list(rule.nonResourceURLs)},`;
}

/** "deployments.apps/scale" of a rule for one resource. */
export function resourceText(rule: PolicyRule): string {
  const [resource] = rule.resources;
  if (resource === undefined) return '';
  const slash = resource.indexOf('/');
  const [name, sub] = slash < 0 ? [resource, ''] : [resource.slice(0, slash), resource.slice(slash)];
  const [group = ''] = rule.apiGroups;
  return `${name}${group === '' ? '' : `.${group}`}${sub}`;
}
