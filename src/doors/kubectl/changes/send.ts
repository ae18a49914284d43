import { z } from 'zod';
import type { Json, JsonObject } from '../../../kernel/json.ts';
import type { ChangeOperation, Target } from '../../operation.ts';
import { textAt } from '../json-fields.ts';
import { KubectlError, refusalError } from '../kubectl-error.ts';
import type { VerbContext } from '../verb.ts';
import type { DryRun } from './flags.ts';
import { headOf, type Info, type ReadInfo } from './select.ts';

export type PatchType = 'application/strategic-merge-patch+json' | 'application/merge-patch+json' | 'application/json-patch+json';
export const strategicPatch: PatchType = 'application/strategic-merge-patch+json';
export const mergePatch: PatchType = 'application/merge-patch+json';
export const jsonPatch: PatchType = 'application/json-patch+json';

/** One change to one object, as a verb asks for it. */
export type Change = {
  verb: string;
  info: ReadInfo;
  method: ChangeOperation['request']['method'];
  subresource?: string;
  contentType?: string;
  fieldManager?: string | undefined;
  body?: Json;
  volatile?: readonly string[];
};

const objectSchema = z.custom<JsonObject>((value) => typeof value === 'object' && value !== null && !Array.isArray(value));

/** Carries a change out by the session's rules, or asks the server for a dry run of it, and gives the server's answer. */
export async function send(change: Change, dryRun: DryRun, context: VerbContext): Promise<JsonObject> {
  const operation = operationOf(change, context);
  return dryRun === 'server' ? tryOut(operation, context) : context.api.change(operation);
}

function targetOf(info: Info & { object?: JsonObject }): Target {
  return {
    ...headOf(info.type),
    resource: info.type.resource,
    ...(info.namespace === undefined ? {} : { namespace: info.namespace }),
    name: info.name,
    uid: textAt(info.object, 'metadata', 'uid'),
  };
}

function operationOf(change: Change, context: VerbContext): ChangeOperation {
  const { info, subresource, fieldManager } = change;
  const at = {
    name: info.name,
    ...(info.namespace === undefined ? {} : { namespace: info.namespace }),
    ...(subresource === undefined ? {} : { subresource }),
  };
  return {
    type: 'change',
    verb: change.verb,
    target: targetOf(info),
    ...(subresource === undefined ? {} : { subresource }),
    request: {
      method: change.method,
      path: context.api.pathOf(info.type, at),
      query: fieldManager === undefined ? {} : { fieldManager },
      ...(change.contentType === undefined ? {} : { contentType: change.contentType }),
      ...(change.body === undefined ? {} : { body: change.body }),
    },
    volatile: change.volatile ?? [],
    before: info.object,
  };
}

/** A dry run stores nothing, so it needs no permission of the session: the server's rights decide. */
async function tryOut(operation: ChangeOperation, context: VerbContext): Promise<JsonObject> {
  const { cluster } = context.session;
  if (cluster === undefined) throw new KubectlError('no cluster is configured, so nothing can be asked of it');
  const answer = await cluster.request({ ...asDryRun(operation.request), accept: 'application/json', signal: context.signal });
  for (const warning of answer.warnings) context.err(`Warning: ${warning}\n`);
  if (answer.status >= 400) throw refusalError(answer, { method: operation.request.method });
  return answer.body === '' ? {} : objectSchema.parse(JSON.parse(answer.body));
}

/** The same request as a dry run. Kubernetes reads the options of a DELETE from its body when it has one, and then ignores the query. */
export function asDryRun(request: ChangeOperation['request']): ChangeOperation['request'] {
  if (request.method !== 'DELETE' || request.body === undefined) return { ...request, query: { ...request.query, dryRun: 'All' } };
  return { ...request, body: { ...objectSchema.parse(request.body), dryRun: ['All'] } };
}
