import type { Operation } from '../doors/operation.ts';
import { sha256 } from '../kernel/hash.ts';
import { canonicalJson } from '../kernel/json.ts';
import type { Json } from '../kernel/json.ts';
import type { Plan } from './plan.ts';
import { isList } from './undo/tree.ts';

/** What stands for a text that is made anew at each sending. */
const volatileMark = '<at sending>';

/** What an approval is about: two operations with the same text here do the same to the same thing. */
function normalForm(operation: Operation): Json {
  switch (operation.type) {
    case 'change': {
      const { verb, target, subresource, request, volatile } = operation;
      return {
        type: 'change',
        verb,
        target,
        subresource,
        request: { ...request, body: withVolatile(request.body ?? null, volatile, volatileMark) },
      };
    }
    case 'exec': {
      const { pod, via, container, argv, stdin } = operation;
      // A controller's pods come and go: what was approved is the command in whichever of them is chosen.
      const place = via === undefined ? { pod: pod.name, uid: pod.uid } : { via };
      return { type: 'exec', namespace: pod.namespace, ...place, container, argv, stdin };
    }
    case 'http':
      return { ...operation };
  }
}

export function isSameOperation(a: Operation, b: Operation): boolean {
  return canonicalJson(normalForm(a)) === canonicalJson(normalForm(b));
}

/** Replaces volatile texts, where they are all that a string within the value says: a name that only contains one is another name. */
export function withVolatile(value: Json, volatile: readonly string[], by: string | readonly string[]): Json {
  if (typeof value === 'string') {
    const index = value === '' ? -1 : volatile.indexOf(value);
    return index < 0 ? value : typeof by === 'string' ? by : (by[index] ?? value);
  }
  if (typeof value !== 'object' || value === null) return value;
  if (isList(value)) return value.map((each) => withVolatile(each, volatile, by));
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [key, each === undefined ? each : withVolatile(each, volatile, by)]),
  );
}

/** Covers everything that was decided upon: what is run, with which values, from which runbook, what it does to what, and the state that it rests on. */
export function planDigest({ source, runs, operations }: Pick<Plan, 'source' | 'runs' | 'operations'>): string {
  return sha256(
    canonicalJson({
      source: { ...source, parameters: source.parameters, runbook: source.runbook },
      runs,
      operations: operations.map(({ operation, foundation }) => ({ operation: normalForm(operation), foundation })),
    }),
  );
}
