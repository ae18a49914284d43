import type { Account, SourcedNeed } from './rbac-needs.ts';

/** One rule of a Role, with the lines that need it. */
export type RbacRule = { apiGroup: string; resource: string; verb: string; name: string | undefined; sources: readonly string[] };

/** The rules of one account in one namespace; null is the whole cluster. */
export type RbacRole = { account: Account; namespace: string | null; rules: readonly RbacRule[] };

type Draft = SourcedNeed & { sources: Set<string> };

/** The fewest rules that hold all needs: none is covered by another one, so taking any of them away breaks a line. */
export function rulesOf(needs: readonly SourcedNeed[]): RbacRole[] {
  const drafts = new Map<string, Draft>();
  for (const need of needs) {
    const draft = drafts.get(keyOf(need)) ?? { ...need, sources: new Set<string>() };
    draft.sources.add(need.source);
    drafts.set(keyOf(need), draft);
  }
  const kept = [...drafts.values()].filter((draft) => {
    const wider = [...drafts.values()].find((other) => other !== draft && covers(other, draft));
    if (wider === undefined) return true;
    for (const source of draft.sources) widest(wider, drafts).sources.add(source);
    return false;
  });
  return rolesOf(kept);
}

function keyOf({ account, namespace, apiGroup, resource, verb, name }: SourcedNeed): string {
  return JSON.stringify([account, namespace, apiGroup, resource, verb, name ?? null]);
}

function covers(wide: SourcedNeed, narrow: SourcedNeed): boolean {
  const isSame =
    wide.account === narrow.account && wide.apiGroup === narrow.apiGroup && wide.resource === narrow.resource && wide.verb === narrow.verb;
  return (
    isSame && (wide.namespace === null || wide.namespace === narrow.namespace) && (wide.name === undefined || wide.name === narrow.name)
  );
}

/** What covers may itself be covered; the sources go to the one that stays. */
function widest(draft: Draft, drafts: ReadonlyMap<string, Draft>): Draft {
  const wider = [...drafts.values()].find((other) => other !== draft && covers(other, draft));
  return wider === undefined ? draft : widest(wider, drafts);
}

function rolesOf(drafts: readonly Draft[]): RbacRole[] {
  const roles = Map.groupBy(drafts, ({ account, namespace }) =>
    JSON.stringify([account === 'reader' ? 0 : 1, namespace === null ? '' : namespace]),
  );
  return [...roles]
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .flatMap(([, members]) => {
      const [first] = members;
      if (first === undefined) return [];
      const rules = members.map(({ apiGroup, resource, verb, name, sources }): RbacRule => ({
        apiGroup,
        resource,
        verb,
        name,
        sources: [...sources].toSorted(),
      }));
      return [{ account: first.account, namespace: first.namespace, rules: rules.toSorted(byText) }];
    });
}

function byText(one: RbacRule, other: RbacRule): number {
  const text = ({ apiGroup, resource, verb, name }: RbacRule) => [apiGroup, resource, verb, name ?? ''].join('\n');
  return text(one) < text(other) ? -1 : 1;
}
