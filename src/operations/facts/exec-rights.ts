import { z } from 'zod';
import type { Cluster } from '../../doors/cluster.ts';
import type { ExecOperation } from '../../doors/operation.ts';
import { describeError } from '../../kernel/errors.ts';
import { readBody } from '../answer.ts';
import type { PlannedOperation, PreviewFact } from '../plan.ts';

const reviewSchema = z.object({ status: z.object({ allowed: z.boolean() }) });
const reviews = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews';

/**
 * A command in a container has no dry run that would tell a missing right before the approval, so the server is asked for it. The connection is a GET, and
 * since Kubernetes 1.35 `create` is asked for as well.
 */
export async function execRights(
  mutator: Cluster,
  planned: readonly PlannedOperation[],
  signal: AbortSignal,
): Promise<readonly PreviewFact[]> {
  const execs = planned.flatMap(({ operation }) => (operation.type === 'exec' ? [operation] : []));
  const namespaces = [...new Map(execs.map((operation) => [operation.pod.namespace ?? '', operation])).values()];
  const facts = await Promise.all(namespaces.flatMap((operation) => verbs.map((verb) => ask(mutator, { operation, verb }, signal))));
  return facts.flat();
}

const verbs = ['get', 'create'] as const;

async function ask(
  mutator: Cluster,
  { operation, verb }: { operation: ExecOperation; verb: string },
  signal: AbortSignal,
): Promise<readonly PreviewFact[]> {
  const { namespace = '', name } = operation.pod;
  const resourceAttributes = { namespace, name, verb, resource: 'pods', subresource: 'exec' };
  const body = { apiVersion: 'authorization.k8s.io/v1', kind: 'SelfSubjectAccessReview', spec: { resourceAttributes } };
  try {
    const answer = await mutator.request({ method: 'POST', path: reviews, contentType: 'application/json', body, signal });
    if (reviewSchema.parse(readBody(answer.body)).status.allowed) return [];
    return [
      { weight: 'blocker', rule: 'rights', text: `The bot lacks the right to run commands in pods of ${namespace}: ${verb} pods/exec.` },
    ];
  } catch (error) {
    return [{ weight: 'warning', rule: 'rights', text: `Not known (rights): ${describeError(error)}.` }];
  }
}
