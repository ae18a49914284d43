import type { JsonObject } from '../../../kernel/json.ts';
import type { Named, ResourceType } from '../api.ts';
import { allArgs, durationMsOf, flagOf, isOn } from '../call.ts';
import { textAt } from '../json-fields.ts';
import { joinErrors, KubectlError } from '../kubectl-error.ts';
import type { KubectlCall, Verb, VerbContext } from '../verb.ts';
import { namespaceFor, refuseFiles } from './call-place.ts';
import { lookNeeds } from './read-needs.ts';
import { type WaitCondition, waitConditions } from './wait-conditions.ts';
import { jsonPathValues } from './wait-jsonpath.ts';

export const wait: Verb = {
  name: 'wait',
  flags: [
    { name: 'for', value: 'list' },
    { name: 'timeout', value: 'duration' },
    { name: 'selector', short: 'l', value: 'text' },
    { name: 'field-selector', value: 'text' },
    { name: 'all', value: 'none' },
    { name: 'all-namespaces', short: 'A', value: 'none' },
    { name: 'filename', short: 'f', value: 'list' },
    { name: 'kustomize', short: 'k', value: 'text' },
    { name: 'recursive', short: 'R', value: 'none' },
    { name: 'local', value: 'none' },
    { name: 'output', short: 'o', value: 'text' },
  ],
  effect(call) {
    if (!call.flags.has('output') && !call.flags.has('local')) return refuseFiles(call);
    return { type: 'manual', reason: 'only that the condition is met is shown', fix: 'Use get with -o after it.' };
  },
  needs: (call) => lookNeeds(call, allArgs(call)),
  async run(call, context) {
    const conditions = waitConditions(call.flags.get('for') ?? [], jsonPathValues);
    const waiting = createWaiting(call, context);
    checkNames(call);
    if (conditions.some(({ type }) => type === 'create'))
      await waiting.until(() => isThere(call, context), 'timed out waiting for the condition');
    const isForDelete = conditions.some(({ type }) => type === 'delete');
    const objects = await foundObjects(call, context, { missingIsFine: isForDelete });
    if (objects.length === 0 && !isForDelete) throw new KubectlError('no matching resources found');
    const errors: KubectlError[] = [];
    for (const object of objects) {
      try {
        for (const condition of conditions) {
          await metBy(object, condition, { call, context, waiting });
          context.out(`${shownName(object)} condition met\n`);
        }
      } catch (error) {
        if (!(error instanceof KubectlError)) throw error;
        errors.push(error);
      }
    }
    if (errors.length > 0) throw joinErrors(errors);
    return 0;
  },
};

type Found = { type: ResourceType; name: string; namespace: string };

const shownName = ({ type, name }: Found): string => `${type.kind.toLowerCase()}${type.group === '' ? '' : `.${type.group}`}/${name}`;

function checkNames(call: KubectlCall): void {
  const args = allArgs(call);
  const isSelected = (flagOf(call, 'selector') ?? '') !== '' || (flagOf(call, 'field-selector') ?? '') !== '' || isOn(call, 'all');
  const isNamed = args.length > 1 || (args[0] ?? '').includes('/');
  if (args.length === 0) {
    throw new KubectlError(
      `You must provide one or more resources by argument or filename.
Example resource specifications include:
   '-f rsrc.yaml'
   '--filename=rsrc.json'
   '<resource> <name>'
   '<resource>'`,
    );
  }
  if (!isNamed && !isSelected) throw new KubectlError('resource(s) were provided, but no name was specified');
}

async function foundObjects(
  call: KubectlCall,
  context: VerbContext,
  { missingIsFine }: { missingIsFine: boolean },
): Promise<readonly Found[]> {
  const found: Found[] = [];
  for (const named of await context.api.named(allArgs(call))) {
    try {
      found.push(...(await objectsOf(named, call, context)));
    } catch (error) {
      if (!missingIsFine || !(error instanceof KubectlError) || error.status?.reason !== 'NotFound') throw error;
    }
  }
  return found;
}

async function objectsOf({ type, name }: Named, call: KubectlCall, { api, session }: VerbContext): Promise<readonly Found[]> {
  const namespace = namespaceFor(call, { session });
  if (name !== undefined) {
    const object = await api.get(type, { namespace, name });
    return [{ type, name, namespace: textAt(object, 'metadata', 'namespace') }];
  }
  const objects = await api.list(type, {
    namespace: call.allNamespaces ? undefined : namespace,
    labelSelector: flagOf(call, 'selector') ?? '',
    fieldSelector: flagOf(call, 'field-selector') ?? '',
  });
  return objects.map((object) => ({ type, name: textAt(object, 'metadata', 'name'), namespace: textAt(object, 'metadata', 'namespace') }));
}

async function isThere(call: KubectlCall, context: VerbContext): Promise<boolean> {
  try {
    return (await foundObjects(call, context, { missingIsFine: false })).length > 0;
  } catch (error) {
    if (error instanceof KubectlError && error.status?.reason === 'NotFound') return false;
    throw error;
  }
}

type Waiting = { isOnce: boolean; until(isMet: () => Promise<boolean>, problem: string): Promise<void> };

const everyMs = 500;

/** One time for all objects and conditions of a call: 30 s unless it says otherwise, and never without an end. A plan looks once: nothing was done yet. */
function createWaiting(call: KubectlCall, { session, signal }: VerbContext): Waiting {
  const { clock } = session;
  const given = durationMsOf(call, 'timeout') ?? 30_000;
  const end = clock.now().getTime() + (given < 0 ? session.followMs : given);
  return {
    isOnce: given === 0,
    async until(isMet, problem) {
      if (session.mode === 'plan') return void (await isMet());
      while (!(await isMet())) {
        const leftMs = end - clock.now().getTime();
        if (leftMs <= 0 || signal.aborted) throw new KubectlError(problem);
        await clock.sleep(Math.min(everyMs, leftMs), signal);
      }
    },
  };
}

async function metBy(
  object: Found,
  condition: WaitCondition,
  { call, context, waiting }: { call: KubectlCall; context: VerbContext; waiting: Waiting },
): Promise<void> {
  if (condition.type === 'create') return;
  const { type, name } = object;
  const read = () => context.api.get(type, { namespace: object.namespace || namespaceFor(call, context), name });
  const once = `condition not met for ${type.resource}/${name}`;
  const problem = waiting.isOnce ? once : `timed out waiting for the condition on ${type.resource}/${name}`;
  await waiting.until(async () => {
    const state = await presentState(read, condition);
    if (condition.type === 'delete') return state === undefined;
    return state !== undefined && condition.holds(state);
  }, problem);
}

/** The object as it is; undefined when it is gone and that is what was waited for. */
async function presentState(read: () => Promise<JsonObject>, condition: WaitCondition): Promise<JsonObject | undefined> {
  try {
    return await read();
  } catch (error) {
    if (condition.type === 'delete' && error instanceof KubectlError && error.status?.reason === 'NotFound') return undefined;
    throw error;
  }
}
