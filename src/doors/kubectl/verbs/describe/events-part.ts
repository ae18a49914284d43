import type { JsonObject } from '../../../../kernel/json.ts';
import { eventInterval } from '../../event-times.ts';
import { fieldAt, textAt } from '../../json-fields.ts';
import { type Describer, listOf, nameOf, namespaceOf, type Reading, uidOf } from './reading.ts';
import { none, type Sheet } from './sheet.ts';

const mirrorPod = 'kubernetes.io/config.mirror';

type EventQuery = { name: string; namespace: string; kind?: string; uid: string };

/** The events about an object; a server that does not give them counts as none, as in kubectl. */
export async function eventsAbout(object: JsonObject, how: Describer['events'], reading: Reading): Promise<readonly JsonObject[]> {
  const query = { name: nameOf(object), namespace: namespaceOf(object), uid: uidOf(object) };
  const kind = textAt(object, 'kind');
  const mirror = textAt(object, 'metadata', 'annotations', mirrorPod);
  if (how === 'of pod') return search({ ...query, uid: mirror === '' ? query.uid : mirror }, reading);
  const events = await search({ ...query, kind }, reading);
  // The kubelet writes a node's name where its uid belongs.
  return how === 'of node' ? [...events, ...(await search({ ...query, kind, uid: query.name }, reading))] : events;
}

async function search({ name, namespace, kind, uid }: EventQuery, reading: Reading): Promise<readonly JsonObject[]> {
  const terms = [
    ...(kind === undefined ? [] : [`involvedObject.kind=${kind}`]),
    `involvedObject.name=${name}`,
    `involvedObject.namespace=${namespace}`,
    ...(uid === '' ? [] : [`involvedObject.uid=${uid}`]),
  ];
  try {
    return await listOf(reading, 'events', { namespace: namespace === '' ? undefined : namespace, fieldSelector: terms.join(',') });
  } catch (error) {
    if (error instanceof Error && error.name === 'KubectlError') return [];
    throw error;
  }
}

export function writeEvents(sheet: Sheet, events: readonly JsonObject[], now: Date): void {
  if (events.length === 0) return sheet.line(0, `Events:\t${none}`);
  const lastSeen = (event: JsonObject) => Date.parse(textAt(event, 'lastTimestamp')) || 0;
  sheet.write(0, 'Events:\n  Type\tReason\tAge\tFrom\tMessage\n');
  sheet.line(1, '----\t------\t----\t----\t-------');
  for (const event of events.toSorted((a, b) => lastSeen(a) - lastSeen(b))) {
    const source = textAt(event, 'source', 'component') || textAt(event, 'reportingComponent');
    const path = textAt(event, 'involvedObject', 'fieldPath');
    const message = `${fieldAt(event, 'involvedObject', 'fieldPath') === undefined ? '' : `${path}: `}${textAt(event, 'message').trim()}`;
    sheet.line(1, [textAt(event, 'type'), textAt(event, 'reason'), eventInterval(event, now), source, message].join('\t'));
  }
}
