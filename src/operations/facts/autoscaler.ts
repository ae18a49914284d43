import { z } from 'zod';
import { titleOf } from './rule.ts';
import type { Rule } from './rule.ts';

const autoscalerSchema = z.object({
  metadata: z.object({ name: z.string() }),
  spec: z.object({
    scaleTargetRef: z.object({ kind: z.string(), name: z.string() }),
    minReplicas: z.number().default(1),
    maxReplicas: z.number(),
  }),
});

/** An autoscaler sets the number of replicas itself: what people set by hand lasts until its next look. */
export const autoscaler: Rule = {
  name: 'hpa',
  async look(scene) {
    const { before, after, operation } = scene;
    const { namespace, kind, name } = operation.target;
    if (namespace === undefined || after.spec.replicas === undefined || before.spec.replicas === after.spec.replicas) return [];
    const found = await scene.list(`/apis/autoscaling/v2/namespaces/${namespace}/horizontalpodautoscalers`);
    return found
      .map((item) => autoscalerSchema.parse(item))
      .filter(({ spec }) => spec.scaleTargetRef.kind === kind && spec.scaleTargetRef.name === name)
      .map(({ metadata, spec }) => ({
        weight: 'warning',
        rule: 'hpa',
        text: `Autoscaler ${metadata.name} keeps ${titleOf(scene)} between ${spec.minReplicas} and ${spec.maxReplicas} replicas and will overwrite this.`,
      }));
  },
};
