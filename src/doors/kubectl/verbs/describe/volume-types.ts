import type { JsonObject } from '../../../../kernel/json.ts';
import { fieldAt, flagAt, stringsAt, textAt } from '../../json-fields.ts';
import { goText } from '../../output/go-json.ts';

/** How a kind of volume is shown: what it is, then its fields. A field is read by its key, or made by a function. */
export type VolumeType = {
  key: string;
  title: string;
  fields: readonly (readonly [label: string, value: string | ((source: JsonObject) => string)])[];
};

const readOnly = ['ReadOnly', (source: JsonObject) => String(flagAt(source, 'readOnly'))] as const;
const fsType = ['FSType', 'fsType'] as const;
const secretRef = ['SecretRef', (source: JsonObject) => referenceText(source)] as const;

/** Go prints a reference by its pointer: "&LocalObjectReference{Name:x,}". */
function referenceText(source: JsonObject): string {
  const name = textAt(source, 'secretRef', 'name');
  const namespace = fieldAt(source, 'secretRef', 'namespace');
  if (fieldAt(source, 'secretRef') === undefined) return '<nil>';
  return namespace === undefined
    ? `&LocalObjectReference{Name:${name},}`
    : `&SecretReference{Name:${name},Namespace:${goText(namespace)},}`;
}

const number = (key: string) => (source: JsonObject) => textAt(source, key) || '0';
const optional = ['Optional', (source: JsonObject) => String(flagAt(source, 'optional'))] as const;
const cloudDisk = [fsType, ['Partition', number('partition')], readOnly] as const;
const orNone = (key: string) => (source: JsonObject) => textAt(source, key) || '<none>';

/** In the order in which kubectl looks for them. */
export const volumeTypes: readonly VolumeType[] = [
  {
    key: 'hostPath',
    title: 'HostPath (bare host directory volume)',
    fields: [
      ['Path', 'path'],
      ['HostPathType', (source) => (fieldAt(source, 'type') === undefined ? '<none>' : textAt(source, 'type'))],
    ],
  },
  {
    key: 'emptyDir',
    title: "EmptyDir (a temporary directory that shares a pod's lifetime)",
    fields: [
      ['Medium', 'medium'],
      ['SizeLimit', (source) => (/^0?$/.test(textAt(source, 'sizeLimit')) ? '<unset>' : textAt(source, 'sizeLimit'))],
    ],
  },
  {
    key: 'gcePersistentDisk',
    title: 'GCEPersistentDisk (a Persistent Disk resource in Google Compute Engine)',
    fields: [['PDName', 'pdName'], ...cloudDisk],
  },
  {
    key: 'awsElasticBlockStore',
    title: 'AWSElasticBlockStore (a Persistent Disk resource in AWS)',
    fields: [['VolumeID', 'volumeID'], ...cloudDisk],
  },
  {
    key: 'gitRepo',
    title: 'GitRepo (a volume that is pulled from git when the pod is created)',
    fields: [
      ['Repository', 'repository'],
      ['Revision', 'revision'],
    ],
  },
  { key: 'secret', title: 'Secret (a volume populated by a Secret)', fields: [['SecretName', 'secretName'], optional] },
  { key: 'configMap', title: 'ConfigMap (a volume populated by a ConfigMap)', fields: [['Name', 'name'], optional] },
  {
    key: 'nfs',
    title: 'NFS (an NFS mount that lasts the lifetime of a pod)',
    fields: [['Server', 'server'], ['Path', 'path'], readOnly],
  },
  {
    key: 'iscsi',
    title: "ISCSI (an ISCSI Disk resource that is attached to a kubelet's host machine and then exposed to the pod)",
    fields: [
      ['TargetPortal', 'targetPortal'],
      ['IQN', 'iqn'],
      ['Lun', number('lun')],
      ['ISCSIInterface', 'iscsiInterface'],
      fsType,
      readOnly,
      ['Portals', (source) => goText(stringsAt(source, 'portals'))],
      ['DiscoveryCHAPAuth', (source) => String(flagAt(source, 'chapAuthDiscovery'))],
      ['SessionCHAPAuth', (source) => String(flagAt(source, 'chapAuthSession'))],
      secretRef,
      ['InitiatorName', orNone('initiatorName')],
    ],
  },
  {
    key: 'glusterfs',
    title: "Glusterfs (a Glusterfs mount on the host that shares a pod's lifetime)",
    fields: [['EndpointsName', 'endpoints'], ['Path', 'path'], readOnly],
  },
  {
    key: 'persistentVolumeClaim',
    title: 'PersistentVolumeClaim (a reference to a PersistentVolumeClaim in the same namespace)',
    fields: [['ClaimName', 'claimName'], readOnly],
  },
  {
    key: 'rbd',
    title: "RBD (a Rados Block Device mount on the host that shares a pod's lifetime)",
    fields: [
      ['CephMonitors', (source) => goText(stringsAt(source, 'monitors'))],
      ['RBDImage', 'image'],
      fsType,
      ['RBDPool', 'pool'],
      ['RadosUser', 'user'],
      ['Keyring', 'keyring'],
      secretRef,
      readOnly,
    ],
  },
  {
    key: 'quobyte',
    title: "Quobyte (a Quobyte mount on the host that shares a pod's lifetime)",
    fields: [['Registry', 'registry'], ['Volume', 'volume'], readOnly],
  },
  {
    key: 'azureDisk',
    title: 'AzureDisk (an Azure Data Disk mount on the host and bind mount to the pod)',
    fields: [['DiskName', 'diskName'], ['DiskURI', 'diskURI'], ['Kind: ', 'kind'], fsType, ['CachingMode', 'cachingMode'], readOnly],
  },
  {
    key: 'vsphereVolume',
    title: 'vSphereVolume (a Persistent Disk resource in vSphere)',
    fields: [['VolumePath', 'volumePath'], fsType, ['StoragePolicyName', 'storagePolicyName']],
  },
  {
    key: 'cinder',
    title: 'Cinder (a Persistent Disk resource in OpenStack)',
    fields: [['VolumeID', 'volumeID'], fsType, readOnly, secretRef],
  },
  {
    key: 'photonPersistentDisk',
    title: 'PhotonPersistentDisk (a Persistent Disk resource in photon platform)',
    fields: [['PdID', 'pdID'], fsType],
  },
  { key: 'portworxVolume', title: 'PortworxVolume (a Portworx Volume resource)', fields: [['VolumeID', 'volumeID']] },
  {
    key: 'cephfs',
    title: "CephFS (a CephFS mount on the host that shares a pod's lifetime)",
    fields: [
      ['Monitors', (source) => goText(stringsAt(source, 'monitors'))],
      ['Path', 'path'],
      ['User', 'user'],
      ['SecretFile', 'secretFile'],
      secretRef,
      readOnly,
    ],
  },
  {
    key: 'fc',
    title: 'FC (a Fibre Channel disk)',
    fields: [['TargetWWNs', (source) => stringsAt(source, 'targetWWNs').join(', ')], ['LUN', orNone('lun')], fsType, readOnly],
  },
  {
    key: 'azureFile',
    title: 'AzureFile (an Azure File Service mount on the host and bind mount to the pod)',
    fields: [['SecretName', 'secretName'], ['ShareName', 'shareName'], readOnly],
  },
  {
    key: 'flexVolume',
    title: 'FlexVolume (a generic volume resource that is provisioned/attached using an exec based plugin)',
    fields: [['Driver', 'driver'], fsType, secretRef, readOnly, ['Options', (source) => goText(fieldAt(source, 'options') ?? {})]],
  },
  {
    key: 'local',
    title: 'LocalVolume (a persistent volume backed by local storage on a node)',
    fields: [['Path', 'path']],
  },
  {
    key: 'image',
    title: 'Image (a container image or OCI artifact)',
    fields: [
      ['Reference', 'reference'],
      ['PullPolicy', 'pullPolicy'],
    ],
  },
];
