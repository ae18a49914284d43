import type { JsonObject } from '../../../kernel/json.ts';
import { isOn } from '../call.ts';
import { combined } from '../changes/failures.ts';
import { changeEffect, dryRunOf, warnOfRecord } from '../changes/flags.ts';
import { needsOf } from '../changes/needs.ts';
import { parsePairs, resourceWords, splitPairs } from '../changes/pairs.ts';
import { withContainers } from '../changes/pod-template.ts';
import { printChanged } from '../changes/print.ts';
import type { ReadInfo } from '../changes/select.ts';
import { readTargets, runSetting, settingFlags } from '../changes/set-template.ts';
import { textAt } from '../json-fields.ts';
import { KubectlError } from '../kubectl-error.ts';
import type { KubectlCall, Verb, VerbContext } from '../verb.ts';

export const setImage: Verb = {
  name: 'set image',
  flags: settingFlags,
  effect: (call) => changeEffect(call, true),
  needs: (call) => needsOf(call, resourceWords(call.args), [{ verb: 'patch' }]),
  run: runSetImage,
};

async function runSetImage(call: KubectlCall, context: VerbContext): Promise<number> {
  warnOfRecord(call, context);
  const dryRun = dryRunOf(call, context);
  const print = printChanged(call, context, { dryRun });
  const { resources, pairs } = splitPairs(call.args, 'image');
  const images = parsePairs(pairs, 'image', false).set;
  const infos = await readTargets(call, resources, context);
  checkImages(call, resources, images);
  const change = (info: ReadInfo, path: readonly string[], errors: unknown[]): JsonObject => withImages({ info, path, images }, errors);
  return runSetting(
    infos,
    { verb: 'set image', done: 'image updated', failure: 'failed to patch image update to pod template: ', dryRun, print, change },
    { call, context },
  );
}

function checkImages(call: KubectlCall, resources: readonly string[], images: ReadonlyMap<string, string>): void {
  const errors: KubectlError[] = [];
  if (isOn(call, 'all') && call.flags.has('selector')) errors.push(new KubectlError('cannot set --all and --selector at the same time'));
  if (resources.length === 0)
    errors.push(new KubectlError('one or more resources must be specified as <resource> <name> or <resource>/<name>'));
  if (images.size === 0) errors.push(new KubectlError('at least one image update is required'));
  else if (images.size > 1 && images.has('*')) {
    errors.push(new KubectlError('all containers are already specified by *, but saw more than one container_name=container_image pairs'));
  }
  if (errors.length > 0) throw combined(errors);
}

function withImages(
  { info, path, images }: { info: ReadInfo; path: readonly string[]; images: ReadonlyMap<string, string> },
  errors: unknown[],
): JsonObject {
  const found = new Set<string>();
  const after = withContainers(info.object, path, (container) => {
    const name = textAt(container, 'name');
    const key = images.has(name) ? name : '*';
    const image = images.get(key);
    if (image === undefined) return container;
    found.add(key);
    return { ...container, image };
  });
  for (const name of images.keys()) {
    if (!found.has(name)) errors.push(new KubectlError(`error: unable to find container named "${name}"`));
  }
  return after;
}
