import type { World } from '../controllers/world.ts';
import { methodNotAllowed, noSuchPath } from '../status.ts';
import { authorize, authorizePath } from './authorize.ts';
import type { ApiReply, Call, Target } from './call.ts';
import { readTarget } from './call.ts';
import { discover } from './discovery.ts';
import { evict } from './eviction.ts';
import { checkAccepted } from './media.ts';
import { metrics } from './metrics.ts';
import type { UsageOf } from './metrics.ts';
import { patchObject } from './patch.ts';
import { readList, readOne } from './read.ts';
import { review } from './reviews.ts';
import { scale } from './scale.ts';
import { createObject, deleteCollection, deleteObject, updateObject } from './write.ts';

export type Routed = { type: 'reply'; reply: ApiReply } | { type: 'watch'; target: Target } | { type: 'log'; target: Target };

const version = {
  major: '1',
  minor: '36',
  gitVersion: 'v1.36.3',
  gitCommit: '',
  gitTreeState: 'clean',
  buildDate: '1970-01-01T00:00:00Z',
  goVersion: 'go1.26.0',
  compiler: 'gc',
  platform: 'linux/amd64',
};

/** Carries out a call; streams are left to the caller. Refusals are thrown as ApiError. */
export function route(world: World, call: Call, usageOf: UsageOf): Routed {
  const fixed = fixedReply(world, call) ?? review(world, call) ?? metrics(world, call, usageOf);
  if (fixed !== undefined) return { type: 'reply', reply: fixed };
  const target = readTarget(world, call.path);
  const watches = call.method === 'GET' && ['true', '1'].includes(call.query.get('watch') ?? '');
  const verb = verbOf(call, target, watches);
  const resource = target.subresource === '' ? target.kind.resource : `${target.kind.resource}/${target.subresource}`;
  authorize(world, call.user, {
    verb,
    group: target.group,
    resource,
    namespace: target.kind.resource === 'namespaces' ? target.name : target.namespace,
    name: target.name,
  });
  if (target.subresource === 'log' && call.method === 'GET') return { type: 'log', target };
  checkAccepted(call);
  if (watches) return { type: 'watch', target };
  return { type: 'reply', reply: carryOut(world, call, target) };
}

function fixedReply(world: World, call: Call): ApiReply | undefined {
  const isResource = /^\/(api\/v1|apis\/[^/]+\/[^/]+)\/./.test(call.path);
  if (isResource) return undefined;
  authorizePath(call.user, call.method.toLowerCase(), call.path);
  if (call.method !== 'GET') throw methodNotAllowed();
  if (call.path === '/version') return { status: 200, body: version };
  if (['/healthz', '/readyz', '/livez'].includes(call.path)) return { status: 200, body: 'ok', contentType: 'text/plain; charset=utf-8' };
  if (call.path === '/openapi/v3') return { status: 200, body: { paths: {} } };
  const found = discover(world, call);
  if (found === undefined) throw noSuchPath();
  return found;
}

function verbOf(call: Call, target: Target, watches: boolean): string {
  const named = target.name !== '';
  switch (call.method) {
    case 'GET':
      return watches ? 'watch' : named ? 'get' : 'list';
    case 'POST':
      return 'create';
    case 'PUT':
      return 'update';
    case 'PATCH':
      return 'patch';
    case 'DELETE':
      return named ? 'delete' : 'deletecollection';
    default:
      throw methodNotAllowed();
  }
}

type Handler = (world: World, call: Call, target: Target) => ApiReply;

const onObject: Readonly<Record<string, Handler>> = { GET: readOne, PUT: updateObject, PATCH: patchObject, DELETE: deleteObject };
const onCollection: Readonly<Record<string, Handler>> = { GET: readList, POST: createObject, DELETE: deleteCollection };
const onScale: Readonly<Record<string, Handler>> = { GET: scale, PUT: scale, PATCH: scale };
const onStatus: Readonly<Record<string, Handler>> = { GET: readOne, PUT: updateObject, PATCH: patchObject };

function carryOut(world: World, call: Call, target: Target): ApiReply {
  const handler = handlersOf(target)[call.method];
  if (handler === undefined) throw methodNotAllowed();
  return handler(world, call, target);
}

function handlersOf(target: Target): Readonly<Record<string, Handler>> {
  switch (target.subresource) {
    case 'scale':
      return onScale;
    case 'status':
      return onStatus;
    case 'eviction':
      return { POST: evict };
    case '':
      return target.name === '' ? onCollection : onObject;
    default:
      return {};
  }
}
