import type { World } from '../controllers/world.ts';
import { apiVersionOf, builtInKind } from '../resources.ts';
import type { ResourceKind } from '../resources.ts';
import { badRequest, invalid, noSuchPath, noSuchResource } from '../status.ts';
import { isTree, textAt } from '../tree.ts';
import type { KubeObject, Tree } from '../tree.ts';
import { checkSent } from './media.ts';
import { whyNoJson, wrongTypeIn } from './types.ts';

export type User = { name: string; groups: readonly string[] };

/** One HTTP request, read and authenticated. */
export type Call = {
  method: string;
  /** Without the query, as it was sent. */
  path: string;
  query: URLSearchParams;
  accept: string;
  contentType: string;
  body: string;
  user: User;
};

export type ApiReply = { status: number; body: Tree | string; contentType?: string; headers?: Readonly<Record<string, string>> };

/** What a path below a resource means. */
export type Target = { kind: ResourceKind; group: string; version: string; namespace: string; name: string; subresource: string };

const events = builtInKind('events');
const versions: Readonly<Record<string, readonly string[]>> = { 'events.k8s.io': ['v1'], 'metrics.k8s.io': ['v1beta1'] };

/** Reads "/api/v1/namespaces/prod/pods/web-1/log" and its kin. */
export function readTarget(world: World, path: string): Target {
  const segments = path
    .split('/')
    .slice(1)
    .filter((segment) => segment !== '')
    .map(decoded);
  const [group, version, ...rest] = groupFirst(segments);
  if (group === undefined || version === undefined) throw noSuchPath();
  if (!serves(world, group, version)) throw isKnown(world, group) ? noSuchResource() : noSuchPath();
  const { namespace, names } = namespaceFirst(rest);
  return targetOf(world, { group, version, namespace }, names);
}

type Place = { group: string; version: string; namespace: string | undefined };

function targetOf(world: World, { group, version, namespace }: Place, names: readonly string[]): Target {
  const [resource = '', name = '', subresource = '', ...more] = names;
  const kind = group === 'events.k8s.io' && resource === 'events' ? events : world.store.kind(group, resource);
  if (kind === undefined || more.length > 0 || isMisplaced(kind, namespace, name)) throw noSuchResource();
  if (subresource !== '' && !kind.subresources.some((each) => each === subresource)) throw noSuchResource();
  return { kind, group, version, namespace: namespace ?? '', name, subresource };
}

function groupFirst(segments: readonly string[]): readonly string[] {
  if (segments[0] === 'api') return ['', ...segments.slice(1)];
  if (segments[0] === 'apis') return segments.slice(1);
  throw noSuchPath();
}

/** "namespaces/x" alone, or with a subresource of its own, is the namespace itself. */
function namespaceFirst(rest: readonly string[]): { namespace: string | undefined; names: readonly string[] } {
  const [first, namespace, next] = rest;
  if (first !== 'namespaces' || namespace === undefined || next === undefined || next === 'status')
    return { namespace: undefined, names: rest };
  return { namespace, names: rest.slice(2) };
}

function isMisplaced(kind: ResourceKind, namespace: string | undefined, name: string): boolean {
  return namespace === undefined ? kind.namespaced && name !== '' : !kind.namespaced;
}

function serves(world: World, group: string, version: string): boolean {
  if (versions[group]?.includes(version) === true) return true;
  if (['authorization.k8s.io', 'authentication.k8s.io'].includes(group)) return version === 'v1';
  return world.store.kinds().some((kind) => kind.group === group && kind.version === version);
}

/** Whether some version of the group is served. */
function isKnown(world: World, group: string): boolean {
  const also = [...Object.keys(versions), 'authorization.k8s.io', 'authentication.k8s.io'];
  return also.includes(group) || world.store.kinds().some((kind) => kind.group === group);
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    throw badRequest('the path is not percent-encoded well');
  }
}

/** The body as an object of the API; it is of the kind that the path is for where it does not say so. */
export function readObject(call: Call, { kind, version }: Target): KubeObject {
  checkSent(call);
  const expected = apiVersionOf(kind);
  const parsed = readJson(call, kind.kind);
  const given = { apiVersion: textAt(parsed, 'apiVersion') || expected, kind: textAt(parsed, 'kind') || kind.kind };
  const handled = `${given.kind} in version "${version}" cannot be handled as a ${kind.kind}`;
  if (given.kind !== kind.kind)
    throw badRequest(`${handled}: converting (${version}.${given.kind}) to (${internal(kind.group)}.${kind.kind}): unknown conversion`);
  if (given.apiVersion !== expected)
    throw badRequest(`the API version in the data (${given.apiVersion}) does not match the expected API version (${expected})`);
  const wrong = wrongTypeIn({ ...parsed, ...given });
  if (wrong !== undefined) throw badRequest(`${handled}: ${wrong.decoded}`);
  return { ...parsed, ...given };
}

/** Go's package of a group: "core", "rbac". */
const internal = (group: string): string => (group === '' ? 'core' : (group.split('.')[0] ?? ''));

export function readJson(call: Call, kind = 'object'): Tree {
  const parsed = parsedJson(call.body, (why) => {
    const wanted = `the object provided is unrecognized (must be of type ${kind})`;
    return `${wanted}: couldn't get version/kind; json parse error: ${why} (${call.body.slice(0, 100)})`;
  });
  if (!isTree(parsed)) throw badRequest('the object provided is unrecognized (must be of type object)');
  return parsed;
}

/** Throws 400 for what is no JSON; `told` makes the message of the reason. */
export function parsedJson(text: string, told: (why: string) => string = (why) => why): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw badRequest(told(whyNoJson(text, error)));
  }
}

const optionsOf: Readonly<Record<string, string>> = {
  POST: 'CreateOptions',
  PUT: 'UpdateOptions',
  PATCH: 'PatchOptions',
  DELETE: 'DeleteOptions',
};

/** Whether nothing shall be stored; another value than "All" is refused. */
export function isDryRun(call: Call, options: Tree = {}): boolean {
  const given = [...call.query.getAll('dryRun'), ...(Array.isArray(options['dryRun']) ? options['dryRun'] : [])];
  if (given.every((value) => value === 'All')) return given.length > 0;
  const message = `Unsupported value: ${JSON.stringify(given)}: supported values: "All"`;
  throw invalid({ group: 'meta.k8s.io', kind: optionsOf[call.method] ?? '' }, '', [
    { field: 'dryRun', reason: 'FieldValueNotSupported', message },
  ]);
}
