import { z } from 'zod';
import { count, rollsPods } from './rule.ts';
import type { Rule, Scene } from './rule.ts';

const requirementSchema = z.object({
  key: z.string(),
  operator: z.enum(['In', 'NotIn', 'Exists', 'DoesNotExist']),
  values: z.array(z.string()).default([]),
});
const selectorSchema = z.object({
  matchLabels: z.record(z.string(), z.string()).default({}),
  matchExpressions: z.array(requirementSchema).default([]),
});
const budgetSchema = z.object({
  metadata: z.object({ name: z.string() }),
  spec: z.object({ selector: selectorSchema.optional() }),
  status: z.object({ disruptionsAllowed: z.number() }).optional(),
});
const templateSchema = z.object({ metadata: z.object({ labels: z.record(z.string(), z.string()) }) });

/** The labels of the pods that the change takes away. */
function podLabels(scene: Scene): Readonly<Record<string, string>> | undefined {
  const { operation, before } = scene;
  if (operation.target.kind === 'Pod' && ['DELETE', 'POST'].includes(operation.request.method)) return before.metadata.labels;
  const template = templateSchema.safeParse(before.spec.template);
  return rollsPods(scene) && template.success ? template.data.metadata.labels : undefined;
}

/** Kubernetes (policy/v1): an empty selector selects every pod of the namespace. */
function selects({ matchLabels, matchExpressions }: z.infer<typeof selectorSchema>, labels: Readonly<Record<string, string>>): boolean {
  return (
    Object.entries(matchLabels).every(([key, value]) => labels[key] === value) &&
    matchExpressions.every((each) => meets(labels[each.key], each))
  );
}

function meets(value: string | undefined, { operator, values }: z.infer<typeof requirementSchema>): boolean {
  switch (operator) {
    case 'In':
      return value !== undefined && values.includes(value);
    case 'NotIn':
      return value === undefined || !values.includes(value);
    case 'Exists':
      return value !== undefined;
    case 'DoesNotExist':
      return value === undefined;
  }
}

/** What a disruption budget allows now. A rollout does not ask it, evictions do, and both use it up. */
export const budgets: Rule = {
  name: 'pdb',
  async look(scene) {
    const labels = podLabels(scene);
    const { namespace } = scene.operation.target;
    if (labels === undefined || namespace === undefined) return [];
    const found = await scene.list(`/apis/policy/v1/namespaces/${namespace}/poddisruptionbudgets`);
    return found
      .map((item) => budgetSchema.parse(item))
      .filter(({ spec }) => spec.selector !== undefined && selects(spec.selector, labels))
      .map(({ metadata, status }) => ({
        weight: status?.disruptionsAllowed === 0 ? 'warning' : 'note',
        rule: 'pdb',
        text:
          status === undefined
            ? `Disruption budget ${metadata.name} covers these pods; how many may be missing is not known.`
            : `Disruption budget ${metadata.name} allows ${count(status.disruptionsAllowed, 'pod')} to be missing now.`,
      }));
  },
};
