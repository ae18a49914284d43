import type { World } from '../controllers/world.ts';
import { invalid } from '../status.ts';
import { timeText, textAt, treeAt } from '../tree.ts';
import type { Tree } from '../tree.ts';
import { decide, grantsOf } from './authorize.ts';
import type { ApiReply, Call } from './call.ts';
import { readJson } from './call.ts';

/** The reviews that anybody may ask about their own rights, by path; undefined for other paths. */
export function review(world: World, call: Call): ApiReply | undefined {
  if (call.method !== 'POST') return undefined;
  switch (call.path) {
    case '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews':
      return reply(call, accessStatus(world, call));
    case '/apis/authorization.k8s.io/v1/selfsubjectrulesreviews':
      return reply(call, rulesStatus(world, call));
    case '/apis/authentication.k8s.io/v1/selfsubjectreviews':
      return reply(call, { userInfo: { username: call.user.name, groups: [...call.user.groups] } }, timeText(world.now()));
    default:
      return undefined;
  }
}

function reply(call: Call, status: Tree, created?: string): ApiReply {
  return { status: 201, body: { ...readJson(call), metadata: created === undefined ? {} : { creationTimestamp: created }, status } };
}

function accessStatus(world: World, call: Call): Tree {
  const spec = treeAt(readJson(call), 'spec');
  if (spec['nonResourceAttributes'] !== undefined) return { allowed: call.user.groups.includes('system:masters') };
  if (spec['resourceAttributes'] === undefined)
    throw invalid({ group: 'authorization.k8s.io', kind: '' }, '', [
      {
        field: 'spec.resourceAttributes',
        reason: 'FieldValueInvalid',
        message: 'Invalid value: null: exactly one of nonResourceAttributes or resourceAttributes must be specified',
      },
    ]);
  const wanted = treeAt(spec, 'resourceAttributes');
  const subresource = textAt(wanted, 'subresource');
  const verdict = decide(world, call.user, {
    verb: textAt(wanted, 'verb'),
    group: textAt(wanted, 'group'),
    resource: subresource === '' ? textAt(wanted, 'resource') : `${textAt(wanted, 'resource')}/${subresource}`,
    namespace: textAt(wanted, 'namespace'),
    name: textAt(wanted, 'name'),
  });
  return { allowed: verdict.allowed, ...(verdict.reason === '' ? {} : { reason: verdict.reason }) };
}

function rulesStatus(world: World, call: Call): Tree {
  const namespace = textAt(readJson(call), 'spec', 'namespace');
  const all: Tree = { verbs: ['*'], apiGroups: ['*'], resources: ['*'] };
  const admin = call.user.groups.includes('system:masters');
  const rules = admin ? [all] : grantsOf(world, call.user, namespace).flatMap((grant) => grant.rules);
  const own: Tree = {
    verbs: ['create'],
    apiGroups: ['authorization.k8s.io'],
    resources: ['selfsubjectaccessreviews', 'selfsubjectrulesreviews'],
  };
  return {
    resourceRules: [...rules, own],
    nonResourceRules: [
      { verbs: admin ? ['*'] : ['get'], nonResourceURLs: admin ? ['*'] : ['/api', '/api/*', '/apis', '/apis/*', '/version'] },
    ],
    incomplete: false,
  };
}
