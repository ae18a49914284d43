import { z } from 'zod';
import type { Cluster } from '../../doors/cluster.ts';
import type { ChangeOperation } from '../../doors/operation.ts';
import type { Json } from '../../kernel/json.ts';
import { readBody } from '../answer.ts';
import type { PlannedOperation, PreviewFact } from '../plan.ts';

/** What a rule looks at: one planned change, the object before and after it, and its surroundings, read at most once for a whole plan. */
export type Scene = {
  planned: PlannedOperation;
  operation: ChangeOperation;
  before: Workload;
  after: Workload;
  list(path: string): Promise<readonly Json[]>;
};

/** Says what people must know before they approve. Throws when it cannot be found out. */
export type Rule = { name: string; look(scene: Scene): Promise<readonly PreviewFact[]> | readonly PreviewFact[] };

const labels = z.record(z.string(), z.string()).catch({}).default({});

/** The parts of an object that the rules read; what an object has not is empty. */
const workloadSchema = z.object({
  kind: z.string().catch(''),
  metadata: z
    .object({
      name: z.string().catch(''),
      labels,
      annotations: labels,
      managedFields: z.array(z.object({ manager: z.string().catch('') })).catch([]),
      ownerReferences: z.array(z.object({ kind: z.string(), name: z.string() })).catch([]),
    })
    .catch({ name: '', labels: {}, annotations: {}, managedFields: [], ownerReferences: [] }),
  spec: z
    .looseObject({
      replicas: z.number().optional().catch(undefined),
      paused: z.boolean().catch(false),
      unschedulable: z.boolean().catch(false),
      template: z.json().optional(),
      strategy: z
        .object({ type: z.string().optional(), rollingUpdate: z.looseObject({}).optional() })
        .optional()
        .catch(undefined),
    })
    .catch({ paused: false, unschedulable: false }),
});
export type Workload = z.infer<typeof workloadSchema>;

export function readWorkload(object: Json): Workload {
  return workloadSchema.parse(typeof object === 'object' && object !== null ? object : {});
}

/** Lists through the reader, each path once. */
export function createLister(cluster: Cluster, signal: AbortSignal): Scene['list'] {
  const known = new Map<string, Promise<readonly Json[]>>();
  const ask = async (path: string): Promise<readonly Json[]> => {
    const answer = await cluster.request({ method: 'GET', path, signal });
    if (answer.status >= 300) throw new Error(`status ${answer.status}`);
    return z.object({ items: z.array(z.json()) }).parse(readBody(answer.body)).items;
  };
  return (path) => {
    const asked = known.get(path) ?? ask(path);
    known.set(path, asked);
    return asked;
  };
}

/** Whether the change replaces the pods of a workload. */
export function rollsPods({ operation, before, after }: Scene): boolean {
  const hasTemplate = ['Deployment', 'StatefulSet', 'DaemonSet'].includes(operation.target.kind);
  return hasTemplate && JSON.stringify(before.spec.template) !== JSON.stringify(after.spec.template);
}

export function titleOf({ operation }: Scene): string {
  return `${operation.target.kind} ${operation.target.name}`;
}

export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
