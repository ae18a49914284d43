import type { RbacRole, RbacRule } from './rbac-rules.ts';

type Names = { name: string; namespace: string };

/** The manifests as YAML: two service accounts, a role and a binding for each namespace, a cluster role for what is in none. */
export function renderRbac(roles: readonly RbacRole[], untold: readonly string[], names: Names): string {
  const accounts = ['reader', 'mutator'].map((account) => accountManifest(`${names.name}-${account}`, names.namespace));
  const header = [
    '# Made by tocsin rbac from the runbooks; make it anew when they change.',
    `# ${names.name}-reader runs diagnostics and looks around for previews. ${names.name}-mutator tries mitigations out and applies them.`,
    ...(untold.length === 0
      ? []
      : [
          '# These lines name kinds that only the cluster knows, so no rule was made for them:',
          ...untold.map((line) => `#   ${oneLine(line)}`),
        ]),
  ];
  return `${header.join('\n')}\n${[...accounts, ...roles.flatMap((role) => roleManifests(role, names))].map((manifest) => `---\n${manifest}`).join('')}`;
}

function accountManifest(name: string, namespace: string): string {
  return lines(['apiVersion: v1', 'kind: ServiceAccount', 'metadata:', `  name: ${quote(name)}`, `  namespace: ${quote(namespace)}`]);
}

function roleManifests(role: RbacRole, names: Names): string[] {
  const isCluster = role.namespace === null;
  const account = `${names.name}-${role.account}`;
  const kind = isCluster ? 'ClusterRole' : 'Role';
  const metadata = [
    'metadata:',
    `  name: ${quote(account)}`,
    ...(role.namespace === null ? [] : [`  namespace: ${quote(role.namespace)}`]),
  ];
  const api = 'apiVersion: rbac.authorization.k8s.io/v1';
  return [
    lines([api, `kind: ${kind}`, ...metadata, 'rules:', ...role.rules.flatMap(ruleLines)]),
    lines([
      api,
      `kind: ${kind}Binding`,
      ...metadata,
      'roleRef:',
      '  apiGroup: rbac.authorization.k8s.io',
      `  kind: ${kind}`,
      `  name: ${quote(account)}`,
      'subjects:',
      '  - kind: ServiceAccount',
      `    name: ${quote(account)}`,
      `    namespace: ${quote(names.namespace)}`,
    ]),
  ];
}

function ruleLines({ apiGroup, resource, verb, name, sources }: RbacRule): string[] {
  return [
    ...sources.map((source) => `  # ${oneLine(source)}`),
    `  - apiGroups: [${quote(apiGroup)}]`,
    `    resources: [${quote(resource)}]`,
    `    verbs: [${quote(verb)}]`,
    ...(name === undefined ? [] : [`    resourceNames: [${quote(name)}]`]),
  ];
}

/** A comment ends at the line's end, whatever character a text holds. */
function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ');
}

/** JSON strings are YAML strings. */
function quote(text: string): string {
  return JSON.stringify(text);
}

function lines(of: readonly string[]): string {
  return `${of.join('\n')}\n`;
}
