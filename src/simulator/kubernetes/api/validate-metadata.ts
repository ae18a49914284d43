import type { Fault } from '../status.ts';
import { annotationsOf, labelsOf } from '../tree.ts';
import type { KubeObject } from '../tree.ts';

export const subdomain =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
export const isSubdomain = (name: string): boolean =>
  name.length <= 253 && /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/.test(name);

const nameForm =
  "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";
const valueForm =
  "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";
const isName = (text: string): boolean => text.length <= 63 && /^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/.test(text);

/** What is wrong with the keys and values of labels, and with the keys of annotations. */
export function checkMarks(object: KubeObject): readonly Fault[] {
  return [
    ...Object.entries(labelsOf(object)).flatMap(([key, value]) => [
      ...checkKey('metadata.labels', key),
      ...(value === '' || isName(value) ? [] : [fault('metadata.labels', value, valueForm)]),
    ]),
    ...Object.keys(annotationsOf(object)).flatMap((key) => checkKey('metadata.annotations', key.toLowerCase())),
  ];
}

function checkKey(field: string, key: string): readonly Fault[] {
  const parts = key.split('/');
  const [prefix, name] = parts.length === 1 ? [undefined, key] : [parts[0] ?? '', parts[1] ?? ''];
  if (parts.length > 2)
    return [fault(field, key, `a valid label key ${nameForm} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`)];
  return [
    ...(prefix === '' ? [fault(field, key, 'prefix part must be non-empty')] : []),
    ...(prefix === undefined || prefix === '' || isSubdomain(prefix) ? [] : [fault(field, key, `prefix part ${subdomain}`)]),
    ...(isName(name) ? [] : [fault(field, key, `name part ${nameForm}`)]),
  ];
}

function fault(field: string, value: string, why: string): Fault {
  return { field, reason: 'FieldValueInvalid', message: `Invalid value: ${JSON.stringify(value)}: ${why}` };
}
