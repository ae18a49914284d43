import type { JsonObject } from '../../../kernel/json.ts';
import { flagOf, isOn, listOf } from '../call.ts';
import { envLine, parseEnv, splitEnv, withEnv, type EnvChanges } from '../changes/env-words.ts';
import {
  allFlag,
  changeEffect,
  dryRunFlag,
  dryRunOf,
  fieldManagerFlag,
  fileFlags,
  listFlag,
  localFlag,
  overwriteFlag,
  printFlags,
  selectorFlag,
} from '../changes/flags.ts';
import { needsOf } from '../changes/needs.ts';
import { podSpecPath, withContainers } from '../changes/pod-template.ts';
import { printChanged } from '../changes/print.ts';
import type { ReadInfo } from '../changes/select.ts';
import { fitsName, readTargets, runSetting } from '../changes/set-template.ts';
import { quoted } from '../go-format.ts';
import { objectAt, objectsAt, textAt } from '../json-fields.ts';
import { KubectlError } from '../kubectl-error.ts';
import type { KubectlCall, Need, Verb, VerbContext } from '../verb.ts';

export const setEnv: Verb = {
  name: 'set env',
  flags: [
    { name: 'containers', short: 'c', value: 'text' },
    { name: 'from', value: 'text' },
    { name: 'prefix', value: 'text' },
    { name: 'keys', value: 'list' },
    { name: 'env', short: 'e', value: 'list' },
    { name: 'resolve', value: 'none' },
    listFlag,
    allFlag,
    localFlag,
    overwriteFlag,
    selectorFlag,
    fieldManagerFlag,
    dryRunFlag,
    ...fileFlags,
    ...printFlags,
  ],
  effect: (call) =>
    isOn(call, 'resolve')
      ? { type: 'manual', reason: '--resolve would print the values of secrets', fix: 'Leave --resolve out.' }
      : changeEffect(call, true),
  needs,
  run: runSetEnv,
};

function needs(call: KubectlCall): readonly Need[] {
  const first = call.args.findIndex((word) => word.includes('=') || word.endsWith('-'));
  const words = first < 0 ? call.args : call.args.slice(0, first);
  const from = flagOf(call, 'from') ?? '';
  return [...needsOf(call, words, isOn(call, 'list') ? [] : [{ verb: 'patch' }]), ...(from === '' ? [] : needsOf(call, [from], []))];
}

async function runSetEnv(call: KubectlCall, context: VerbContext): Promise<number> {
  if (isOn(call, 'all') && call.flags.has('selector')) throw new KubectlError('cannot set --all and --selector at the same time');
  const { resources, variables } = splitEnv(call.args);
  const dryRun = dryRunOf(call, context);
  const print = printChanged(call, context, { dryRun });
  checkEnv(call, resources);
  const typed = parseEnv([...(call.flags.get('env') ?? []), ...variables], context.stdin);
  const changes = await withSources(call, typed, context);
  const infos = await readTargets(call, resources, context);
  const pattern = flagOf(call, 'containers') ?? '*';
  if (isOn(call, 'list')) {
    for (const info of infos) listVariables(info, { pattern, changes }, context);
    return 0;
  }
  const check = (): void => {
    if (changes.set.length === 0 && variables.length === 0) throw new KubectlError('at least one environment variable must be provided');
  };
  const change = (info: ReadInfo, path: readonly string[]): JsonObject => {
    warnWithoutContainers(info, { path, pattern }, context);
    return withContainers(info.object, path, (container) =>
      fitsName(textAt(container, 'name'), pattern) ? changedContainer(container, changes, call) : container,
    );
  };
  return runSetting(
    infos,
    { verb: 'set env', done: 'env updated', failure: 'failed to patch env update to pod template: ', dryRun, print, change, check },
    { call, context },
  );
}

function checkEnv(call: KubectlCall, resources: readonly string[]): void {
  if (resources.length === 0) throw new KubectlError('one or more resources must be specified as <resource> <name> or <resource>/<name>');
  if (isOn(call, 'list') && (flagOf(call, 'output') ?? '') !== '')
    throw new KubectlError('--list and --output may not be specified together');
  if (call.flags.has('keys') && !call.flags.has('from'))
    throw new KubectlError('when specifying --keys, a configmap or secret must be provided with --from');
}

function changedContainer(container: JsonObject, changes: EnvChanges, call: KubectlCall): JsonObject {
  const existing = objectsAt(container, 'env');
  if (flagOf(call, 'overwrite') === 'false') refuseOverwriting(existing, changes);
  const env = withEnv(existing, changes);
  const { env: _env, ...rest } = container;
  return env.length === 0 ? rest : { ...container, env };
}

function refuseOverwriting(existing: readonly JsonObject[], changes: EnvChanges): void {
  for (const variable of changes.set) {
    const current = existing.find((other) => other['name'] === variable['name']);
    if (current === undefined || textAt(current, 'value') === textAt(variable, 'value')) continue;
    throw new KubectlError(`'${textAt(current, 'name')}' already has a value (${textAt(current, 'value')}), and --overwrite is false`);
  }
}

type Listed = { path: readonly string[]; pattern: string };

function containersAt(info: ReadInfo, { path, pattern }: Listed): readonly JsonObject[] {
  const all = [...objectsAt(info.object, ...path, 'containers'), ...objectsAt(info.object, ...path, 'initContainers')];
  return all.filter((container) => fitsName(textAt(container, 'name'), pattern));
}

function warnWithoutContainers(info: ReadInfo, listed: Listed, context: VerbContext): boolean {
  const isEmpty = containersAt(info, listed).length === 0;
  if (isEmpty) context.err(`Warning: ${info.type.kind}/${info.name} does not have any containers matching ${quoted(listed.pattern)}\n`);
  return isEmpty;
}

/** `--list` shows the variables as they would be, container by container, and changes nothing. */
function listVariables(info: ReadInfo, { pattern, changes }: { pattern: string; changes: EnvChanges }, context: VerbContext): void {
  const path = podSpecPath(info.type.kind);
  if (path === undefined || warnWithoutContainers(info, { path, pattern }, context)) return;
  for (const container of containersAt(info, { path, pattern })) {
    context.out(`# ${info.type.kind} ${info.name}, container ${textAt(container, 'name')}\n`);
    for (const variable of withEnv(objectsAt(container, 'env'), changes)) context.out(envLine(variable));
  }
}

const notInNames = /[^a-zA-Z0-9_]/g;

/** `--from` makes a variable of each key of a ConfigMap or Secret; `--prefix` goes before all names. */
async function withSources(call: KubectlCall, typed: EnvChanges, context: VerbContext): Promise<EnvChanges> {
  const from = flagOf(call, 'from') ?? '';
  const prefix = flagOf(call, 'prefix') ?? '';
  const sourced = from === '' ? [] : await variablesFrom(call, from, context);
  return { ...typed, set: [...typed.set, ...sourced].map((variable) => ({ ...variable, name: `${prefix}${textAt(variable, 'name')}` })) };
}

async function variablesFrom(call: KubectlCall, from: string, context: VerbContext): Promise<readonly JsonObject[]> {
  const infos = await readTargets(call, [from], context);
  const wanted = listOf(call, 'keys');
  return infos.flatMap((info) => {
    const reference = { Secret: 'secretKeyRef', ConfigMap: 'configMapKeyRef' }[info.type.kind];
    if (reference === undefined) throw new KubectlError('unsupported resource specified in --from');
    const keys = Object.keys(objectAt(info.object, 'data') ?? {}).filter((key) => wanted.length === 0 || wanted.includes(key));
    return keys.sort().map((key) => ({ name: envName(key, context), valueFrom: { [reference]: { key, name: info.name } } }));
  });
}

function envName(key: string, context: VerbContext): string {
  const name = key.replaceAll(notInNames, '_').toUpperCase();
  if (name !== key) context.err(`Warning: key ${key} transferred to ${name}\n`);
  return name;
}
