import type { JsonObject } from '../../../../kernel/json.ts';
import { endpointsText } from '../../endpoints.ts';
import { compareText, objectAt, objectsAt, stringsAt, textAt, textsAt } from '../../json-fields.ts';
import { type Describer, nameOf, namespaceOf, type Reading } from './reading.ts';
import { slicesOf } from './service.ts';
import { none, type Sheet, writeAnnotations, writeLabels } from './sheet.ts';

export const ingress: Describer = {
  events: 'by kind',
  describe: (object, reading) => async (sheet) => {
    const backends = backendTexts(namespaceOf(object), reading);
    const fallback = objectAt(object, 'spec', 'defaultBackend');
    const fallbackText = fallback === undefined ? '<default>' : await backends(fallback);
    sheet.line(0, `Name:\t${nameOf(object)}`);
    writeLabels(sheet, 'Labels', textsAt(object, 'metadata', 'labels'));
    sheet.line(0, `Namespace:\t${namespaceOf(object)}`);
    sheet.line(0, `Address:\t${addressText(object)}`);
    sheet.line(0, `Ingress Class:\t${textAt(object, 'spec', 'ingressClassName') || none}`);
    sheet.line(0, `Default backend:\t${fallbackText}`);
    writeTls(sheet, objectsAt(object, 'spec', 'tls'));
    sheet.write(0, 'Rules:\n  Host\tPath\tBackends\n');
    sheet.line(1, '----\t----\t--------');
    const rules = objectsAt(object, 'spec', 'rules').filter((rule) => objectAt(rule, 'http') !== undefined);
    for (const rule of rules) await writeRule(sheet, rule, backends);
    if (rules.length === 0) sheet.line(1, `*\t*\t${fallbackText}`);
    writeAnnotations(sheet, 'Annotations', textsAt(object, 'metadata', 'annotations'));
  },
};

function addressText(object: JsonObject): string {
  const addresses = objectsAt(object, 'status', 'loadBalancer', 'ingress').map((entry) => textAt(entry, 'ip') || textAt(entry, 'hostname'));
  return [...new Set(addresses.filter((address) => address !== ''))].sort(compareText).join(',');
}

function writeTls(sheet: Sheet, entries: readonly JsonObject[]): void {
  if (entries.length > 0) sheet.line(0, 'TLS:');
  for (const entry of entries) {
    const secret = textAt(entry, 'secretName');
    const hosts = stringsAt(entry, 'hosts').join(',');
    sheet.line(1, secret === '' ? `SNI routes ${hosts}` : `${secret} terminates ${hosts}`);
  }
}

type BackendTexts = (backend: JsonObject) => Promise<string>;

async function writeRule(sheet: Sheet, rule: JsonObject, backends: BackendTexts): Promise<void> {
  sheet.line(1, `${textAt(rule, 'host') || '*'}\t`);
  for (const path of objectsAt(rule, 'http', 'paths')) {
    sheet.line(2, `\t${textAt(path, 'path')} \t${await backends(objectAt(path, 'backend') ?? {})}`);
  }
}

function backendTexts(namespace: string, reading: Reading): BackendTexts {
  return async (backend) => {
    const service = objectAt(backend, 'service');
    const resource = objectAt(backend, 'resource');
    if (service !== undefined) return serviceText(service, namespace, reading);
    if (resource === undefined) return '';
    return `APIGroup: ${textAt(resource, 'apiGroup') || none}, Kind: ${textAt(resource, 'kind')}, Name: ${textAt(resource, 'name')}`;
  };
}

async function serviceText(backend: JsonObject, namespace: string, reading: Reading): Promise<string> {
  const name = textAt(backend, 'name');
  const port = textAt(backend, 'port', 'number') || textAt(backend, 'port', 'name');
  try {
    const slices = await slicesOf(reading, { namespace, service: name });
    const service = await reading.api.get(await reading.api.typeOf('services'), { namespace, name });
    const ports = objectsAt(service, 'spec', 'ports').filter((entry) => [textAt(entry, 'port'), textAt(entry, 'name')].includes(port));
    return `${name}:${port} (${endpointsText(slices, textAt(ports.at(-1), 'name'))})`;
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'KubectlError') throw error;
    return `${name}:${port} (<error: ${error.message.replace(/^Error from server(?: \(\w+\))?: /, '').trimEnd()}>)`;
  }
}
