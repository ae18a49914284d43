import type { World } from '../controllers/world.ts';
import { builtInKind } from '../resources.ts';
import type { ResourceKind } from '../resources.ts';
import { badRequest, noSuchPath, noSuchResource } from '../status.ts';
import { isTree } from '../tree.ts';
import type { KubeObject, Tree } from '../tree.ts';

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
  if (group === undefined || version === undefined || !serves(world, group, version)) throw noSuchPath();
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

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    throw badRequest('the path is not percent-encoded well');
  }
}

/** The body as an object of the API. */
export function readObject(call: Call): KubeObject {
  const parsed = readJson(call);
  const { apiVersion, kind } = parsed;
  if (typeof kind !== 'string' || kind === '') throw badRequest("Object 'Kind' is missing in '" + call.body.slice(0, 200) + "'");
  if (typeof apiVersion !== 'string') throw badRequest("Object 'apiVersion' is missing in '" + call.body.slice(0, 200) + "'");
  return { ...parsed, apiVersion, kind };
}

export function readJson(call: Call): Tree {
  const parsed = parsedJson(call.body);
  if (!isTree(parsed)) throw badRequest('the object provided is unrecognized (must be of type object)');
  return parsed;
}

export function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw badRequest(`error decoding the body: ${error instanceof Error ? error.message : 'no JSON'}`);
  }
}

/** Whether nothing shall be stored; another value than "All" is refused. */
export function isDryRun(call: Call, options: Tree = {}): boolean {
  const given = [...call.query.getAll('dryRun'), ...(Array.isArray(options['dryRun']) ? options['dryRun'] : [])];
  const wrong = given.find((value) => value !== 'All');
  if (wrong !== undefined)
    throw badRequest(`options is invalid: dryRun: Unsupported value: ${JSON.stringify(wrong)}: supported values: "All"`);
  return given.length > 0;
}
