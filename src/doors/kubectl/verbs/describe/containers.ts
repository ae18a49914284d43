import type { JsonObject } from '../../../../kernel/json.ts';
import { longTime } from '../../go-format.ts';
import { compareText, flagAt, listAt, numberAt, objectAt, objectsAt, stringsAt, textAt, textsAt } from '../../json-fields.ts';
import { type EnvironmentResolver, writeEnvironment, writeEnvironmentFrom } from './environment.ts';
import { probeText } from './probes.ts';
import { none, type Sheet } from './sheet.ts';

export type ContainerGroup = {
  label: string;
  containers: readonly JsonObject[];
  statuses: readonly JsonObject[];
  /** The value of a field that the environment names; absent in templates. */
  resolve?: EnvironmentResolver;
  /** What stands before the label: two spaces in a pod template. */
  space: string;
};

export function writeContainers(sheet: Sheet, group: ContainerGroup): void {
  sheet.line(0, `${group.space}${group.label}:${group.containers.length === 0 ? ` ${none}` : ''}`);
  for (const container of group.containers) {
    const status = group.statuses.find((candidate) => textAt(candidate, 'name') === textAt(container, 'name'));
    sheet.line(1, `${group.space === '' ? '' : ' '}${textAt(container, 'name')}:`);
    writeBasics(sheet, container, status);
    writeCommand(sheet, 'Command', stringsAt(container, 'command'));
    writeCommand(sheet, 'Args', stringsAt(container, 'args'));
    if (status !== undefined) writeStatus(sheet, status);
    writeResources(sheet, objectAt(container, 'resources'), 2);
    writeProbes(sheet, container);
    writeEnvironmentFrom(sheet, container);
    writeEnvironment(sheet, container, group.resolve);
    writeMounts(sheet, container);
  }
}

function writeBasics(sheet: Sheet, container: JsonObject, status: JsonObject | undefined): void {
  if (status !== undefined) sheet.line(2, `Container ID:\t${textAt(status, 'containerID')}`);
  sheet.line(2, `Image:\t${textAt(container, 'image')}`);
  if (status !== undefined) sheet.line(2, `Image ID:\t${textAt(status, 'imageID')}`);
  writePorts(sheet, 'Port', portsText(container, 'containerPort'));
  writePorts(sheet, 'Host Port', portsText(container, 'hostPort'));
  const seccomp = objectAt(container, 'securityContext', 'seccompProfile');
  if (seccomp === undefined) return;
  sheet.line(2, `SeccompProfile:\t${textAt(seccomp, 'type')}`);
  if (textAt(seccomp, 'type') === 'Localhost') sheet.line(3, `LocalhostProfile:\t${textAt(seccomp, 'localhostProfile')}`);
}

function portsText(container: JsonObject, field: string): string {
  return objectsAt(container, 'ports')
    .map((port) => {
      const name = textAt(port, 'name');
      return `${numberAt(port, field)}/${textAt(port, 'protocol')}${name === '' ? '' : ` (${name})`}`;
    })
    .join(', ');
}

function writePorts(sheet: Sheet, title: string, ports: string): void {
  sheet.line(2, ports.includes(',') ? `${title}s:\t${ports}` : `${title}:\t${ports === '' ? none : ports}`);
}

function writeCommand(sheet: Sheet, title: string, words: readonly string[]): void {
  if (words.length === 0) return;
  sheet.line(2, `${title}:`);
  for (const line of words.flatMap((word) => word.split('\n'))) sheet.line(3, line);
}

function writeStatus(sheet: Sheet, status: JsonObject): void {
  writeState(sheet, 'State', objectAt(status, 'state'));
  const last = objectAt(status, 'lastState');
  if (objectAt(last, 'terminated') !== undefined) writeState(sheet, 'Last State', last);
  sheet.line(2, `Ready:\t${flagAt(status, 'ready') ? 'True' : 'False'}`);
  sheet.line(2, `Restart Count:\t${numberAt(status, 'restartCount')}`);
}

function writeState(sheet: Sheet, title: string, state: JsonObject | undefined): void {
  const [running, terminated] = [objectAt(state, 'running'), objectAt(state, 'terminated')];
  if (running !== undefined) {
    sheet.line(2, `${title}:\tRunning`);
    return sheet.line(3, `Started:\t${longTime(textAt(running, 'startedAt'))}`);
  }
  const reason = textAt(state, terminated === undefined ? 'waiting' : 'terminated', 'reason');
  sheet.line(2, `${title}:\t${terminated === undefined ? 'Waiting' : 'Terminated'}`);
  if (reason !== '') sheet.line(3, `Reason:\t${reason}`);
  if (terminated !== undefined) writeTermination(sheet, terminated);
}

function writeTermination(sheet: Sheet, terminated: JsonObject): void {
  const message = textAt(terminated, 'message');
  if (message !== '') sheet.line(3, `Message:\t${message}`);
  sheet.line(3, `Exit Code:\t${numberAt(terminated, 'exitCode')}`);
  if (numberAt(terminated, 'signal') > 0) sheet.line(3, `Signal:\t${numberAt(terminated, 'signal')}`);
  sheet.line(3, `Started:\t${longTime(textAt(terminated, 'startedAt'))}`);
  sheet.line(3, `Finished:\t${longTime(textAt(terminated, 'finishedAt'))}`);
}

export function writeResources(sheet: Sheet, resources: JsonObject | undefined, level: number): void {
  for (const [title, field] of [['Limits', 'limits'] as const, ['Requests', 'requests'] as const]) {
    const amounts = textsAt(resources, field);
    if (amounts.length > 0) sheet.line(level, `${title}:`);
    for (const [name, amount] of amounts) sheet.line(level + 1, `${name}:\t${amount}`);
  }
}

function writeProbes(sheet: Sheet, container: JsonObject): void {
  for (const [title, field] of [
    ['Liveness', 'livenessProbe'] as const,
    ['Readiness', 'readinessProbe'] as const,
    ['Startup', 'startupProbe'] as const,
  ]) {
    const probe = objectAt(container, field);
    if (probe !== undefined) sheet.line(2, `${title}:\t${probeText(probe)}`);
  }
}

function writeMounts(sheet: Sheet, container: JsonObject): void {
  const by = (field: string) => (a: JsonObject, b: JsonObject) => compareText(textAt(a, field), textAt(b, field));
  const mounts = objectsAt(container, 'volumeMounts').toSorted(by('mountPath'));
  const empty = mounts.length === 0 ? `\t${none}` : '';
  sheet.line(2, `Mounts:${empty}`);
  for (const mount of mounts) {
    const path = textAt(mount, 'subPath');
    const flags = `${flagAt(mount, 'readOnly') ? 'ro' : 'rw'}${path === '' ? '' : `,path=${JSON.stringify(path)}`}`;
    sheet.line(3, `${textAt(mount, 'mountPath')} from ${textAt(mount, 'name')} (${flags})`);
  }
  if (listAt(container, 'volumeDevices').length === 0) return;
  sheet.line(2, `Devices:${empty}`);
  for (const device of objectsAt(container, 'volumeDevices').toSorted(by('devicePath'))) {
    sheet.line(3, `${textAt(device, 'devicePath')} from ${textAt(device, 'name')}`);
  }
}
