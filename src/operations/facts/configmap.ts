import { z } from 'zod';
import type { Rule } from './rule.ts';

const workloadsSchema = z.object({ metadata: z.object({ name: z.string() }), spec: z.object({ template: z.json() }) });

/** Who uses a ConfigMap or Secret, and how: environment variables are read at the start of a pod only. */
export const configUsers: Rule = {
  name: 'configmap',
  async look(scene) {
    const { kind, namespace, name } = scene.operation.target;
    if ((kind !== 'ConfigMap' && kind !== 'Secret') || namespace === undefined) return [];
    const found = (await scene.list(`/apis/apps/v1/namespaces/${namespace}/deployments`)).map((item) => workloadsSchema.parse(item));
    const users = (isUsed: (template: string) => boolean) =>
      found.filter(({ spec }) => isUsed(JSON.stringify(spec.template))).map(({ metadata }) => metadata.name);
    const reference = `"name":${JSON.stringify(name)}`;
    const asEnvironment = users(
      (text) => /"(?:configMapRef|configMapKeyRef|secretRef|secretKeyRef)":\{[^{}]*\}/g.test(text) && refersTo(text, reference),
    );
    const asVolume = users((text) => text.includes(`"configMap":{`) && text.includes(reference) && !refersTo(text, reference));
    const restart = asEnvironment.length === 0 ? [] : [`Pods of ${asEnvironment.join(', ')} see it after a restart only.`];
    const sync =
      asVolume.length === 0
        ? []
        : [`${asVolume.join(', ')} mount it: files follow within a minute or two, if the program reads them again.`];
    const nobody = restart.length + sync.length === 0 ? [`No Deployment of ${namespace} uses it by name.`] : [];
    return [...restart, ...sync, ...nobody].map((text) => ({
      weight: restart.length > 0 ? 'warning' : 'note',
      rule: 'configmap',
      text: `${kind} ${name}: nothing changes in running pods by itself. ${text}`,
    }));
  },
};

function refersTo(text: string, reference: string): boolean {
  return [...text.matchAll(/"(?:configMapRef|configMapKeyRef|secretRef|secretKeyRef)":\{[^{}]*\}/g)].some(([match]) =>
    match.includes(reference),
  );
}
