import { z } from 'zod';
import type { Json } from '../../kernel/json.ts';
import { isList, isObject } from '../undo/tree.ts';
import type { Rule } from './rule.ts';

const workloadsSchema = z.object({ metadata: z.object({ name: z.string() }), spec: z.object({ template: z.json() }) });

/** Who uses a ConfigMap, and how: environment variables are read at the start of a pod only. */
export const configUsers: Rule = {
  name: 'configmap',
  async look(scene) {
    const { kind, namespace, name } = scene.operation.target;
    if (kind !== 'ConfigMap' || namespace === undefined) return [];
    const found = (await scene.list(`/apis/apps/v1/namespaces/${namespace}/deployments`)).map((item) => workloadsSchema.parse(item));
    const users = (fields: readonly string[]) =>
      found.filter(({ spec }) => refers(spec.template, fields, name)).map(({ metadata }) => metadata.name);
    const asEnvironment = users(['configMapRef', 'configMapKeyRef']);
    const asVolume = users(['configMap']).filter((user) => !asEnvironment.includes(user));
    const restart = asEnvironment.length === 0 ? [] : [`Pods of ${asEnvironment.join(', ')} see it after a restart only.`];
    const sync =
      asVolume.length === 0
        ? []
        : [`${asVolume.join(', ')} mount it: files follow within a minute or two, if the program reads them again.`];
    const nobody = restart.length + sync.length === 0 ? [`No Deployment of ${namespace} uses it by name.`] : [];
    return [...restart, ...sync, ...nobody].map((text) => ({
      weight: restart.length > 0 ? 'warning' : 'note',
      rule: 'configmap',
      text: `ConfigMap ${name}: nothing changes in running pods by itself. ${text}`,
    }));
  },
};

/** Whether one of the fields stands anywhere in a value and names this object. */
function refers(value: Json, fields: readonly string[], name: string): boolean {
  if (isList(value)) return value.some((each) => refers(each, fields, name));
  if (!isObject(value)) return false;
  return Object.entries(value).some(
    ([key, inner]) =>
      inner !== undefined && ((fields.includes(key) && isObject(inner) && inner['name'] === name) || refers(inner, fields, name)),
  );
}
