import { titleOf } from './rule.ts';
import type { Rule, Workload } from './rule.ts';

/** Who reconciles an object from Git: by the marks that Argo CD and Flux leave on what they manage. */
function gitOwner({ metadata: { labels, annotations, managedFields } }: Workload): string | undefined {
  const managers = managedFields.map(({ manager }) => manager);
  const flux = labels['kustomize.toolkit.fluxcd.io/name'] ?? labels['helm.toolkit.fluxcd.io/name'];
  if (flux !== undefined) return `Flux (${flux})`;
  if (managers.some((manager) => /^(kustomize|helm)-controller$/.test(manager))) return 'Flux';
  const tracking = annotations['argocd.argoproj.io/tracking-id'] ?? labels['argocd.argoproj.io/instance'];
  if (tracking !== undefined) return `Argo CD (${tracking.split(':', 1)[0] ?? tracking})`;
  return managers.some((manager) => manager.startsWith('argocd')) ? 'Argo CD' : undefined;
}

export const gitops: Rule = {
  name: 'gitops',
  look(scene) {
    const owner = gitOwner(scene.before);
    if (owner === undefined) return [];
    return [
      {
        weight: 'warning',
        rule: 'gitops',
        text: `${titleOf(scene)} is managed by ${owner}, which may put the old state back. Change it in Git too.`,
      },
    ];
  },
};

export const barePod: Rule = {
  name: 'bare-pod',
  look(scene) {
    const { operation, before } = scene;
    if (operation.target.kind !== 'Pod' || operation.request.method !== 'DELETE' || before.metadata.ownerReferences.length > 0) return [];
    return [{ weight: 'warning', rule: 'bare-pod', text: `Pod ${operation.target.name} has no controller: it does not come back.` }];
  },
};

export const wholeNamespace: Rule = {
  name: 'namespace',
  look({ operation }) {
    if (operation.target.kind !== 'Namespace' || operation.request.method !== 'DELETE') return [];
    return [{ weight: 'blocker', rule: 'namespace', text: `This deletes everything in namespace ${operation.target.name}.` }];
  },
};
