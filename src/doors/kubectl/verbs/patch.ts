import { parse as parseYaml } from 'yaml';
import { z } from 'zod';
import { canonicalJson, type Json, type JsonObject } from '../../../kernel/json.ts';
import { table } from '../../../kernel/table.ts';
import { flagOf } from '../call.ts';
import { choiceOf } from '../changes/choice.ts';
import { isRefusal, wordsOf } from '../changes/failures.ts';
import { changeEffect, dryRunOf, patchFlags, warnOfRecord } from '../changes/flags.ts';
import { jsonFault } from '../changes/json-fault.ts';
import { needsOf } from '../changes/needs.ts';
import { printChanged } from '../changes/print.ts';
import { readInfo, select, visitEach, type Info, type ReadInfo } from '../changes/select.ts';
import { jsonPatch, mergePatch, send, strategicPatch, type PatchType } from '../changes/send.ts';
import { quoted } from '../go-format.ts';
import { KubectlError, statusError } from '../kubectl-error.ts';
import type { KubectlCall, Verb, VerbContext } from '../verb.ts';

const patchTypes = table<PatchType>({ json: jsonPatch, merge: mergePatch, strategic: strategicPatch });

const jsonSchema = z.json();
const objectSchema = z.custom<JsonObject>((value) => typeof value === 'object' && value !== null && !Array.isArray(value));

export const patch: Verb = {
  name: 'patch',
  flags: [
    { name: 'patch', short: 'p', value: 'text' },
    { name: 'patch-file', value: 'text' },
    { name: 'type', value: 'text' },
    { name: 'subresource', value: 'text' },
    ...patchFlags,
  ],
  effect(call) {
    const file = flagOf(call, 'patch-file');
    return file === undefined
      ? changeEffect(call, true)
      : { type: 'manual', reason: `${file} is a file outside the runbook`, fix: 'Write the patch with -p.' };
  },
  needs(call) {
    const subresource = flagOf(call, 'subresource') ?? '';
    return needsOf(call, call.args, [{ verb: 'patch', ...(subresource === '' ? {} : { subresource }) }]);
  },
  run: runPatch,
};

async function runPatch(call: KubectlCall, context: VerbContext): Promise<number> {
  warnOfRecord(call, context);
  const dryRun = dryRunOf(call, context);
  const text = flagOf(call, 'patch') ?? '';
  if (text === '') throw new KubectlError('must specify --patch or --patch-file containing the contents of the patch');
  const type = patchTypeOf(flagOf(call, 'type') ?? 'strategic');
  const parsed = parsePatch(text);
  const print = printChanged(call, context, { dryRun: 'none' });
  const subresource = flagOf(call, 'subresource') ?? '';
  const selection = await select(choiceOf(call), context);
  await visitEach(selection, async (named) => {
    const info = await readAt(named, subresource, context);
    if ('fault' in parsed) throw statusError({ reason: 'BadRequest', message: parsed.fault, code: 400 });
    const change = {
      verb: 'patch',
      info,
      method: 'PATCH' as const,
      contentType: type,
      body: parsed.body,
      fieldManager: flagOf(call, 'field-manager') ?? 'kubectl-patch',
    };
    const sent = send(subresource === '' ? change : { ...change, subresource }, dryRun === 'none' ? 'none' : 'server', context);
    const after = await sent.catch((error: unknown) => {
      throw unsupported(error, type, info);
    });
    const isChanged = canonicalJson(after) !== canonicalJson(info.object);
    print(isChanged ? 'patched' : 'patched (no change)', after);
  });
  return 0;
}

function patchTypeOf(word: string): PatchType {
  if (word === '') return strategicPatch;
  const type = patchTypes.get(word.toLowerCase());
  if (type === undefined) throw new KubectlError(`--type must be one of [json merge strategic], not ${quoted(word)}`);
  return type;
}

/** Text that begins with a brace goes to the server as it is, so its faults are the server's words; everything else is read as YAML. */
function parsePatch(text: string): { body: Json } | { fault: string } {
  if (/^\s*\{/.test(text)) {
    const fault = jsonFault(text);
    return fault === undefined ? { body: jsonSchema.parse(JSON.parse(text)) } : { fault };
  }
  try {
    return { body: jsonSchema.parse(parseYaml(text)) };
  } catch (error) {
    const reason = error instanceof Error ? (error.message.split('\n')[0] ?? '') : '';
    throw new KubectlError(`unable to parse ${quoted(text)}: yaml: ${reason}`);
  }
}

async function readAt(info: Info, subresource: string, context: VerbContext): Promise<ReadInfo> {
  if (subresource === '') return readInfo(info, context);
  const at = { name: info.name, subresource, ...(info.namespace === undefined ? {} : { namespace: info.namespace }) };
  const answer = await context.api.read(context.api.pathOf(info.type, at));
  return { ...info, object: objectSchema.parse(JSON.parse(answer.body)) };
}

function unsupported(error: unknown, type: PatchType, info: ReadInfo): unknown {
  if (!isRefusal(error, 'UnsupportedMediaType')) return error;
  const { group, version, kind } = info.type;
  return new KubectlError(`${type} is not supported by ${group === '' ? version : `${group}/${version}`}, Kind=${kind}: ${wordsOf(error)}`);
}
