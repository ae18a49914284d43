import type { JsonObject } from '../../../../kernel/json.ts';
import { table } from '../../../../kernel/table.ts';
import type { Named, ResourceType } from '../../api.ts';
import { allArgs, flagOf, isOn } from '../../call.ts';
import { joinErrors, KubectlError } from '../../kubectl-error.ts';
import type { KubectlCall, Need, Verb, VerbContext } from '../../verb.ts';
import { namespaceFor, refuseFiles } from '../call-place.ts';
import { lookNeeds, readNeed } from '../read-needs.ts';
import { describerOf } from './describers.ts';
import { eventsAbout, writeEvents } from './events-part.ts';
import { nameOf, namespaceOf } from './reading.ts';
import { described } from './sheet.ts';

export const describe: Verb = {
  name: 'describe',
  flags: [
    { name: 'selector', short: 'l', value: 'text' },
    { name: 'all-namespaces', short: 'A', value: 'none' },
    { name: 'show-events', value: 'none' },
    { name: 'chunk-size', value: 'number' },
    { name: 'filename', short: 'f', value: 'list' },
    { name: 'kustomize', short: 'k', value: 'text' },
    { name: 'recursive', short: 'R', value: 'none' },
  ],
  effect: refuseFiles,
  needs: describeNeeds,
  async run(call, context) {
    const args = allArgs(call);
    if (args.length === 0) {
      const advice = `Use "${call.program} api-resources" for a complete list of supported resources.`;
      throw new KubectlError(`You must specify the type of resource to describe. ${advice}\n`);
    }
    const { found, errors } = await findObjects(call, context, args);
    const [type, prefix] = args;
    const [error] = errors;
    if (error?.status?.reason === 'NotFound' && args.length === 2 && type !== undefined && prefix !== undefined) {
      return describeByPrefix(call, context, { type, prefix, error });
    }
    const isAlone = errors.length === 0 && found.length < 2;
    await describeAll(found, { showEvents: call.flags.has('show-events') ? isOn(call, 'show-events') : isAlone }, context);
    if (errors.length > 0) throw joinErrors(errors);
    if (found.length === 0) sayNone(call, context);
    return 0;
  },
};

function sayNone(call: KubectlCall, context: VerbContext): void {
  context.err(call.allNamespaces ? 'No resources found\n' : `No resources found in ${namespaceFor(call, context)} namespace.\n`);
}

async function describeAll(found: readonly Found[], { showEvents }: { showEvents: boolean }, context: VerbContext): Promise<void> {
  for (const [index, { object, type }] of found.entries()) {
    const text = await describeOne(object, { type, showEvents }, context);
    context.out(index === 0 ? text : `\n\n${text}`);
  }
}

type Found = { object: JsonObject; type: ResourceType };

/** Reads everything that is named; what cannot be read is kept as an error, as the others are shown nevertheless. */
async function findObjects(
  call: KubectlCall,
  context: VerbContext,
  args: readonly string[],
): Promise<{ found: readonly Found[]; errors: readonly KubectlError[] }> {
  const found: Found[] = [];
  const errors: KubectlError[] = [];
  const labelSelector = flagOf(call, 'selector') ?? '';
  for (const named of await context.api.named(args)) {
    if (named.name !== undefined && labelSelector !== '') throw new KubectlError('name cannot be provided when a selector is specified');
    if (named.name !== undefined && call.allNamespaces)
      throw new KubectlError('a resource cannot be retrieved by name across all namespaces');
    try {
      found.push(...(await objectsOf(named, { call, context, labelSelector })));
    } catch (error) {
      if (!(error instanceof KubectlError)) throw error;
      errors.push(error);
    }
  }
  return { found, errors };
}

async function objectsOf(
  named: Named,
  { call, context, labelSelector }: { call: KubectlCall; context: VerbContext; labelSelector: string },
): Promise<readonly Found[]> {
  const { type, name } = named;
  const namespace = namespaceFor(call, context);
  if (name !== undefined) return [{ type, object: await context.api.get(type, { namespace, name }) }];
  const objects = await context.api.list(type, { namespace: call.allNamespaces ? undefined : namespace, labelSelector });
  return objects.map((object) => ({ type, object }));
}

/** kubectl takes a name that does not exist for the beginning of names. */
async function describeByPrefix(
  call: KubectlCall,
  context: VerbContext,
  wanted: { type: string; prefix: string; error: KubectlError },
): Promise<number> {
  const [named] = await context.api.named([wanted.type]);
  if (named === undefined) throw wanted.error;
  const objects = await context.api.list(named.type, { namespace: namespaceFor(call, context) });
  const matching = objects.filter((object) => nameOf(object).startsWith(wanted.prefix));
  const showEvents = isOn(call, 'show-events');
  for (const object of matching) context.out(`${await describeOne(object, { type: named.type, showEvents }, context)}\n`);
  if (matching.length === 0) throw wanted.error;
  return 0;
}

async function describeOne(
  listed: JsonObject,
  { type, showEvents }: { type: ResourceType; showEvents: boolean },
  { api, session }: VerbContext,
): Promise<string> {
  const describer = describerOf(type);
  // Read anew, as kubectl does: what a list left out (its items' kind) is there again.
  const object = await api.get(type, { namespace: namespaceOf(listed), name: nameOf(listed) });
  const reading = { api, now: session.clock.now() };
  return described(async (sheet) => {
    await describer.describe(object, reading)(sheet);
    if (showEvents && describer.events !== 'none') writeEvents(sheet, await eventsAbout(object, describer.events, reading), reading.now);
  });
}

/** Kinds that people describe by the beginning of a name, because its end is made anew each time. */
const generatedNames: ReadonlySet<string> = new Set(['pods', 'replicasets', 'jobs']);

function describeNeeds(call: KubectlCall): readonly Need[] {
  const args = allArgs(call);
  const events = readNeed(call, { apiGroup: '', resource: 'events', verb: 'list' });
  const own = lookNeeds(call, args);
  const byPrefix = own.filter(({ name, resource }) => name !== undefined && generatedNames.has(resource));
  const lists = byPrefix.map(({ apiGroup, resource }) => readNeed(call, { apiGroup, resource, verb: 'list' }));
  return own.length === 0 ? [] : [...own, ...lists, events, ...companions(call, own)];
}

type Companion = readonly [apiGroup: string, resource: string, verb: string];

/** What describers read besides their object. */
const alsoRead = table<readonly Companion[]>({
  deployments: [['apps', 'replicasets', 'list']],
  replicasets: [['', 'pods', 'list']],
  statefulsets: [['', 'pods', 'list']],
  daemonsets: [['', 'pods', 'list']],
  persistentvolumeclaims: [['', 'pods', 'list']],
  services: [['discovery.k8s.io', 'endpointslices', 'list']],
  ingresses: [
    ['discovery.k8s.io', 'endpointslices', 'list'],
    ['', 'services', 'get'],
  ],
  namespaces: [
    ['', 'resourcequotas', 'list'],
    ['', 'limitranges', 'list'],
  ],
});

const clusterWide = table<readonly Companion[]>({
  nodes: [
    ['', 'pods', 'list'],
    ['', 'events', 'list'],
    ['coordination.k8s.io', 'leases', 'get'],
    ['resource.k8s.io', 'resourceslices', 'list'],
  ],
});

function companions(call: KubectlCall, own: readonly Need[]): readonly Need[] {
  const resources = [...new Set(own.map((need) => need.resource))];
  return resources.flatMap((resource) => [
    ...(alsoRead.get(resource) ?? []).map(([apiGroup, also, verb]) => readNeed(call, { apiGroup, resource: also, verb })),
    ...(clusterWide.get(resource) ?? []).map(([apiGroup, also, verb]): Need => ({
      apiGroup,
      resource: also,
      verb,
      namespace: null,
      for: 'read',
    })),
  ]);
}
