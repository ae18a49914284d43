import type { JsonObject } from '../../../../kernel/json.ts';
import { fieldAt, objectAt, objectsAt, stringsAt, textAt, textsAt } from '../../json-fields.ts';
import { writeMetadata } from './reading.ts';
import { none, type Sheet, writeItems } from './sheet.ts';

const shortModes = [
  ['ReadWriteOnce', 'RWO'],
  ['ReadOnlyMany', 'ROX'],
  ['ReadWriteMany', 'RWX'],
  ['ReadWriteOncePod', 'RWOP'],
] as const;

/** "RWO,ROX" of a list of access modes. */
export function accessModes(modes: readonly string[]): string {
  return shortModes
    .filter(([mode]) => modes.includes(mode))
    .map(([, short]) => short)
    .join(',');
}

/** The class of a volume or a claim; an old annotation goes before the field. */
export function storageClass(object: JsonObject): string {
  const path = ['metadata', 'annotations', 'volume.beta.kubernetes.io/storage-class'];
  return fieldAt(object, ...path) === undefined ? textAt(object, 'spec', 'storageClassName') : textAt(object, ...path);
}

/** A claim, or the template of one, which has neither name nor status. */
export function writeClaimFields(sheet: Sheet, claim: JsonObject, form: 'template' | { status: string }): void {
  const isClaim = form !== 'template';
  if (isClaim) sheet.line(0, `Name:\t${textAt(claim, 'metadata', 'name')}\nNamespace:\t${textAt(claim, 'metadata', 'namespace')}`);
  sheet.line(0, `StorageClass:\t${storageClass(claim)}`);
  if (isClaim) sheet.line(0, `Status:\t${form.status}`);
  const volume = textAt(claim, 'spec', 'volumeName');
  sheet.line(0, `Volume:\t${volume}`);
  writeMetadata(sheet, claim);
  if (isClaim) sheet.line(0, `Finalizers:\t[${stringsAt(claim, 'metadata', 'finalizers').join(' ')}]`);
  sheet.line(0, `Capacity:\t${volume === '' ? '' : textAt(claim, 'status', 'capacity', 'storage') || '0'}`);
  sheet.line(0, `Access Modes:\t${volume === '' ? '' : accessModes(stringsAt(claim, 'status', 'accessModes'))}`);
  if (fieldAt(claim, 'spec', 'volumeMode') !== undefined) sheet.line(0, `VolumeMode:\t${textAt(claim, 'spec', 'volumeMode')}`);
  writeDataSource(sheet, objectAt(claim, 'spec', 'dataSource'));
}

function writeDataSource(sheet: Sheet, source: JsonObject | undefined): void {
  if (source === undefined) return;
  sheet.line(0, 'DataSource:');
  if (fieldAt(source, 'apiGroup') !== undefined) sheet.line(1, `APIGroup:\t${textAt(source, 'apiGroup')}`);
  sheet.line(1, `Kind:\t${textAt(source, 'kind')}`);
  sheet.line(1, `Name:\t${textAt(source, 'name')}`);
}

/** The claim templates of a stateful set. */
export function writeClaimTemplates(sheet: Sheet, set: JsonObject): void {
  const templates = objectsAt(set, 'spec', 'volumeClaimTemplates');
  if (templates.length === 0) return sheet.line(0, `Volume Claims:\t${none}`);
  sheet.line(0, 'Volume Claims:');
  for (const template of templates) {
    const items = (field: string) => textsAt(template, 'metadata', field).map(([key, value]) => `${key}=${value}`);
    sheet.line(1, `Name:\t${textAt(template, 'metadata', 'name')}`);
    sheet.line(1, `StorageClass:\t${storageClass(template)}`);
    writeItems(sheet, '  Labels', items('labels'));
    writeItems(sheet, '  Annotations', items('annotations'));
    sheet.line(1, `Capacity:\t${textAt(template, 'spec', 'resources', 'requests', 'storage') || '<default>'}`);
    sheet.line(1, `Access Modes:\t[${stringsAt(template, 'spec', 'accessModes').join(' ')}]`);
  }
}
