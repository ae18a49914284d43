import type { Json, JsonObject } from '../../../../kernel/json.ts';
import type { Api, Listing } from '../../api.ts';
import { controllerOf, objectAt, objectsAt, textAt, textsAt } from '../../json-fields.ts';
import { selectorQuery } from '../../selectors.ts';
import { type Sheet, writeAnnotations, writeLabels } from './sheet.ts';

/** What a describer may look at besides its object. */
export type Reading = { api: Api; now: Date };

/** How one kind is described; `events` says how those about an object are found. */
export type Describer = {
  describe(object: JsonObject, reading: Reading): (sheet: Sheet) => void | Promise<void>;
  events: 'by kind' | 'of pod' | 'of node' | 'none';
};

export const nameOf = (object: JsonObject): string => textAt(object, 'metadata', 'name');
export const namespaceOf = (object: JsonObject): string => textAt(object, 'metadata', 'namespace');
export const uidOf = (object: JsonObject): string => textAt(object, 'metadata', 'uid');

/** The objects of a type in an object's namespace. */
export async function listOf(
  reading: Reading,
  resource: string,
  at: { namespace: string | undefined } & Listing,
): Promise<readonly JsonObject[]> {
  return reading.api.list(await reading.api.typeOf(resource), at);
}

export function writeName(sheet: Sheet, object: JsonObject): void {
  sheet.line(0, `Name:\t${nameOf(object)}`);
  sheet.line(0, `Namespace:\t${namespaceOf(object)}`);
}

export function writeMetadata(sheet: Sheet, object: Json | undefined): void {
  writeLabels(sheet, 'Labels', textsAt(object, 'metadata', 'labels'));
  writeAnnotations(sheet, 'Annotations', textsAt(object, 'metadata', 'annotations'));
}

export function writeController(sheet: Sheet, object: JsonObject): void {
  const owner = controllerOf(object);
  if (owner !== undefined) sheet.line(0, `Controlled By:\t${textAt(owner, 'kind')}/${textAt(owner, 'name')}`);
}

/** Conditions in the short form of workloads. */
export function writeConditions(sheet: Sheet, object: JsonObject): void {
  const conditions = objectsAt(object, 'status', 'conditions');
  if (conditions.length === 0) return;
  sheet.write(0, 'Conditions:\n  Type\tStatus\tReason\n');
  sheet.line(1, '----\t------\t------');
  for (const condition of conditions) {
    sheet.line(1, `${textAt(condition, 'type')} \t${textAt(condition, 'status')}\t${textAt(condition, 'reason')}`);
  }
}

/** "2 Running / 0 Waiting / ..." of the pods that an object controls. */
export async function podCounts(object: JsonObject, reading: Reading): Promise<string> {
  const labelSelector = selectorQuery(objectAt(object, 'spec', 'selector')) ?? '';
  const pods = await listOf(reading, 'pods', { namespace: namespaceOf(object), labelSelector });
  const own = pods.filter((pod) => textAt(controllerOf(pod), 'uid') === uidOf(object));
  const count = (phase: string) => own.filter((pod) => textAt(pod, 'status', 'phase') === phase).length;
  return `${count('Running')} Running / ${count('Pending')} Waiting / ${count('Succeeded')} Succeeded / ${count('Failed')} Failed`;
}
