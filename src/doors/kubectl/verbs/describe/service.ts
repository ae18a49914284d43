import type { JsonObject } from '../../../../kernel/json.ts';
import { endpointsText } from '../../endpoints.ts';
import { fieldAt, numberAt, objectAt, objectsAt, stringsAt, textAt } from '../../json-fields.ts';
import { labelsText } from '../../selectors.ts';
import { type Describer, listOf, nameOf, namespaceOf, type Reading, writeMetadata, writeName } from './reading.ts';
import { none, type Sheet } from './sheet.ts';

/** The endpoint slices of a service. */
export function slicesOf(reading: Reading, at: { namespace: string; service: string }): Promise<readonly JsonObject[]> {
  return listOf(reading, 'endpointslices.discovery.k8s.io', {
    namespace: at.namespace,
    labelSelector: `kubernetes.io/service-name=${at.service}`,
  });
}

export const service: Describer = {
  events: 'by kind',
  describe: (object, reading) => async (sheet) => {
    const slices = await slicesOf(reading, { namespace: namespaceOf(object), service: nameOf(object) });
    writeName(sheet, object);
    writeMetadata(sheet, object);
    sheet.line(0, `Selector:\t${labelsText(object, 'spec', 'selector')}`);
    sheet.line(0, `Type:\t${textAt(object, 'spec', 'type')}`);
    writeAddresses(sheet, object);
    for (const port of objectsAt(object, 'spec', 'ports')) writePort(sheet, port, slices);
    writeTraffic(sheet, object);
  },
};

function writeAddresses(sheet: Sheet, object: JsonObject): void {
  const spec = objectAt(object, 'spec');
  const listed = (field: string) => stringsAt(spec, field).join(',');
  if (fieldAt(spec, 'ipFamilyPolicy') !== undefined) sheet.line(0, `IP Family Policy:\t${textAt(spec, 'ipFamilyPolicy')}`);
  sheet.line(0, `IP Families:\t${listed('ipFamilies') || none}`);
  sheet.line(0, `IP:\t${textAt(spec, 'clusterIP')}`);
  sheet.line(0, `IPs:\t${listed('clusterIPs') || none}`);
  const ingress = objectsAt(object, 'status', 'loadBalancer', 'ingress').map(ingressText).join(', ');
  for (const [title, text] of [
    ['External IPs', listed('externalIPs')],
    ['Desired LoadBalancer IP', textAt(spec, 'loadBalancerIP')],
    ['External Name', textAt(spec, 'externalName')],
    ['LoadBalancer Ingress', ingress],
  ] as const) {
    if (text !== '') sheet.line(0, `${title}:\t${text}`);
  }
}

function ingressText(ingress: JsonObject): string {
  const [ip, mode] = [textAt(ingress, 'ip'), textAt(ingress, 'ipMode')];
  if (ip === '') return textAt(ingress, 'hostname');
  return mode === '' ? ip : `${ip} (${mode})`;
}

function writePort(sheet: Sheet, port: JsonObject, slices: readonly JsonObject[]): void {
  const name = textAt(port, 'name') || '<unset>';
  const protocol = textAt(port, 'protocol');
  sheet.line(0, `Port:\t${name}\t${numberAt(port, 'port')}/${protocol}`);
  sheet.line(0, `TargetPort:\t${textAt(port, 'targetPort') || '0'}/${protocol}`);
  if (fieldAt(port, 'appProtocol') !== undefined) sheet.line(0, `AppProtocol:\t${textAt(port, 'appProtocol')}`);
  if (numberAt(port, 'nodePort') !== 0) sheet.line(0, `NodePort:\t${name}\t${numberAt(port, 'nodePort')}/${protocol}`);
  sheet.line(0, `Endpoints:\t${endpointsText(slices, textAt(port, 'name'))}`);
}

function writeTraffic(sheet: Sheet, object: JsonObject): void {
  const spec = objectAt(object, 'spec');
  sheet.line(0, `Session Affinity:\t${textAt(spec, 'sessionAffinity')}`);
  for (const [title, text] of [
    ['External Traffic Policy', textAt(spec, 'externalTrafficPolicy')],
    ['Internal Traffic Policy', textAt(spec, 'internalTrafficPolicy')],
    ['HealthCheck NodePort', textAt(spec, 'healthCheckNodePort')],
    ['LoadBalancer Source Ranges', stringsAt(spec, 'loadBalancerSourceRanges').join(',')],
    ['Traffic Distribution', textAt(spec, 'trafficDistribution')],
  ] as const) {
    if (text !== '') sheet.line(0, `${title}:\t${text}`);
  }
}
