import type { JsonObject } from '../../../../kernel/json.ts';
import { ageOf, longTime } from '../../go-format.ts';
import { compareText, fieldAt, objectAt, objectsAt, stringsAt, textAt } from '../../json-fields.ts';
import { accessModes, storageClass, writeClaimFields } from './claim-fields.ts';
import { type Describer, listOf, nameOf, namespaceOf, type Reading, uidOf, writeMetadata } from './reading.ts';
import { none, type Sheet, writeItems } from './sheet.ts';
import { writeVolumeSource } from './volumes.ts';

function statusText(object: JsonObject, now: Date): string {
  const deleted = textAt(object, 'metadata', 'deletionTimestamp');
  return deleted === '' ? textAt(object, 'status', 'phase') : `Terminating (lasts ${ageOf(deleted, now)})`;
}

export const claim: Describer = {
  events: 'by kind',
  describe: (object, reading) => async (sheet) => {
    const pods = await podsUsing(object, reading);
    writeClaimFields(sheet, object, { status: statusText(object, reading.now) });
    writeItems(sheet, 'Used By', pods.map(nameOf).sort(compareText));
    writeClaimConditions(sheet, objectsAt(object, 'status', 'conditions'));
  },
};

async function podsUsing(object: JsonObject, reading: Reading): Promise<readonly JsonObject[]> {
  const owners = objectsAt(object, 'metadata', 'ownerReferences')
    .filter((owner) => textAt(owner, 'kind') === 'Pod')
    .map((owner) => textAt(owner, 'uid'));
  const pods = await listOf(reading, 'pods', { namespace: namespaceOf(object) });
  const uses = (pod: JsonObject) =>
    objectsAt(pod, 'spec', 'volumes').some((volume) => textAt(volume, 'persistentVolumeClaim', 'claimName') === nameOf(object));
  return pods.filter((pod) => uses(pod) || owners.includes(uidOf(pod)));
}

function writeClaimConditions(sheet: Sheet, conditions: readonly JsonObject[]): void {
  if (conditions.length === 0) return;
  sheet.line(0, 'Conditions:');
  sheet.line(1, 'Type\tStatus\tLastProbeTime\tLastTransitionTime\tReason\tMessage');
  sheet.line(1, '----\t------\t-----------------\t------------------\t------\t-------');
  for (const condition of conditions) {
    const times = `${longTime(textAt(condition, 'lastProbeTime'))} \t${longTime(textAt(condition, 'lastTransitionTime'))}`;
    const rest = `${textAt(condition, 'reason')} \t${textAt(condition, 'message')}`;
    sheet.line(1, `${textAt(condition, 'type')} \t${textAt(condition, 'status')} \t${times} \t${rest}`);
  }
}

export const volume: Describer = {
  events: 'by kind',
  describe:
    (object, { now }) =>
    (sheet) => {
      const spec = objectAt(object, 'spec') ?? {};
      const claimed = objectAt(spec, 'claimRef');
      sheet.line(0, `Name:\t${nameOf(object)}`);
      writeMetadata(sheet, object);
      sheet.line(0, `Finalizers:\t[${stringsAt(object, 'metadata', 'finalizers').join(' ')}]`);
      sheet.line(0, `StorageClass:\t${storageClass(object)}`);
      sheet.line(0, `Status:\t${statusText(object, now)}`);
      sheet.line(0, `Claim:\t${claimed === undefined ? '' : `${textAt(claimed, 'namespace')}/${textAt(claimed, 'name')}`}`);
      sheet.line(0, `Reclaim Policy:\t${textAt(spec, 'persistentVolumeReclaimPolicy')}`);
      sheet.line(0, `Access Modes:\t${accessModes(stringsAt(spec, 'accessModes'))}`);
      if (fieldAt(spec, 'volumeMode') !== undefined) sheet.line(0, `VolumeMode:\t${textAt(spec, 'volumeMode')}`);
      sheet.line(0, `Capacity:\t${textAt(spec, 'capacity', 'storage') || '0'}`);
      writeAffinity(sheet, objectAt(spec, 'nodeAffinity', 'required'));
      sheet.line(0, `Message:\t${textAt(object, 'status', 'message')}`);
      sheet.line(0, 'Source:');
      writeVolumeSource(sheet, spec);
    },
};

function writeAffinity(sheet: Sheet, required: JsonObject | undefined): void {
  sheet.line(0, `Node Affinity:\t${required === undefined ? none : ''}`);
  if (required === undefined) return;
  const terms = objectsAt(required, 'nodeSelectorTerms');
  sheet.line(1, `Required Terms:\t${terms.length === 0 ? none : ''}`);
  for (const [index, term] of terms.entries()) {
    const items = objectsAt(term, 'matchExpressions').map((expression) => {
      const values = stringsAt(expression, 'values');
      const start = `${textAt(expression, 'key')} ${textAt(expression, 'operator').toLowerCase()}`;
      return values.length === 0 ? start : `${start} [${values.join(', ')}]`;
    });
    writeItems(sheet, `    Term ${index}`, items);
  }
}
