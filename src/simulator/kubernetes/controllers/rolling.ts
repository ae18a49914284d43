import { at, numberAt, scaled, textAt } from '../tree.ts';
import type { KubeObject } from '../tree.ts';
import { wantedReplicas } from './replica-set.ts';

/** How many pods more than wanted may be there, and how many may be missing, during a rolling update. */
export function surgeOf(deployment: KubeObject): { surge: number; unavailable: number } {
  const wanted = wantedReplicas(deployment);
  if (textAt(deployment, 'spec', 'strategy', 'type') === 'Recreate') return { surge: 0, unavailable: wanted };
  const rolling = ['spec', 'strategy', 'rollingUpdate'] as const;
  const surge = scaled(at(deployment, ...rolling, 'maxSurge') ?? '25%', wanted, 'up');
  const unavailable = scaled(at(deployment, ...rolling, 'maxUnavailable') ?? '25%', wanted, 'down');
  // Kubernetes: both zero (by rounding) would never move, so one may then be missing.
  return { surge, unavailable: surge === 0 && unavailable === 0 ? 1 : Math.min(unavailable, wanted) };
}

type Sets = { current: KubeObject | undefined; old: readonly KubeObject[]; podsLeft: number };
type Size = readonly [set: KubeObject, replicas: number];

const sizeOf = (set: KubeObject): number => numberAt(set, 'spec', 'replicas');
const availableOf = (set: KubeObject): number => numberAt(set, 'status', 'availableReplicas');
const sum = (sets: readonly KubeObject[], of: (set: KubeObject) => number): number => sets.reduce((total, set) => total + of(set), 0);

/** The sizes that the ReplicaSets of a deployment get next, by its strategy. Pure: one step at a time. */
export function nextSizes(deployment: KubeObject, { current, old, podsLeft }: Sets): readonly Size[] {
  if (current === undefined) return [];
  const wanted = wantedReplicas(deployment);
  if (old.every((set) => sizeOf(set) === 0) && (podsLeft === 0 || textAt(deployment, 'spec', 'strategy', 'type') !== 'Recreate'))
    return [[current, wanted]];
  if (textAt(deployment, 'spec', 'strategy', 'type') === 'Recreate') return old.map((set) => [set, 0]);
  const { surge, unavailable } = surgeOf(deployment);
  const room = wanted + surge - sum([current, ...old], sizeOf);
  const grown = sizeOf(current) > wanted ? wanted : Math.min(wanted, sizeOf(current) + Math.max(0, room));
  return [[current, grown], ...shrink(old, { keep: wanted - unavailable, grown, current })];
}

/** Old pods go as far as enough available ones stay; those that do not serve go first and cost nothing. */
function shrink(old: readonly KubeObject[], plan: { keep: number; grown: number; current: KubeObject }): readonly Size[] {
  const unavailableNew = Math.max(0, plan.grown - availableOf(plan.current));
  let toGo = Math.max(0, sum(old, sizeOf) + plan.grown - plan.keep - unavailableNew);
  const oldest = old.toSorted((a, b) =>
    textAt(a, 'metadata', 'creationTimestamp').localeCompare(textAt(b, 'metadata', 'creationTimestamp')),
  );
  const unhealthy = new Map<KubeObject, number>();
  for (const set of oldest) {
    const idle = Math.min(toGo, Math.max(0, sizeOf(set) - availableOf(set)));
    unhealthy.set(set, sizeOf(set) - idle);
    toGo -= idle;
  }
  let spare = Math.max(0, availableOf(plan.current) + sum(oldest, availableOf) - plan.keep);
  return oldest.map((set) => {
    const left = unhealthy.get(set) ?? sizeOf(set);
    const going = Math.min(left, spare, toGo);
    spare -= going;
    toGo -= going;
    return [set, left - going];
  });
}
