import type { World } from '../controllers/world.ts';
import { readFieldSelector, readLabelSelector } from '../selectors.ts';
import { badRequest, gone, notFound } from '../status.ts';
import { tableOf } from '../table/table.ts';
import { labelsOf, namespaceOf, textAt } from '../tree.ts';
import type { KubeObject, Tree } from '../tree.ts';
import type { ApiReply, Call, Target } from './call.ts';
import { asNewEvent } from './new-events.ts';

export function requireObject(world: World, target: Target): KubeObject {
  const found = world.store.get(target.kind, target.namespace, target.name);
  if (found === undefined) throw notFound(subjectOf(target), target.name);
  return found;
}

export const subjectOf = ({ kind, group }: Target): { group: string; resource: string } => ({ group, resource: kind.resource });

/** Whether the caller wants rows instead of objects. */
export const wantsTable = (call: Call): boolean => /as=Table/.test(call.accept) && /v=v1(;|,|$)/.test(call.accept);

export function readOne(world: World, call: Call, target: Target): ApiReply {
  const object = requireObject(world, target);
  if (!wantsTable(call)) return { status: 200, body: shown(target, object) };
  const metadata = { resourceVersion: textAt(object, 'metadata', 'resourceVersion') };
  return { status: 200, body: tableOf([object], { kind: target.kind, now: world.now(), include: includeOf(call), metadata }) };
}

/** An object in the version that the path names. */
export function shown(target: Target, object: KubeObject): KubeObject {
  return target.group === 'events.k8s.io' ? asNewEvent(object) : object;
}

export function includeOf(call: Call): string {
  const include = call.query.get('includeObject') ?? '';
  if (!['', 'Metadata', 'Object', 'None'].includes(include))
    throw badRequest(
      `Unable to convert to Table as requested: includeObject: Invalid value: ${JSON.stringify(include)}: must be 'Metadata', 'Object', 'None', or empty`,
    );
  return include;
}

/** Which objects of a collection a call is about. */
export function selecting(call: Call, target: Target): (object: KubeObject) => boolean {
  const byLabel = readLabelSelector(call.query.get('labelSelector') ?? '');
  const byField = readFieldSelector(call.query.get('fieldSelector') ?? '', target.kind.resource);
  return (object) => (target.namespace === '' || namespaceOf(object) === target.namespace) && byLabel(labelsOf(object)) && byField(object);
}

export function readList(world: World, call: Call, target: Target): ApiReply {
  const selected = world.store.list(target.kind).filter(selecting(call, target));
  const page = pageOf(call, selected, world.store.revision());
  if (wantsTable(call))
    return {
      status: 200,
      body: tableOf(page.objects, { kind: target.kind, now: world.now(), include: includeOf(call), metadata: page.metadata }),
    };
  const apiVersion = target.group === '' ? target.version : `${target.group}/${target.version}`;
  // Kubernetes: members of a list carry neither kind nor apiVersion, custom resources do.
  const objects = page.objects.map((object) => shown(target, object));
  const items = objects.map((object): Tree => (target.kind.custom ? object : { ...object, kind: undefined, apiVersion: undefined }));
  return { status: 200, body: { kind: `${target.kind.kind}List`, apiVersion, metadata: page.metadata, items } };
}

/** One page. The token holds the revision and where to go on; a token that is none is refused. */
function pageOf(call: Call, objects: readonly KubeObject[], revision: number): { objects: readonly KubeObject[]; metadata: Tree } {
  const asked = call.query.get('limit') ?? '0';
  if (!/^[+-]?\d+$/.test(asked)) throw badRequest(`strconv.ParseInt: parsing ${JSON.stringify(asked)}: invalid syntax`);
  const limit = Math.max(0, Number(asked));
  const { start, from } = readToken(call.query.get('continue') ?? '', revision);
  const end = limit === 0 ? objects.length : start + limit;
  const left = objects.length - end;
  const metadata: Tree = { resourceVersion: String(revision) };
  if (left <= 0) return { objects: objects.slice(start), metadata };
  const next = Buffer.from(`v1/${from}/${end}`).toString('base64url');
  return { objects: objects.slice(start, end), metadata: { ...metadata, continue: next, remainingItemCount: left } };
}

function readToken(token: string, revision: number): { start: number; from: number } {
  if (token === '') return { start: 0, from: revision };
  const decoded = /^v1\/(\d+)\/(\d+)$/.exec(Buffer.from(token, 'base64url').toString('utf8'));
  const illegal = token.search(/[^\w-]/);
  if (decoded === null)
    throw badRequest(`invalid continue token: continue key is not valid: illegal base64 data at input byte ${Math.max(0, illegal)}`);
  const from = Number(decoded[1]);
  if (from < revision - 10_000) throw gone();
  return { start: Number(decoded[2]), from };
}
