import { parse } from 'yaml';
import type { World } from '../controllers/world.ts';
import { applyJsonPatch } from '../patch/json-patch.ts';
import { applyMergePatch } from '../patch/merge-patch.ts';
import { applyStrategicPatch } from '../patch/strategic-patch.ts';
import { badRequest, invalidPatch, unsupportedPatch } from '../status.ts';
import { isTree, put } from '../tree.ts';
import type { KubeObject, Tree, Value } from '../tree.ts';
import type { ApiReply, Call, Target } from './call.ts';
import { parsedJson } from './call.ts';
import { requireObject } from './read.ts';
import { goText, wrongTypeIn } from './types.ts';
import { createObject, storeChanged } from './write.ts';

const json = 'application/json-patch+json';
const merge = 'application/merge-patch+json';
const strategic = 'application/strategic-merge-patch+json';
const apply = 'application/apply-patch+yaml';

function mediaOf(call: Call, target: Target): string {
  const given = (call.contentType.split(';')[0] ?? '').trim();
  const accepted = target.kind.custom ? [json, merge, apply] : [json, merge, strategic, apply];
  if (!accepted.includes(given)) throw unsupportedPatch();
  return given;
}

/** What a patch makes of an object; nothing is stored. */
export function patched(call: Call, target: Target, object: Tree): Tree {
  const media = mediaOf(call, target);
  if (media === apply) return asTree(applyMergePatch(object, asTree(fromYaml(call.body))));
  const decoding = media === strategic ? '' : 'error decoding patch: ';
  const patch = asValue(parsedJson(call.body, (why) => `${decoding}${why}`));
  if (media === json) return asTree(applyJsonPatch(object, patch));
  if (!isTree(patch))
    throw badRequest(`${decoding}json: cannot unmarshal ${goKindOf(patch)} into Go value of type map[string]interface {}`);
  if (media === merge) return asTree(applyMergePatch(object, patch));
  const wrong = wrongTypeIn({ ...patch, kind: object['kind'] });
  if (wrong !== undefined) throw invalidPatch(goText(patch), wrong.converted);
  return applyStrategicPatch(object, patch, target.kind.kind);
}

const goKindOf = (value: Value): string => (Array.isArray(value) ? 'array' : typeof value === 'boolean' ? 'bool' : typeof value);

/** JSON.parse gives nothing but JSON values. */
function asValue(parsed: unknown): Value {
  return parsed as Value;
}

function asTree(value: Value): Tree {
  if (!isTree(value)) throw badRequest(`json: cannot unmarshal ${goKindOf(value)} into Go value of type map[string]interface {}`);
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

/** A patch cannot make another kind of an object, nor give a field a value of another type. */
function asObject(after: Tree, before: KubeObject): KubeObject {
  if (after['kind'] !== before.kind || after['apiVersion'] !== before.apiVersion) {
    const [kind, version] = [JSON.stringify(after['kind'] ?? ''), JSON.stringify(after['apiVersion'] ?? '')];
    throw invalidPatch(JSON.stringify(after), `no kind ${kind} is registered for version ${version} in scheme "pkg/runtime/scheme.go:111"`);
  }
  const wrong = wrongTypeIn(after);
  if (wrong !== undefined) throw invalidPatch(JSON.stringify(after), wrong.decoded);
  return { ...after, kind: before.kind, apiVersion: before.apiVersion };
}
