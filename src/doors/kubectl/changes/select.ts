import { z } from 'zod';
import type { JsonObject } from '../../../kernel/json.ts';
import type { ResourceType } from '../api.ts';
import { textAt } from '../json-fields.ts';
import { KubectlError } from '../kubectl-error.ts';
import type { VerbContext } from '../verb.ts';
import { combined } from './failures.ts';

/** One object that a command line means. `object` is absent until it was read. */
export type Info = { type: ResourceType; namespace: string | undefined; name: string; object?: JsonObject };

/** An object as it was read. */
export type ReadInfo = Info & { object: JsonObject };

/** What a command line says about which objects it means. `all` is the flag, `isAllWithoutName` a verb that takes a type alone for all of its objects. */
export type Choice = {
  program: string;
  args: readonly string[];
  namespace: string | undefined;
  allNamespaces?: boolean;
  selector?: string | undefined;
  fieldSelector?: string | undefined;
  all?: boolean;
  isAllWithoutName?: boolean;
};

/** Where objects come from: each source is asked when its turn comes. */
export type Selection = { isSingle: boolean; sources: readonly (() => Promise<readonly Info[]>)[] };

const objectSchema = z.custom<JsonObject>((value) => typeof value === 'object' && value !== null && !Array.isArray(value));

type Words = { types: readonly string[]; names: readonly string[]; tuples: readonly (readonly [type: string, name: string])[] };

/** What the word "all" stands for where a type is expected: the kinds that the server's discovery puts into that category. */
const categoryAll = [
  'pods',
  'replicationcontrollers',
  'services',
  'daemonsets.apps',
  'deployments.apps',
  'replicasets.apps',
  'statefulsets.apps',
  'horizontalpodautoscalers.autoscaling',
  'cronjobs.batch',
  'jobs.batch',
];

const missingResource = `You must provide one or more resources by argument or filename.
Example resource specifications include:
   '-f rsrc.yaml'
   '--filename=rsrc.json'
   '<resource> <name>'
   '<resource>'`;

/** Finds out which objects are meant, with kubectl's rules and words for what makes no sense. Reads no object by name yet. */
export async function select(choice: Choice, context: VerbContext): Promise<Selection> {
  const words = wordsOf(choice);
  const isSelected = choice.selector !== undefined || choice.fieldSelector !== undefined;
  if (choice.all === true && isSelected) throw new KubectlError("setting 'all' parameter but found a non empty selector. ");
  if (isSelected || meansAll(words, choice)) return bySelector(words, choice, context);
  if (words.tuples.length > 0) return byTuples(words, choice, context);
  if (words.names.length > 0) return byNames(words, choice, context);
  for (const type of words.types) await context.api.typeOf(type);
  throw new KubectlError(words.types.length > 0 ? 'resource(s) were provided, but no name was specified' : missingResource);
}

function meansAll(words: Words, choice: Choice): boolean {
  return choice.all === true || (choice.isAllWithoutName === true && choice.args.length === 1 && words.tuples.length === 0);
}

function wordsOf(choice: Choice): Words {
  const args = combinedArgs(choice.args);
  const slashes = args.filter((arg) => arg.includes('/'));
  if (slashes.length === 0) return { types: args.slice(0, 1).flatMap((arg) => typesOf(arg)), names: args.slice(1), tuples: [] };
  if (slashes.length !== args.length) {
    throw new KubectlError(
      `there is no need to specify a resource type as a separate argument when passing arguments in resource/name form (e.g. '${choice.program} get resource/<resource_name>' instead of '${choice.program} get resource resource/<resource_name>'`,
    );
  }
  return { types: [], names: [], tuples: args.map((arg) => tupleOf(arg)) };
}

function typesOf(word: string): readonly string[] {
  return word.split(',').flatMap((type) => (type === 'all' ? categoryAll : [type]));
}

/** `a,b x y` means a/x a/y b/x b/y. */
function combinedArgs(args: readonly string[]): readonly string[] {
  const [first, ...names] = args;
  const types = (first ?? '').split(',');
  return names.length > 0 && types.length > 1 ? types.flatMap((type) => names.map((name) => `${type}/${name}`)) : args;
}

function tupleOf(word: string): readonly [string, string] {
  const [type = '', name = '', ...more] = word.split('/');
  if (more.length > 0) throw new KubectlError('arguments in resource/name form may not have more than one slash');
  if (type === '' || name === '' || type.includes(','))
    throw new KubectlError('arguments in resource/name form must have a single resource and name');
  return [type, name];
}

async function bySelector(words: Words, choice: Choice, context: VerbContext): Promise<Selection> {
  if (words.names.length > 0) throw new KubectlError('name cannot be provided when a selector is specified');
  if (words.tuples.length > 0) throw new KubectlError('selectors and the all flag cannot be used when passing resource/name arguments');
  if (words.types.length === 0) throw new KubectlError('at least one resource must be specified to use a selector');
  const types: ResourceType[] = [];
  for (const word of words.types) {
    const type = await context.api.typeOf(word);
    if (!types.some((known) => known.kind === type.kind && known.group === type.group)) types.push(type);
  }
  return { isSingle: false, sources: types.map((type) => () => listed(type, choice, context)) };
}

async function listed(type: ResourceType, choice: Choice, context: VerbContext): Promise<readonly Info[]> {
  const namespace = choice.allNamespaces === true || !type.namespaced ? undefined : (choice.namespace ?? defaultNamespace(context));
  const objects = await context.api.list(type, {
    namespace,
    ...(choice.selector === undefined ? {} : { labelSelector: choice.selector }),
    ...(choice.fieldSelector === undefined ? {} : { fieldSelector: choice.fieldSelector }),
  });
  return objects.map((object) => infoOf(type, { ...headOf(type), ...object }));
}

/** The kind and version of an object, which items of a list do not carry. */
export function headOf(type: ResourceType): { apiVersion: string; kind: string } {
  return { apiVersion: type.group === '' ? type.version : `${type.group}/${type.version}`, kind: type.kind };
}

function infoOf(type: ResourceType, object: JsonObject): Info {
  return {
    type,
    namespace: type.namespaced ? textAt(object, 'metadata', 'namespace') : undefined,
    name: textAt(object, 'metadata', 'name'),
    object,
  };
}

async function byTuples(words: Words, choice: Choice, context: VerbContext): Promise<Selection> {
  const infos: Info[] = [];
  for (const [word, name] of words.tuples) infos.push(namedInfo(await context.api.typeOf(word), name, { choice, context }));
  return { isSingle: infos.length === 1, sources: infos.map((info) => () => Promise.resolve([info])) };
}

async function byNames(words: Words, choice: Choice, context: VerbContext): Promise<Selection> {
  const [word, ...more] = words.types;
  if (word === undefined) throw new KubectlError('you must provide a resource and a resource name together');
  if (more.length > 0) throw new KubectlError('you must specify only one resource');
  const type = await context.api.typeOf(word);
  const infos = words.names.map((name) => namedInfo(type, name, { choice, context }));
  return { isSingle: infos.length === 1, sources: infos.map((info) => () => Promise.resolve([info])) };
}

function namedInfo(type: ResourceType, name: string, { choice, context }: { choice: Choice; context: VerbContext }): Info {
  if (!type.namespaced) return { type, namespace: undefined, name };
  if (choice.allNamespaces === true) throw new KubectlError('a resource cannot be retrieved by name across all namespaces');
  return { type, namespace: choice.namespace ?? defaultNamespace(context), name };
}

/** The namespace of commands that name none. */
export function defaultNamespace(context: VerbContext): string {
  return context.session.cluster?.namespace ?? 'default';
}

/** Reads an object unless it was read as part of a list. */
export async function readInfo(info: Info, context: VerbContext): Promise<ReadInfo> {
  if (info.object !== undefined) return { ...info, object: info.object };
  const object = await context.api.get(info.type, { namespace: info.namespace ?? '', name: info.name });
  return { ...info, object: { ...headOf(info.type), ...object } };
}

/** Reads an object as `delete` finds it: kubectl sends the deletion alone, so nothing is said about a missing namespace. */
export async function readForDeletion(info: Info, context: VerbContext): Promise<ReadInfo> {
  if (info.object !== undefined) return { ...info, object: info.object };
  const at = { name: info.name, ...(info.namespace === undefined ? {} : { namespace: info.namespace }) };
  const answer = await context.api.read(context.api.pathOf(info.type, at));
  return { ...info, object: objectSchema.parse(JSON.parse(answer.body)) };
}

/** Does something with each object in order. Failures do not stop the others; all of them are thrown at the end, as kubectl prints them. */
export async function visitEach(selection: Selection, visit: (info: Info) => Promise<void>): Promise<void> {
  const errors: unknown[] = [];
  const attempt = async (work: () => Promise<void>): Promise<void> => {
    try {
      await work();
    } catch (error) {
      errors.push(error);
    }
  };
  for (const source of selection.sources) {
    await attempt(async () => {
      for (const info of await source()) await attempt(() => visit(info));
    });
  }
  if (errors.length > 0) throw combined(errors);
}

/** Reads all objects first: those that could be read, and what went wrong with the others. */
export async function readAll(
  selection: Selection,
  context: VerbContext,
): Promise<{ infos: readonly ReadInfo[]; error: Error | undefined }> {
  const infos: ReadInfo[] = [];
  try {
    await visitEach(selection, async (info) => {
      infos.push(await readInfo(info, context));
    });
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return { infos, error };
  }
  return { infos, error: undefined };
}
