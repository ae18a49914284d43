import type { ServerResponse } from 'node:http';
import type { World } from '../controllers/world.ts';
import { gone } from '../status.ts';
import type { Change } from '../store.ts';
import { tableOf } from '../table/table.ts';
import { textAt } from '../tree.ts';
import type { KubeObject, Tree } from '../tree.ts';
import type { Call, Target } from './call.ts';
import { includeOf, selecting, shown, wantsTable } from './read.ts';

/** Streams changes as lines of JSON until the client goes; without a version the present objects come first. */
export function watch(world: World, { call, target }: { call: Call; target: Target }, response: ServerResponse): void {
  const selected = selecting(call, target);
  const isNamed = (object: KubeObject): boolean => target.name === '' || textAt(object, 'metadata', 'name') === target.name;
  const given = call.query.get('resourceVersion') ?? '';
  let seen = given === '' || given === '0' ? world.store.revision() : Number(given);
  if (world.store.since(seen) === undefined) throw gone();
  response.writeHead(200, { 'content-type': 'application/json' });
  response.flushHeaders();
  const write = (type: string, object: KubeObject): void => {
    const event = { type, object: inForm(world, { call, target }, object) };
    response.write(`${JSON.stringify(event)}\n`);
  };
  if (given === '' || given === '0')
    for (const object of world.store.list(target.kind)) if (selected(object) && isNamed(object)) write('ADDED', object);
  /** Objects that were shown: one that no longer fits the selector is told as deleted. */
  const shownUids = new Set(
    world.store
      .list(target.kind)
      .filter((object) => selected(object) && isNamed(object))
      .map((object) => textAt(object, 'metadata', 'uid')),
  );
  const tell = ({ type, object }: Change): void => {
    const uid = textAt(object, 'metadata', 'uid');
    const fits = selected(object) && isNamed(object);
    if (!fits && !shownUids.delete(uid)) return;
    if (fits && type !== 'DELETED') shownUids.add(uid);
    else shownUids.delete(uid);
    write(fits ? type : 'DELETED', object);
  };
  const catchUp = (): void => {
    for (const change of world.store.since(seen) ?? []) {
      seen = change.revision;
      if (change.kind.resource === target.kind.resource && change.kind.group === target.kind.group) tell(change);
    }
  };
  const stop = world.store.onChange(catchUp);
  response.on('close', stop);
  catchUp();
}

function inForm(world: World, { call, target }: { call: Call; target: Target }, object: KubeObject): Tree {
  const form = shown(target, object);
  if (!wantsTable(call)) return form;
  return tableOf([form], {
    kind: target.kind,
    now: world.now(),
    include: includeOf(call),
    metadata: { resourceVersion: textAt(object, 'metadata', 'resourceVersion') },
  });
}
