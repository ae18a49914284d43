import { z } from 'zod';
import type { ClusterAnswer } from '../doors/cluster.ts';
import type { Json } from '../kernel/json.ts';
import { isObject } from './undo/tree.ts';

const statusSchema = z.object({ message: z.string() });

/** The JSON of an answer; null when it is none. Kubernetes leaves a Scale's replicas out when there are none: they are put back. */
export function readBody(body: string): Json {
  try {
    return withReplicas(z.json().parse(JSON.parse(body)));
  } catch {
    return null;
  }
}

function withReplicas(value: Json): Json {
  if (!isObject(value) || value['kind'] !== 'Scale') return value;
  const spec = isObject(value['spec']) ? value['spec'] : {};
  return { ...value, spec: { replicas: 0, ...spec } };
}

/** The server's words for a refusal. */
export function statusMessage(answer: ClusterAnswer): string {
  const status = statusSchema.safeParse(readBody(answer.body));
  if (status.success) return status.data.message;
  const text = answer.body.trim().startsWith('<') ? '' : (answer.body.trim().split('\n', 1)[0] ?? '');
  return `the server answered with status ${answer.status}${text === '' ? '' : `: ${text.slice(0, 200)}`}`;
}
