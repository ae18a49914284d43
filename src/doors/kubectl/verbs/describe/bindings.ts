import { fieldAt, flagAt, objectsAt, stringsAt, textAt } from '../../json-fields.ts';
import { labelsText } from '../../selectors.ts';
import { type Describer, nameOf, writeMetadata } from './reading.ts';
import { none } from './sheet.ts';

/** Role bindings, in a namespace or in the whole cluster. */
export const binding: Describer = {
  events: 'none',
  describe: (object) => (sheet) => {
    sheet.line(0, `Name:\t${nameOf(object)}`);
    writeMetadata(sheet, object);
    sheet.line(0, 'Role:');
    sheet.line(1, `Kind:\t${textAt(object, 'roleRef', 'kind')}`);
    sheet.line(1, `Name:\t${textAt(object, 'roleRef', 'name')}`);
    sheet.line(0, 'Subjects:');
    sheet.line(1, 'Kind\tName\tNamespace');
    sheet.line(1, '----\t----\t---------');
    for (const subject of objectsAt(object, 'subjects')) {
      sheet.line(1, `${textAt(subject, 'kind')}\t${textAt(subject, 'name')}\t${textAt(subject, 'namespace')}`);
    }
  },
};

const defaultClass = ['storageclass.kubernetes.io/is-default-class', 'storageclass.beta.kubernetes.io/is-default-class'];

export const storageClassDescriber: Describer = {
  events: 'by kind',
  describe: (object) => (sheet) => {
    const isDefault = defaultClass.some((key) => textAt(object, 'metadata', 'annotations', key) === 'true');
    const options = stringsAt(object, 'mountOptions');
    const expansion = fieldAt(object, 'allowVolumeExpansion');
    sheet.line(0, `Name:\t${nameOf(object)}`);
    sheet.line(0, `IsDefaultClass:\t${isDefault ? 'Yes' : 'No'}`);
    sheet.line(0, `Annotations:\t${labelsText(object, 'metadata', 'annotations')}`);
    sheet.line(0, `Provisioner:\t${textAt(object, 'provisioner')}`);
    sheet.line(0, `Parameters:\t${labelsText(object, 'parameters')}`);
    sheet.line(
      0,
      `AllowVolumeExpansion:\t${expansion === undefined ? '<unset>' : flagAt(object, 'allowVolumeExpansion') ? 'True' : 'False'}`,
    );
    sheet.line(0, options.length === 0 ? `MountOptions:\t${none}` : 'MountOptions:');
    for (const option of options) sheet.line(1, option);
    if (fieldAt(object, 'reclaimPolicy') !== undefined) sheet.line(0, `ReclaimPolicy:\t${textAt(object, 'reclaimPolicy')}`);
    if (fieldAt(object, 'volumeBindingMode') !== undefined) sheet.line(0, `VolumeBindingMode:\t${textAt(object, 'volumeBindingMode')}`);
  },
};
