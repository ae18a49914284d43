import type { ServerResponse } from 'node:http';
import type { Clock } from '../../../kernel/clock.ts';
import type { World } from '../controllers/world.ts';
import { apiVersionOf } from '../resources.ts';
import { gone, invalid } from '../status.ts';
import type { Change } from '../store.ts';
import { tableOf } from '../table/table.ts';
import { copyOf, nameOf, put, textAt, uidOf } from '../tree.ts';
import type { KubeObject, Tree } from '../tree.ts';
import type { Call, Target } from './call.ts';
import { includeOf, selecting, shown, wantsTable } from './read.ts';

type Watching = { call: Call; target: Target };

/** Streams changes as lines of JSON until the client goes or the time that it asked for is over; the present objects come first where it wants them. */
export function watch(world: World, { call, target, clock }: Watching & { clock: Clock }, response: ServerResponse): void {
  const { from, sendsPresent } = readStart(world, call);
  const selected = selecting(call, target);
  const isWanted = (object: KubeObject): boolean => selected(object) && (target.name === '' || nameOf(object) === target.name);
  response.writeHead(200, { 'content-type': 'application/json' });
  response.flushHeaders();
  const write = (type: string, object: Tree): void => void response.write(`${JSON.stringify({ type, object })}\n`);
  const present = world.store.list(target.kind).filter(isWanted);
  if (sendsPresent) for (const object of present) write('ADDED', inForm(world, { call, target }, object));
  if (call.query.get('sendInitialEvents') === 'true' && call.query.get('allowWatchBookmarks') === 'true')
    write('BOOKMARK', bookmark(world, target));
  /** Objects that were shown: one that no longer fits the selector is told as deleted. */
  const shownLast = new Map(present.map((object) => [uidOf(object), object]));
  const tell = ({ type, object }: Change): void => {
    const known = shownLast.get(uidOf(object));
    const fits = isWanted(object);
    if (!fits && known === undefined) return;
    if (fits && type !== 'DELETED') shownLast.set(uidOf(object), object);
    else shownLast.delete(uidOf(object));
    // One that begins to fit the selector is told as added.
    const told = !fits || type === 'DELETED' ? 'DELETED' : known === undefined ? 'ADDED' : type;
    write(told, inForm(world, { call, target }, fits || known === undefined ? object : leaving(known, object)));
  };
  let seen = from;
  const catchUp = (): void => {
    for (const change of world.store.since(seen) ?? []) {
      seen = change.revision;
      if (change.kind.resource === target.kind.resource && change.kind.group === target.kind.group) tell(change);
    }
  };
  const stop = world.store.onChange(catchUp);
  const left = new AbortController();
  response.on('close', () => {
    stop();
    left.abort();
  });
  catchUp();
  endLater({ call, clock }, left.signal, response);
}

/** What no longer fits is shown as it was, at the version at which it changed. */
function leaving(before: KubeObject, after: KubeObject): KubeObject {
  const copy = copyOf(before);
  put(copy, ['metadata', 'resourceVersion'], textAt(after, 'metadata', 'resourceVersion'));
  return copy;
}

/** Where the changes begin, and whether the present objects come before them. */
function readStart(world: World, call: Call): { from: number; sendsPresent: boolean } {
  const given = call.query.get('resourceVersion') ?? '';
  const isOpen = given === '' || given === '0';
  const initial = call.query.get('sendInitialEvents');
  if (initial !== null && call.query.get('resourceVersionMatch') !== 'NotOlderThan')
    throw invalid({ group: 'meta.k8s.io', kind: 'ListOptions' }, '', [
      {
        field: 'resourceVersionMatch',
        reason: 'FieldValueForbidden',
        message: 'Forbidden: sendInitialEvents requires setting resourceVersionMatch to NotOlderThan',
      },
    ]);
  const sendsPresent = initial === null ? isOpen : initial === 'true';
  const from = isOpen || sendsPresent ? world.store.revision() : Number(given);
  if (world.store.since(from) === undefined) throw gone();
  return { from, sendsPresent };
}

/** Kubernetes: tells a client that lists by watching that it has seen all that was there. */
function bookmark(world: World, { kind }: Target): Tree {
  const metadata = { resourceVersion: String(world.store.revision()), annotations: { 'k8s.io/initial-events-end': 'true' } };
  return { kind: kind.kind, apiVersion: apiVersionOf(kind), metadata };
}

function endLater({ call, clock }: { call: Call; clock: Clock }, signal: AbortSignal, response: ServerResponse): void {
  const seconds = Number(call.query.get('timeoutSeconds') ?? 0);
  if (seconds > 0) void clock.sleep(seconds * 1000, signal).then(() => response.end());
}

function inForm(world: World, { call, target }: Watching, object: KubeObject): Tree {
  if (!wantsTable(call)) return shown(target, object);
  return tableOf([object], {
    kind: target.kind,
    now: world.now(),
    include: includeOf(call),
    metadata: { resourceVersion: textAt(object, 'metadata', 'resourceVersion') },
  });
}
