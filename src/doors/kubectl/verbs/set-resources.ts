import type { JsonObject } from '../../../kernel/json.ts';
import { flagOf, isOn } from '../call.ts';
import { changeEffect, dryRunOf, warnOfRecord } from '../changes/flags.ts';
import { needsOf } from '../changes/needs.ts';
import { withContainers } from '../changes/pod-template.ts';
import { printChanged } from '../changes/print.ts';
import type { ReadInfo } from '../changes/select.ts';
import { fitsName, readTargets, runSetting, settingFlags } from '../changes/set-template.ts';
import { objectAt, textAt } from '../json-fields.ts';
import { KubectlError } from '../kubectl-error.ts';
import { formatQuantity, parseQuantity } from '../quantity.ts';
import type { KubectlCall, Verb, VerbContext } from '../verb.ts';

type Amounts = { limits: Readonly<Record<string, string>>; requests: Readonly<Record<string, string>> };

export const setResources: Verb = {
  name: 'set resources',
  flags: [
    { name: 'limits', value: 'text' },
    { name: 'requests', value: 'text' },
    { name: 'containers', short: 'c', value: 'text' },
    ...settingFlags,
  ],
  effect: (call) => changeEffect(call, true),
  needs: (call) => needsOf(call, call.args, [{ verb: 'patch' }]),
  run: runSetResources,
};

async function runSetResources(call: KubectlCall, context: VerbContext): Promise<number> {
  warnOfRecord(call, context);
  const dryRun = dryRunOf(call, context);
  const print = printChanged(call, context, { dryRun });
  const infos = await readTargets(call, call.args, context);
  if (isOn(call, 'all') && call.flags.has('selector')) throw new KubectlError('cannot set --all and --selector at the same time');
  const amounts: Amounts = { limits: amountsOf(flagOf(call, 'limits') ?? ''), requests: amountsOf(flagOf(call, 'requests') ?? '') };
  if ((flagOf(call, 'limits') ?? '') === '' && (flagOf(call, 'requests') ?? '') === '') {
    throw new KubectlError('you must specify an update to requests or limits (in the form of --requests/--limits)');
  }
  const pattern = flagOf(call, 'containers') ?? '*';
  const change = (info: ReadInfo, path: readonly string[], errors: unknown[]): JsonObject => {
    let isFound = false;
    const after = withContainers(info.object, path, (container) => {
      if (!fitsName(textAt(container, 'name'), pattern)) return container;
      isFound = true;
      return withAmounts(container, amounts);
    });
    if (!isFound) errors.push(new KubectlError(`error: unable to find container named ${pattern}`));
    return after;
  };
  return runSetting(
    infos,
    {
      verb: 'set resources',
      done: 'resource requirements updated',
      failure: 'failed to patch resources update to pod template ',
      dryRun,
      print,
      change,
    },
    { call, context },
  );
}

const quantityForm = /^[+-]?(\d+\.?\d*|\.\d+)([KMGTPE]i|[eE][+-]?\d+|[numkMGTPE])?$/;

function amountsOf(text: string): Readonly<Record<string, string>> {
  const amounts: Record<string, string> = {};
  for (const statement of text === '' ? [] : text.split(',')) {
    const [name = '', amount, ...more] = statement.split('=');
    if (amount === undefined || more.length > 0)
      throw new KubectlError(`Invalid argument syntax ${statement}, expected <resource>=<value>`);
    if (!quantityForm.test(amount)) {
      throw new KubectlError(
        amount === ''
          ? "unable to parse quantity's suffix"
          : "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'",
      );
    }
    amounts[name] = formatQuantity(parseQuantity(amount));
  }
  return amounts;
}

function withAmounts(container: JsonObject, amounts: Amounts): JsonObject {
  const resources = objectAt(container, 'resources') ?? {};
  const part = (key: 'limits' | 'requests'): JsonObject =>
    Object.keys(amounts[key]).length === 0 ? {} : { [key]: { ...objectAt(resources, key), ...amounts[key] } };
  return { ...container, resources: { ...resources, ...part('limits'), ...part('requests') } };
}
