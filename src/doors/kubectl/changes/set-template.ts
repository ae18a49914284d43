import type { JsonObject } from '../../../kernel/json.ts';
import { flagOf, isOn } from '../call.ts';
import { KubectlError } from '../kubectl-error.ts';
import type { Flag, KubectlCall, VerbContext } from '../verb.ts';
import { choiceOf } from './choice.ts';
import { combined, wordsOf } from './failures.ts';
import { allFlag, patchFlags, selectorFlag } from './flags.ts';
import type { DryRun } from './flags.ts';
import { podSpecPath } from './pod-template.ts';
import type { Print } from './print.ts';
import { readAll, select } from './select.ts';
import type { ReadInfo } from './select.ts';
import { send, strategicPatch } from './send.ts';
import { strategicDiff } from './strategic-diff.ts';

/** One of the `set` verbs: what it makes of an object whose pod spec stands at `path`, and how its failures begin. */
export type Setting = {
  verb: string;
  done: string;
  failure: string;
  dryRun: DryRun;
  print: Print;
  change: (info: ReadInfo, path: readonly string[], errors: unknown[]) => JsonObject;
  /** Called before a result is printed; may refuse. */
  check?: () => void;
};

/** The flags that `set image` and `set resources` share. */
export const settingFlags: readonly Flag[] = [allFlag, selectorFlag, ...patchFlags];

/** Reads the objects that a `set` verb means by these words; one that cannot be read refuses all. */
export async function readTargets(call: KubectlCall, args: readonly string[], context: VerbContext): Promise<readonly ReadInfo[]> {
  const selection = await select({ ...choiceOf(call, args), isAllWithoutName: isOn(call, 'all') }, context);
  const { infos, error } = await readAll(selection, context);
  if (error !== undefined) throw error;
  return infos;
}

/** Changes the pod templates of objects that were read, one after the other; what fails is told at the end. */
export async function runSetting(
  infos: readonly ReadInfo[],
  setting: Setting,
  { call, context }: { call: KubectlCall; context: VerbContext },
): Promise<number> {
  const errors: unknown[] = [];
  const changed = infos.flatMap((info) => changedInfo(info, setting, errors));
  for (const { info, after, fault } of changed) {
    try {
      if (fault !== undefined) throw fault;
      const body = strategicDiff(info.object, after);
      if (Object.keys(body).length === 0) continue;
      if (setting.dryRun === 'client') setting.print(setting.done, after);
      else await sendOne({ info, body }, setting, { call, context });
    } catch (error) {
      errors.push(error);
    }
  }
  if (errors.length > 0) throw combined(errors);
  return 0;
}

type Changed = { info: ReadInfo; after: JsonObject; fault: KubectlError | undefined };

/** All objects are changed in memory before the first is sent, so that errors about containers come first. */
function changedInfo(info: ReadInfo, setting: Setting, errors: unknown[]): readonly Changed[] {
  const path = podSpecPath(info.type.kind);
  try {
    if (path === undefined)
      throw new KubectlError(`the object is not a pod or does not have a pod template: *${info.type.version}.${info.type.kind}`);
    return [{ info, after: setting.change(info, path, errors), fault: undefined }];
  } catch (error) {
    return [{ info, after: info.object, fault: new KubectlError(`error: ${info.type.resource}/${info.name} ${wordsOf(error)}\n`) }];
  }
}

async function sendOne(
  { info, body }: { info: ReadInfo; body: JsonObject },
  setting: Setting,
  { call, context }: { call: KubectlCall; context: VerbContext },
): Promise<void> {
  const fieldManager = flagOf(call, 'field-manager') ?? 'kubectl-set';
  const answer = await send(
    { verb: setting.verb, info, method: 'PATCH', contentType: strategicPatch, fieldManager, body },
    setting.dryRun,
    context,
  ).catch((error: unknown) => {
    throw new KubectlError(`${setting.failure}${wordsOf(error)}`);
  });
  setting.check?.();
  setting.print(setting.done, answer);
}

/** Whether a container's name fits `--containers`, where "*" stands for anything. */
export function fitsName(name: string, pattern: string): boolean {
  if (pattern === '*') return true;
  const parts = pattern.split('*').map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, String.raw`\$&`));
  return new RegExp(`^${parts.join('.*')}$`).test(name);
}
