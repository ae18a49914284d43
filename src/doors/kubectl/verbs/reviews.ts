import type { JsonObject } from '../../../kernel/json.ts';
import { KubectlError, refusalError } from '../kubectl-error.ts';
import type { VerbContext } from '../verb.ts';

const groups = {
  selfsubjectaccessreviews: ['authorization.k8s.io', 'SelfSubjectAccessReview'],
  selfsubjectrulesreviews: ['authorization.k8s.io', 'SelfSubjectRulesReview'],
  selfsubjectreviews: ['authentication.k8s.io', 'SelfSubjectReview'],
} as const;

/** Asks the server about the account itself. It is sent as a POST, but stores nothing. */
export async function askReview({ session, signal }: VerbContext, resource: keyof typeof groups, spec?: JsonObject): Promise<unknown> {
  const [group, kind] = groups[resource];
  if (session.cluster === undefined) throw new KubectlError('no cluster is configured');
  const answer = await session.cluster.request({
    method: 'POST',
    path: `/apis/${group}/v1/${resource}`,
    contentType: 'application/json',
    body: { apiVersion: `${group}/v1`, kind, ...(spec === undefined ? {} : { spec }) },
    signal,
  });
  if (answer.status >= 400) throw refusalError(answer, { method: 'POST', resource });
  return JSON.parse(answer.body);
}
