import type { RbacRole, RbacRule } from '../../../src/authoring/rbac-rules.ts';
import type { Cluster } from '../../../src/doors/cluster.ts';
import { systemClock } from '../../../src/kernel/clock.ts';
import type { ControlPlane } from '../support/control-plane.ts';

export const accountsNamespace = 'tocsin';

/** One rule of a generated role, which can be taken away and put back. */
export type LiveRule = {
  title: string;
  rule: RbacRule;
  /** Resolves when the API server has heard of it. */
  takeAway(): Promise<void>;
  putBack(): Promise<void>;
};

/** The rules of roles that were applied on the server as they stand. */
export function liveRules(plane: ControlPlane, roles: readonly RbacRole[]): readonly LiveRule[] {
  return roles.flatMap((role) => role.rules.map((rule, index) => liveRule(plane, { role, rule, index })));
}

function liveRule(plane: ControlPlane, { role, rule, index }: { role: RbacRole; rule: RbacRule; index: number }): LiveRule {
  const { account, namespace } = role;
  const name = `tocsin-${account}`;
  const where = namespace === null ? 'clusterroles' : `namespaces/${namespace}/roles`;
  const manifest = {
    apiGroups: [rule.apiGroup],
    resources: [rule.resource],
    verbs: [rule.verb],
    ...(rule.name === undefined ? {} : { resourceNames: [rule.name] }),
  };
  async function patch(step: { op: 'remove' } | { op: 'add'; value: typeof manifest }, isAllowed: boolean): Promise<void> {
    const answer = await plane.admin.request({
      method: 'PATCH',
      path: `/apis/rbac.authorization.k8s.io/v1/${where}/${name}`,
      contentType: 'application/json-patch+json',
      body: [{ ...step, path: `/rules/${index}` }],
      signal: AbortSignal.timeout(30_000),
    });
    if (answer.status !== 200) throw new Error(answer.body);
    while ((await mayDo(plane.admin, { user: `system:serviceaccount:${accountsNamespace}:${name}`, namespace, rule })) !== isAllowed)
      await systemClock.sleep(20);
  }
  const target = `${rule.verb} ${rule.resource}${rule.name === undefined ? '' : ` ${rule.name}`} in ${namespace ?? 'the cluster'}`;
  return {
    title: `${account}: ${target}`,
    rule,
    takeAway: () => patch({ op: 'remove' }, false),
    putBack: () => patch({ op: 'add', value: manifest }, true),
  };
}

type Question = { user: string; namespace: string | null; rule: RbacRule };

async function mayDo(admin: Cluster, { user, namespace, rule }: Question): Promise<boolean> {
  const [resource = '', subresource] = rule.resource.split('/');
  const resourceAttributes = {
    verb: rule.verb,
    group: rule.apiGroup,
    resource,
    ...(subresource === undefined ? {} : { subresource }),
    ...(rule.name === undefined ? {} : { name: rule.name }),
    ...(namespace === null ? {} : { namespace }),
  };
  const answer = await admin.request({
    method: 'POST',
    path: '/apis/authorization.k8s.io/v1/subjectaccessreviews',
    contentType: 'application/json',
    body: { apiVersion: 'authorization.k8s.io/v1', kind: 'SubjectAccessReview', spec: { user, resourceAttributes } },
    signal: AbortSignal.timeout(30_000),
  });
  return (JSON.parse(answer.body) as { status: { allowed: boolean } }).status.allowed;
}
