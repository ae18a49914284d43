import { parse } from 'yaml';
import type { World } from '../controllers/world.ts';
import { applyJsonPatch } from '../patch/json-patch.ts';
import { applyMergePatch } from '../patch/merge-patch.ts';
import { applyStrategicPatch } from '../patch/strategic-patch.ts';
import { badRequest, unsupportedMedia } from '../status.ts';
import { isTree, put } from '../tree.ts';
import type { KubeObject, Tree, Value } from '../tree.ts';
import type { ApiReply, Call, Target } from './call.ts';
import { parsedJson } from './call.ts';
import { requireObject } from './read.ts';
import { createObject, storeChanged } from './write.ts';

const json = 'application/json-patch+json';
const merge = 'application/merge-patch+json';
const strategic = 'application/strategic-merge-patch+json';
const apply = 'application/apply-patch+yaml';

function mediaOf(call: Call, target: Target): string {
  const given = (call.contentType.split(';')[0] ?? '').trim();
  const accepted = target.kind.custom ? [json, merge, apply] : [json, merge, strategic, apply];
  if (!accepted.includes(given)) throw unsupportedMedia(accepted);
  return given;
}

/** What a patch makes of an object; nothing is stored. */
export function patched(call: Call, target: Target, object: Tree): Tree {
  const media = mediaOf(call, target);
  const patch: Value = media === apply ? fromYaml(call.body) : asValue(parsedJson(call.body));
  const result =
    media === json
      ? applyJsonPatch(object, patch)
      : media === merge
        ? applyMergePatch(object, asTree(patch))
        : applyStrategicPatch(object, patch, target.kind.kind);
  return asTree(result);
}

/** JSON.parse gives nothing but JSON values. */
function asValue(parsed: unknown): Value {
  return parsed as Value;
}

function asTree(value: Value): Tree {
  if (!isTree(value)) throw badRequest('error decoding patch: json: cannot unmarshal into Go value of type map[string]interface {}');
  return value;
}

function fromYaml(text: string): Value {
  try {
    return asValue(JSON.parse(JSON.stringify(parse(text, { maxAliasCount: 0 }))));
  } catch (error) {
    throw badRequest(`error decoding YAML: ${error instanceof Error ? error.message : 'not readable'}`);
  }
}

export function patchObject(world: World, call: Call, target: Target): ApiReply {
  const creates = mediaOf(call, target) === apply && world.store.get(target.kind, target.namespace, target.name) === undefined;
  if (creates) {
    const object = asTree(fromYaml(call.body));
    put(object, ['metadata', 'name'], target.name);
    return createObject(world, { ...call, body: JSON.stringify(object) }, target);
  }
  const before = requireObject(world, target);
  const after = patched(call, target, before);
  return { status: 200, body: storeChanged(world, { call, target, before, after: asObject(after, before) }) };
}

/** A patch cannot make another kind of an object. */
function asObject(after: Tree, before: KubeObject): KubeObject {
  if (after['kind'] !== before.kind || after['apiVersion'] !== before.apiVersion)
    throw badRequest(
      `${JSON.stringify(after['kind'] ?? '')} in version ${JSON.stringify(after['apiVersion'] ?? '')} cannot be handled as a ${before.kind}`,
    );
  checkTypes(after);
  return { ...after, kind: before.kind, apiVersion: before.apiVersion };
}

/** The few types that a wrong patch hits most often. */
function checkTypes(after: Tree): void {
  const spec = after['spec'];
  if (isTree(spec) && spec['replicas'] !== undefined && !Number.isInteger(spec['replicas']))
    throw badRequest(`json: cannot unmarshal ${typeof spec['replicas']} into Go struct field DeploymentSpec.spec.replicas of type int32`);
  for (const key of ['labels', 'annotations']) {
    const texts = isTree(after['metadata']) ? after['metadata'][key] : undefined;
    const wrong = isTree(texts) ? Object.values(texts).find((value) => typeof value !== 'string') : undefined;
    if (wrong !== undefined)
      throw badRequest(`json: cannot unmarshal ${typeof wrong} into Go struct field ObjectMeta.metadata.${key} of type string`);
  }
  if (after['kind'] !== 'ConfigMap' || !isTree(after['data'])) return;
  const wrong = Object.values(after['data']).find((value) => typeof value !== 'string');
  if (wrong !== undefined) throw badRequest(`json: cannot unmarshal ${typeof wrong} into Go struct field ConfigMap.data of type string`);
}
