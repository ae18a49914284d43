import { builtInKind } from '../resources.ts';
import { copyOf, nameOf, namespaceOf, numberAt, textAt, timeText, uidOf } from '../tree.ts';
import type { KubeObject } from '../tree.ts';
import type { World } from './world.ts';

export type Happening = {
  type: 'Normal' | 'Warning';
  reason: string;
  message: string;
  /** "kubelet", "deployment-controller". */
  component: string;
  /** "spec.containers{web}". */
  fieldPath?: string;
  host?: string;
};

const events = builtInKind('events');

/** Writes an event about an object; the same one again counts up. */
export function tell(world: World, about: KubeObject, what: Happening): void {
  const namespace = namespaceOf(about) === '' ? 'default' : namespaceOf(about);
  const now = timeText(world.now());
  const known = world.store
    .list(events, namespace)
    .find(
      (event) =>
        textAt(event, 'involvedObject', 'uid') === uidOf(about) &&
        textAt(event, 'reason') === what.reason &&
        textAt(event, 'message') === what.message,
    );
  if (known !== undefined) {
    const again = copyOf(known);
    again['count'] = numberAt(known, 'count') + 1;
    again['lastTimestamp'] = now;
    world.store.replace(events, again);
    return;
  }
  const hex = Math.floor(world.random() * 2 ** 48)
    .toString(16)
    .padStart(16, '1');
  world.store.insert(events, {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name: `${nameOf(about)}.${hex}`, namespace },
    involvedObject: {
      kind: about.kind,
      ...(namespaceOf(about) === '' ? {} : { namespace: namespaceOf(about) }),
      name: nameOf(about),
      uid: uidOf(about),
      apiVersion: about.apiVersion,
      resourceVersion: textAt(about, 'metadata', 'resourceVersion'),
      ...(what.fieldPath === undefined ? {} : { fieldPath: what.fieldPath }),
    },
    reason: what.reason,
    message: what.message,
    source: { component: what.component, ...(what.host === undefined ? {} : { host: what.host }) },
    firstTimestamp: now,
    lastTimestamp: now,
    count: 1,
    type: what.type,
    eventTime: null,
    reportingComponent: what.component,
    reportingInstance: what.host ?? '',
  });
}
