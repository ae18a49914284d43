import type { JsonObject } from '../../../../kernel/json.ts';
import { fieldAt, flagAt, objectAt, objectsAt, textAt, textsAt } from '../../json-fields.ts';
import { writeClaimFields } from './claim-fields.ts';
import { indented, none, shortened, type Sheet } from './sheet.ts';
import { volumeTypes } from './volume-types.ts';

/** The volumes of a pod, or of a template, where `space` stands before the title. */
export function writeVolumes(sheet: Sheet, volumes: readonly JsonObject[], space: string): void {
  if (volumes.length === 0) return sheet.line(0, `${space}Volumes:\t${none}`);
  sheet.line(0, `${space}Volumes:`);
  for (const volume of volumes) {
    sheet.line(1, `${space === '' ? '' : ' '}${textAt(volume, 'name')}:`);
    writeVolumeSource(sheet, volume);
  }
}

/** Where a volume's content comes from. */
export function writeVolumeSource(sheet: Sheet, volume: JsonObject): void {
  const type = volumeTypes.find(({ key }) => fieldAt(volume, key) !== undefined);
  if (type !== undefined) {
    const source = objectAt(volume, type.key) ?? {};
    sheet.line(2, `Type:\t${type.title}`);
    for (const [label, value] of type.fields) {
      const shown = typeof value === 'string' ? textAt(source, value) : value(source);
      sheet.line(2, label === 'ISCSIInterface' ? `${label}\t${shown}` : `${label}:\t${shown}`);
    }
    return;
  }
  if (objectAt(volume, 'projected') !== undefined) return writeProjected(sheet, volume);
  if (objectAt(volume, 'csi') !== undefined) return writeCsi(sheet, objectAt(volume, 'csi') ?? {});
  if (objectAt(volume, 'downwardAPI') !== undefined) return writeDownward(sheet, volume);
  if (objectAt(volume, 'ephemeral') !== undefined) return writeEphemeral(sheet, volume);
  sheet.line(1, '<unknown>');
}

function writeProjected(sheet: Sheet, volume: JsonObject): void {
  sheet.line(2, 'Type:\tProjected (a volume that contains injected data from multiple sources)');
  for (const source of objectsAt(volume, 'projected', 'sources')) {
    const [secret, config, token] = [objectAt(source, 'secret'), objectAt(source, 'configMap'), objectAt(source, 'serviceAccountToken')];
    if (secret !== undefined) writeOptional(sheet, 'SecretName', secret);
    else if (objectAt(source, 'downwardAPI') !== undefined) sheet.line(2, 'DownwardAPI:\ttrue');
    else if (config !== undefined) writeOptional(sheet, 'ConfigMapName', config);
    else if (token !== undefined) sheet.line(2, `TokenExpirationSeconds:\t${textAt(token, 'expirationSeconds')}`);
  }
}

function writeOptional(sheet: Sheet, title: string, source: JsonObject): void {
  sheet.line(2, `${title}:\t${textAt(source, 'name')}`);
  sheet.line(2, `Optional:\t${flagAt(source, 'optional')}`);
}

function writeCsi(sheet: Sheet, csi: JsonObject): void {
  sheet.line(2, 'Type:\tCSI (a Container Storage Interface (CSI) volume source)');
  sheet.line(2, `Driver:\t${textAt(csi, 'driver')}`);
  sheet.line(2, `FSType:\t${textAt(csi, 'fsType')}`);
  if (fieldAt(csi, 'volumeHandle') !== undefined) sheet.line(2, `VolumeHandle:\t${textAt(csi, 'volumeHandle')}`);
  sheet.line(2, `ReadOnly:\t${flagAt(csi, 'readOnly')}`);
  const attributes = textsAt(csi, 'volumeAttributes').map(([key, value]) => shortened(`${key}=${value}`, 140));
  sheet.write(2, 'VolumeAttributes:\t');
  if (attributes.length === 0) return sheet.line(0, none);
  for (const [index, attribute] of attributes.entries()) {
    if (index > 0) sheet.write(2, '    \t');
    sheet.line(2, attribute);
  }
}

function writeDownward(sheet: Sheet, volume: JsonObject): void {
  sheet.line(2, 'Type:\tDownwardAPI (a volume populated by information about the pod)\n    Items:');
  for (const item of objectsAt(volume, 'downwardAPI', 'items')) {
    const from = textAt(item, 'fieldRef', 'fieldPath') || textAt(item, 'resourceFieldRef', 'resource');
    sheet.line(3, `${from} -> ${textAt(item, 'path')}`);
  }
}

function writeEphemeral(sheet: Sheet, volume: JsonObject): void {
  sheet.line(2, 'Type:\tEphemeralVolume (an inline specification for a volume that gets created and deleted with the pod)');
  const template = objectAt(volume, 'ephemeral', 'volumeClaimTemplate');
  if (template !== undefined) writeClaimFields(indented(sheet, 2), template, 'template');
}
