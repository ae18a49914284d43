import { nameOf, namespaceOf } from '../tree.ts';
import type { KubeObject } from '../tree.ts';

/** A core event in the form of events.k8s.io/v1: the same event under other names. */
export function asNewEvent(event: KubeObject): KubeObject {
  return {
    kind: 'Event',
    apiVersion: 'events.k8s.io/v1',
    metadata: event['metadata'] ?? { name: nameOf(event), namespace: namespaceOf(event) },
    eventTime: null,
    reason: event['reason'],
    regarding: event['involvedObject'],
    note: event['message'],
    type: event['type'],
    reportingController: event['reportingComponent'],
    reportingInstance: event['reportingInstance'],
    deprecatedSource: event['source'],
    deprecatedFirstTimestamp: event['firstTimestamp'],
    deprecatedLastTimestamp: event['lastTimestamp'],
    deprecatedCount: event['count'],
  };
}
