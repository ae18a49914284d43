import type { World } from '../controllers/world.ts';
import { builtInKind } from '../resources.ts';
import { forbidden, forbiddenPath } from '../status.ts';
import { listAt, nameOf, textAt, treesAt } from '../tree.ts';
import type { Tree, Value } from '../tree.ts';
import type { User } from './call.ts';

/** What somebody wants to do, in RBAC's terms. `resource` holds the subresource: "pods/exec". */
export type Wish = { verb: string; group: string; resource: string; namespace: string; name: string };
export type Verdict = { allowed: boolean; reason: string };

const [clusterRoles, roles, clusterBindings, bindings] = [
  builtInKind('clusterroles'),
  builtInKind('roles'),
  builtInKind('clusterrolebindings'),
  builtInKind('rolebindings'),
];

type Grant = { rules: readonly Tree[]; reason: string };

/** The rules that bind somebody: those of the whole cluster, and of one namespace. */
export function grantsOf(world: World, user: User, namespace: string): readonly Grant[] {
  const cluster = world.store.list(clusterBindings);
  const local = namespace === '' ? [] : world.store.list(bindings, namespace);
  return [...cluster, ...local].flatMap((binding) => {
    const subject = treesAt(binding, 'subjects').find((each) => isSubject(each, user));
    if (subject === undefined) return [];
    const [roleKind, roleName] = [textAt(binding, 'roleRef', 'kind'), textAt(binding, 'roleRef', 'name')];
    const role = roleKind === 'ClusterRole' ? world.store.get(clusterRoles, '', roleName) : world.store.get(roles, namespace, roleName);
    const reason = `RBAC: allowed by ${binding.kind} "${namespace !== '' && binding.kind === 'RoleBinding' ? `${nameOf(binding)}/${namespace}` : nameOf(binding)}" of ${roleKind} "${roleName}" to ${textAt(subject, 'kind')} "${[textAt(subject, 'name'), textAt(subject, 'namespace')].filter((part) => part !== '').join('/')}"`;
    return [{ rules: treesAt(role, 'rules'), reason }];
  });
}

function isSubject(subject: Tree, user: User): boolean {
  const name = textAt(subject, 'name');
  switch (textAt(subject, 'kind')) {
    case 'User':
      return name === user.name;
    case 'Group':
      return user.groups.includes(name);
    case 'ServiceAccount':
      return user.name === `system:serviceaccount:${textAt(subject, 'namespace')}:${name}`;
    default:
      return false;
  }
}

const among = (list: readonly Value[], wanted: string): boolean => list.includes('*') || list.includes(wanted);

function allows(rule: Tree, wish: Wish): boolean {
  const names = listAt(rule, 'resourceNames');
  const resources = listAt(rule, 'resources');
  const subresource = wish.resource.split('/')[1];
  return (
    among(listAt(rule, 'verbs'), wish.verb) &&
    among(listAt(rule, 'apiGroups'), wish.group) &&
    (among(resources, wish.resource) || (subresource !== undefined && resources.includes(`*/${subresource}`))) &&
    (names.length === 0 || (wish.name !== '' && names.includes(wish.name)))
  );
}

export function decide(world: World, user: User, wish: Wish): Verdict {
  if (user.groups.includes('system:masters')) return { allowed: true, reason: '' };
  const grant = grantsOf(world, user, wish.namespace).find(({ rules }) => rules.some((rule) => allows(rule, wish)));
  return { allowed: grant !== undefined, reason: grant?.reason ?? '' };
}

/** Throws the real server's 403 for what RBAC does not allow. */
export function authorize(world: World, user: User, wish: Wish): void {
  if (decide(world, user, wish).allowed) return;
  const [resource = ''] = wish.resource.split('/');
  const where = wish.namespace === '' ? 'at the cluster scope' : `in the namespace "${wish.namespace}"`;
  const why = `User "${user.name}" cannot ${wish.verb} resource "${wish.resource}" in API group "${wish.group}" ${where}`;
  throw forbidden({ group: wish.group, resource }, wish.name, why);
}

const open = [/^\/(healthz|livez|readyz|version)\/?$/, /^\/(api|apis|openapi)(\/|$)/];

/** Paths of no resource: discovery for everybody who is known, the rest for administrators. */
export function authorizePath(user: User, verb: string, path: string): void {
  if (user.groups.includes('system:masters')) return;
  const known = user.groups.includes('system:authenticated') || /^\/(healthz|livez|readyz|version)\/?$/.test(path);
  if (!known || !open.some((pattern) => pattern.test(path))) throw forbiddenPath(user.name, verb, path);
}
