import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { collectNeeds } from '../../src/authoring/rbac-needs.ts';
import { rulesOf } from '../../src/authoring/rbac-rules.ts';
import { renderRbac } from '../../src/authoring/render-rbac.ts';
import { parseRunbook } from '../../src/runbooks/parse.ts';

function manifests(lines: string[], parameterNamespace?: string): string {
  const text = `# A\n## Mitigation\n\`\`\`bash\n${lines.join('\n')}\n\`\`\`\n`;
  const sources = {
    runbooks: [{ runbook: parseRunbook({ path: 'a.md', text }), file: 'a.md' }],
    alerts: [],
    indexed: new Set<string>(),
    failures: [],
  };
  const { needs, untold } = collectNeeds(sources, { namespace: 'prod', parameterNamespace });
  return renderRbac(rulesOf(needs), untold, { name: 'tocsin', namespace: 'prod' });
}

function rules(text: string): string[] {
  return parseAllDocuments(text).flatMap((document) => {
    const value = document.toJS() as {
      kind: string;
      metadata: { name: string; namespace?: string };
      rules?: { apiGroups: string[]; resources: string[]; verbs: string[]; resourceNames?: string[] }[];
    };
    return (value.rules ?? []).map((rule) =>
      `${value.kind} ${value.metadata.name} ${value.metadata.namespace ?? '*'}: ${rule.verbs.join()} ${rule.resources.join()}.${rule.apiGroups.join()} ${rule.resourceNames?.join() ?? ''}`.trim(),
    );
  });
}

describe('tocsin rbac', () => {
  it('limits a change to its object, and the reader to what diagnostics read', () => {
    const text = manifests(['kubectl get pods -n prod', 'kubectl scale deployment web --replicas=3 -n prod']);
    expect(rules(text)).toEqual(
      expect.arrayContaining([
        'Role tocsin-reader prod: list pods.',
        'Role tocsin-mutator prod: list pods.',
        'Role tocsin-mutator prod: get deployments.apps web',
        'Role tocsin-mutator prod: patch deployments/scale.apps web',
      ]),
    );
    expect(text).toContain('# a.md:5 kubectl scale deployment web --replicas=3 -n prod');
    expect(text).toContain('(its preview)');
  });

  it('lets the mutator read what any block of a mitigating step reads, and not what other steps read', () => {
    const found = rules(
      manifests([
        'kubectl get nodes',
        '```',
        'Then:',
        '```bash',
        'kubectl get pods -n prod | xargs -I{} kubectl label pod {} a=b -n prod',
        '```',
        '## Diagnosis',
        '```bash',
        'kubectl get jobs -n prod',
      ]),
    );
    expect(found).toEqual(expect.arrayContaining(['ClusterRole tocsin-mutator *: list nodes.', 'Role tocsin-mutator prod: list pods.']));
    expect(found.filter((rule) => rule.includes('jobs'))).toEqual(['Role tocsin-reader prod: list jobs.batch']);
  });

  it('gives no right to change a Secret, which no plan does', () => {
    const found = rules(manifests(['kubectl delete secret web-tls -n prod', 'kubectl get secrets -n prod']));
    expect(found).toEqual(['Role tocsin-reader prod: list secrets.']);
  });

  it('drops what a wider rule holds', () => {
    const found = rules(manifests(['kubectl get deploy web -n prod', 'kubectl get deploy $NAME -n prod']));
    expect(found.filter((rule) => rule.includes(': get deployments'))).toEqual(['Role tocsin-reader prod: get deployments.apps']);
  });

  it('takes the cluster when the namespace is a parameter, unless one is given', () => {
    expect(rules(manifests(['kubectl get pods -n $NAMESPACE']))).toEqual(['ClusterRole tocsin-reader *: list pods.']);
    expect(rules(manifests(['kubectl get pods -n $NAMESPACE'], 'video'))).toEqual(['Role tocsin-reader video: list pods.']);
  });

  it('is a comment where the text could end one', () => {
    expect(rules(manifests(["kubectl get pods -n prod | grep 'a\nrules: []'"]))).toEqual(['Role tocsin-reader prod: list pods.']);
  });
});
