import type { JsonObject } from '../../../../kernel/json.ts';
import { flagAt, objectAt, objectsAt, textAt, textsAt } from '../../json-fields.ts';
import { formatQuantity, milliOf, noQuantity, parseQuantity, unitsOf } from '../../quantity.ts';
import type { Sheet } from './sheet.ts';

/** The value of a pod's own field, by its path. */
export type EnvironmentResolver = (fieldPath: string) => string;

export function writeEnvironment(sheet: Sheet, container: JsonObject, resolve: EnvironmentResolver | undefined): void {
  const variables = objectsAt(container, 'env');
  sheet.line(2, `Environment:${variables.length === 0 ? '\t<none>' : ''}`);
  for (const variable of variables) {
    const from = objectAt(variable, 'valueFrom');
    if (from === undefined) writeValue(sheet, variable);
    else writeSource(sheet, { name: textAt(variable, 'name'), from, container, resolve });
  }
}

function writeValue(sheet: Sheet, variable: JsonObject): void {
  const [first = '', ...rest] = textAt(variable, 'value').split('\n');
  sheet.line(3, `${textAt(variable, 'name')}:\t${first}`);
  for (const line of rest) sheet.line(3, `\t${line}`);
}

type Source = { name: string; from: JsonObject; container: JsonObject; resolve: EnvironmentResolver | undefined };

function writeSource(sheet: Sheet, { name, from, container, resolve }: Source): void {
  const field = objectAt(from, 'fieldRef');
  const resource = objectAt(from, 'resourceFieldRef');
  const secret = objectAt(from, 'secretKeyRef');
  const config = objectAt(from, 'configMapKeyRef');
  if (field !== undefined) {
    const path = textAt(field, 'fieldPath');
    sheet.line(3, `${name}:\t${resolve?.(path) ?? ''} (${textAt(field, 'apiVersion')}:${path})`);
  } else if (resource !== undefined) {
    sheet.line(3, `${name}:\t${resourceValue(resource, container)} (${textAt(resource, 'resource')})`);
  } else if (secret !== undefined) {
    sheet.line(
      3,
      `${name}:\t<set to the key '${textAt(secret, 'key')}' in secret '${textAt(secret, 'name')}'>\tOptional: ${flagAt(secret, 'optional')}`,
    );
  } else if (config !== undefined) {
    sheet.line(
      3,
      `${name}:\t<set to the key '${textAt(config, 'key')}' of config map '${textAt(config, 'name')}'>\tOptional: ${flagAt(config, 'optional')}`,
    );
  }
}

/** "limits.memory" of the container, in units of the divisor, rounded up. */
function resourceValue(reference: JsonObject, container: JsonObject): string {
  const resource = textAt(reference, 'resource');
  const [part = '', name = ''] = resource.split('.');
  if (!['limits', 'requests'].includes(part) || !/^(?:cpu|memory|ephemeral-storage|hugepages-.*)$/.test(name)) return '';
  const amount = parseQuantity(textAt(container, 'resources', part, name) || '0');
  const given = parseQuantity(textAt(reference, 'divisor') || '0');
  const divisor = given.nano === 0n ? parseQuantity('1') : given;
  const measure = name === 'cpu' ? milliOf : unitsOf;
  const value = Math.ceil(measure(amount) / measure(divisor));
  const isOpen = value === 0 && ['limits.cpu', 'limits.memory'].includes(resource);
  return isOpen ? 'node allocatable' : value === 0 ? formatQuantity(noQuantity) : String(value);
}

export function writeEnvironmentFrom(sheet: Sheet, container: JsonObject): void {
  const sources = objectsAt(container, 'envFrom');
  if (sources.length === 0) return;
  sheet.line(2, 'Environment Variables from:');
  for (const source of sources) {
    const config = objectAt(source, 'configMapRef');
    const reference = config ?? objectAt(source, 'secretRef');
    const kind = config !== undefined ? 'ConfigMap' : reference !== undefined ? 'Secret' : '';
    const prefix = textAt(source, 'prefix');
    const from = prefix === '' ? kind : `${kind} with prefix '${prefix}'`;
    sheet.line(3, `${textAt(reference, 'name')}\t${from}\tOptional: ${flagAt(reference, 'optional')}`);
  }
}

/** Resolves the fields that kubectl resolves: those of the metadata. */
export function fieldsOf(pod: JsonObject): EnvironmentResolver {
  return (path) => {
    const subscripted = /^metadata\.(annotations|labels)\['(.*)'\]$/.exec(path);
    if (subscripted !== null) return textAt(pod, 'metadata', subscripted[1] ?? '', subscripted[2] ?? '');
    const [, field = ''] = /^metadata\.(annotations|labels|name|namespace|uid)$/.exec(path) ?? [];
    if (field !== 'annotations' && field !== 'labels') return field === '' ? '' : textAt(pod, 'metadata', field);
    return textsAt(pod, 'metadata', field)
      .map(([key, value]) => `${key}=${JSON.stringify(value)}`)
      .join('\n');
  };
}
