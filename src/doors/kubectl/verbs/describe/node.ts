import type { JsonObject } from '../../../../kernel/json.ts';
import { longTime } from '../../go-format.ts';
import { compareText, fieldAt, flagAt, objectAt, objectsAt, stringsAt, textAt, textsAt } from '../../json-fields.ts';
import { writeNodeResources } from './node-resources.ts';
import { writeTaints } from './placement.ts';
import { type Describer, listOf, nameOf, type Reading, writeMetadata } from './reading.ts';
import { none, type Sheet } from './sheet.ts';

export const node: Describer = {
  events: 'of node',
  describe: (object, reading) => async (sheet) => {
    sheet.line(0, `Name:\t${nameOf(object)}`);
    sheet.line(0, `Roles:\t${rolesOf(object) || none}`);
    writeMetadata(sheet, object);
    sheet.line(0, `CreationTimestamp:\t${longTime(textAt(object, 'metadata', 'creationTimestamp'))}`);
    writeTaints(sheet, objectsAt(object, 'spec', 'taints'));
    sheet.line(0, `Unschedulable:\t${flagAt(object, 'spec', 'unschedulable')}`);
    await writeLease(sheet, object, reading);
    writeHealth(sheet, object);
    writeAmounts(sheet, 'Capacity', textsAt(object, 'status', 'capacity'));
    writeAmounts(sheet, 'Allocatable', textsAt(object, 'status', 'allocatable'));
    await writeSlices(sheet, object, reading);
    writeSystem(sheet, object);
    await writePods(sheet, object, reading);
  },
};

function rolesOf(object: JsonObject): string {
  const roles = textsAt(object, 'metadata', 'labels').flatMap(([key, value]) => {
    if (key.startsWith('node-role.kubernetes.io/')) return [key.slice('node-role.kubernetes.io/'.length)];
    return key === 'kubernetes.io/role' ? [value] : [];
  });
  return [...new Set(roles.filter((role) => role !== ''))].sort(compareText).join(',');
}

function messageOf(error: unknown): string {
  if (error instanceof Error && error.name === 'KubectlError')
    return error.message.replace(/^Error from server(?: \(\w+\))?: /, '').trimEnd();
  throw error;
}

async function writeLease(sheet: Sheet, object: JsonObject, { api }: Reading): Promise<void> {
  try {
    const lease = await api.get(await api.typeOf('leases.coordination.k8s.io'), { namespace: 'kube-node-lease', name: nameOf(object) });
    const time = (field: string) => (fieldAt(lease, 'spec', field) === undefined ? '<unset>' : longTime(textAt(lease, 'spec', field)));
    sheet.line(0, 'Lease:');
    sheet.line(
      1,
      `HolderIdentity:\t${fieldAt(lease, 'spec', 'holderIdentity') === undefined ? '<unset>' : textAt(lease, 'spec', 'holderIdentity')}`,
    );
    sheet.line(1, `AcquireTime:\t${time('acquireTime')}`);
    sheet.line(1, `RenewTime:\t${time('renewTime')}`);
  } catch (error) {
    sheet.line(0, `Lease:\tFailed to get lease: ${messageOf(error)}`);
  }
}

function writeHealth(sheet: Sheet, object: JsonObject): void {
  const conditions = objectsAt(object, 'status', 'conditions');
  if (conditions.length > 0) {
    sheet.write(0, 'Conditions:\n  Type\tStatus\tLastHeartbeatTime\tLastTransitionTime\tReason\tMessage\n');
    sheet.line(1, '----\t------\t-----------------\t------------------\t------\t-------');
  }
  for (const condition of conditions) {
    const times = `${longTime(textAt(condition, 'lastHeartbeatTime'))} \t${longTime(textAt(condition, 'lastTransitionTime'))}`;
    sheet.line(
      1,
      `${textAt(condition, 'type')} \t${textAt(condition, 'status')} \t${times} \t${textAt(condition, 'reason')} \t${textAt(condition, 'message')}`,
    );
  }
  sheet.line(0, 'Addresses:');
  for (const address of objectsAt(object, 'status', 'addresses'))
    sheet.line(1, `${textAt(address, 'type')}:\t${textAt(address, 'address')}`);
}

function writeAmounts(sheet: Sheet, title: string, amounts: readonly (readonly [string, string])[]): void {
  if (amounts.length === 0) return;
  sheet.line(0, `${title}:`);
  for (const [name, amount] of amounts) sheet.line(0, `  ${name}:\t${amount}`);
}

const systemFields = [
  ['Machine ID', 'machineID'],
  ['System UUID', 'systemUUID'],
  ['Boot ID', 'bootID'],
  ['Kernel Version', 'kernelVersion'],
  ['OS Image', 'osImage'],
  ['Operating System', 'operatingSystem'],
  ['Architecture', 'architecture'],
  ['Container Runtime Version', 'containerRuntimeVersion'],
  ['Kubelet Version', 'kubeletVersion'],
] as const;

function writeSystem(sheet: Sheet, object: JsonObject): void {
  const spec = objectAt(object, 'spec');
  sheet.line(0, 'System Info:');
  for (const [title, field] of systemFields) sheet.line(0, `  ${title}:\t${textAt(object, 'status', 'nodeInfo', field)}`);
  for (const [title, text] of [
    ['PodCIDR', textAt(spec, 'podCIDR')],
    ['PodCIDRs', stringsAt(spec, 'podCIDRs').join(',')],
    ['ProviderID', textAt(spec, 'providerID')],
  ] as const) {
    if (text !== '') sheet.line(0, `${title}:\t${text}`);
  }
}

/** Devices of this node; a cluster without the API has none. */
async function writeSlices(sheet: Sheet, object: JsonObject, reading: Reading): Promise<void> {
  const slices = await unlessRefused(() =>
    listOf(reading, 'resourceslices.resource.k8s.io', { namespace: undefined, fieldSelector: `spec.nodeName=${nameOf(object)}` }),
  );
  const pools = Map.groupBy(slices ?? [], (slice) => `${textAt(slice, 'spec', 'driver')}/${textAt(slice, 'spec', 'pool', 'name')}`);
  if (pools.size === 0) return;
  const rows = [...pools].sort(([a], [b]) => compareText(a, b)).map(([, own]) => poolText(own));
  sheet.line(0, 'Node-Local ResourceSlices:');
  for (const row of ['Driver\tPool\tSlices\tDevices', '------\t----\t------\t-------', ...rows.slice(0, 10)]) sheet.line(1, row);
  if (rows.length > 10) sheet.line(1, `...and ${rows.length - 10} more pools`);
}

function poolText(slices: readonly JsonObject[]): string {
  const devices = slices.reduce((sum, slice) => sum + objectsAt(slice, 'spec', 'devices').length, 0);
  return `${textAt(slices[0], 'spec', 'driver')}\t${textAt(slices[0], 'spec', 'pool', 'name')}\t${slices.length}\t${devices}`;
}

async function writePods(sheet: Sheet, object: JsonObject, reading: Reading): Promise<void> {
  const fieldSelector = `spec.nodeName=${nameOf(object)},status.phase!=Failed,status.phase!=Succeeded`;
  const pods = await unlessRefused(() => listOf(reading, 'pods', { namespace: undefined, fieldSelector }));
  if (pods === undefined) sheet.line(0, 'Pods:\tnot authorized');
  else writeNodeResources(sheet, { node: object, pods, now: reading.now });
}

async function unlessRefused<T>(ask: () => Promise<T>): Promise<T | undefined> {
  try {
    return await ask();
  } catch (error) {
    messageOf(error);
    return undefined;
  }
}
