import type { JsonObject } from '../../../../kernel/json.ts';
import { ageOf, longTime } from '../../go-format.ts';
import { fieldAt, numberAt, objectAt, objectsAt, textAt, textsAt } from '../../json-fields.ts';
import { writeContainers, writeResources } from './containers.ts';
import { fieldsOf } from './environment.ts';
import { writeSpread, writeTolerations } from './placement.ts';
import { writeSchedulingGroup } from './pod-template.ts';
import { type Describer, writeController, writeMetadata, writeName } from './reading.ts';
import { none, type Sheet, writeLabels } from './sheet.ts';
import { writeVolumes } from './volumes.ts';

export const pod: Describer = {
  events: 'of pod',
  describe:
    (object, { now }) =>
    (sheet) => {
      const spec = objectAt(object, 'spec') ?? {};
      writeName(sheet, object);
      writePlace(sheet, object);
      writeMetadata(sheet, object);
      writeStatus(sheet, object, now);
      writeAddresses(sheet, object);
      writeController(sheet, object);
      writeIfGiven(sheet, 'NominatedNodeName', textAt(object, 'status', 'nominatedNodeName'));
      if (objectAt(spec, 'resources') !== undefined) {
        sheet.line(0, 'Resources:');
        writeResources(sheet, objectAt(spec, 'resources'), 1);
      }
      writeAllContainers(sheet, object);
      writeReadiness(sheet, object);
      writeVolumes(sheet, objectsAt(spec, 'volumes'), '');
      sheet.line(0, `QoS Class:\t${textAt(object, 'status', 'qosClass') || 'BestEffort'}`);
      writeLabels(sheet, 'Node-Selectors', textsAt(spec, 'nodeSelector'));
      writeTolerations(sheet, 'Tolerations', objectsAt(spec, 'tolerations'));
      writeSpread(sheet, objectsAt(spec, 'topologySpreadConstraints'), '');
      writeSchedulingGroup(sheet, spec, '');
    },
};

function writeIfGiven(sheet: Sheet, title: string, text: string): void {
  if (text !== '') sheet.line(0, `${title}:\t${text}`);
}

function writePlace(sheet: Sheet, object: JsonObject): void {
  const spec = objectAt(object, 'spec') ?? {};
  const node = textAt(spec, 'nodeName');
  if (fieldAt(spec, 'priority') !== undefined) sheet.line(0, `Priority:\t${numberAt(spec, 'priority')}`);
  writeIfGiven(sheet, 'Priority Class Name', textAt(spec, 'priorityClassName'));
  writeIfGiven(sheet, 'Runtime Class Name', textAt(spec, 'runtimeClassName'));
  writeIfGiven(sheet, 'Service Account', textAt(spec, 'serviceAccountName'));
  sheet.line(0, `Node:\t${node === '' ? none : `${node}/${textAt(object, 'status', 'hostIP')}`}`);
  const started = textAt(object, 'status', 'startTime');
  if (started !== '') sheet.line(0, `Start Time:\t${longTime(started)}`);
}

function writeStatus(sheet: Sheet, object: JsonObject, now: Date): void {
  const phase = textAt(object, 'status', 'phase');
  const deleted = textAt(object, 'metadata', 'deletionTimestamp');
  if (deleted !== '' && phase !== 'Failed' && phase !== 'Succeeded') {
    sheet.line(0, `Status:\tTerminating (lasts ${ageOf(deleted, now)})`);
    sheet.line(0, `Termination Grace Period:\t${numberAt(object, 'metadata', 'deletionGracePeriodSeconds')}s`);
  } else {
    sheet.line(0, `Status:\t${phase}`);
  }
  writeIfGiven(sheet, 'Reason', textAt(object, 'status', 'reason'));
  writeIfGiven(sheet, 'Message', textAt(object, 'status', 'message'));
  const seccomp = objectAt(object, 'spec', 'securityContext', 'seccompProfile');
  if (seccomp === undefined) return;
  sheet.line(0, `SeccompProfile:\t${textAt(seccomp, 'type')}`);
  if (textAt(seccomp, 'type') === 'Localhost') sheet.line(0, `LocalhostProfile:\t${textAt(seccomp, 'localhostProfile')}`);
}

function writeAddresses(sheet: Sheet, object: JsonObject): void {
  const addresses = objectsAt(object, 'status', 'podIPs');
  sheet.line(0, `IP:\t${textAt(object, 'status', 'podIP')}`);
  sheet.line(0, addresses.length === 0 ? `IPs:\t${none}` : 'IPs:');
  for (const address of addresses) sheet.line(1, `IP:\t${textAt(address, 'ip')}`);
}

function writeAllContainers(sheet: Sheet, object: JsonObject): void {
  const groups = [
    ['Init Containers', 'initContainers', 'initContainerStatuses'],
    ['Containers', 'containers', 'containerStatuses'],
    ['Ephemeral Containers', 'ephemeralContainers', 'ephemeralContainerStatuses'],
  ] as const;
  for (const [label, field, statusField] of groups) {
    const containers = objectsAt(object, 'spec', field);
    if (containers.length === 0 && field !== 'containers') continue;
    writeContainers(sheet, { label, containers, statuses: objectsAt(object, 'status', statusField), resolve: fieldsOf(object), space: '' });
  }
}

function writeReadiness(sheet: Sheet, object: JsonObject): void {
  const conditions = objectsAt(object, 'status', 'conditions');
  const gates = objectsAt(object, 'spec', 'readinessGates').map((gate) => textAt(gate, 'conditionType'));
  const statusOf = (type: string) => conditions.find((condition) => textAt(condition, 'type') === type);
  if (gates.length > 0) sheet.write(0, 'Readiness Gates:\n  Type\tStatus\n');
  for (const gate of gates) sheet.line(1, `${gate} \t${statusOf(gate) === undefined ? none : textAt(statusOf(gate), 'status')} `);
  if (conditions.length > 0) sheet.write(0, 'Conditions:\n  Type\tStatus\n');
  for (const condition of conditions) sheet.line(1, `${textAt(condition, 'type')} \t${textAt(condition, 'status')} `);
}
