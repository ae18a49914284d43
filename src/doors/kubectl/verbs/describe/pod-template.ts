import type { JsonObject } from '../../../../kernel/json.ts';
import { objectAt, objectsAt, textAt, textsAt } from '../../json-fields.ts';
import { writeContainers } from './containers.ts';
import { writeSpread, writeTolerations } from './placement.ts';
import { type Sheet, writeAnnotations, writeLabels } from './sheet.ts';
import { writeVolumes } from './volumes.ts';

/** The pods that a workload makes. */
export function writePodTemplate(sheet: Sheet, template: JsonObject | undefined): void {
  sheet.line(0, 'Pod Template:');
  if (template === undefined) return sheet.write(1, '<unset>');
  const spec = objectAt(template, 'spec') ?? {};
  const annotations = textsAt(template, 'metadata', 'annotations');
  writeLabels(sheet, '  Labels', textsAt(template, 'metadata', 'labels'));
  if (annotations.length > 0) writeAnnotations(sheet, '  Annotations', annotations);
  if (textAt(spec, 'serviceAccountName') !== '') sheet.line(1, `Service Account:\t${textAt(spec, 'serviceAccountName')}`);
  const group = (label: string, field: string) => ({ label, containers: objectsAt(spec, field), statuses: [], space: '  ' });
  if (objectsAt(spec, 'initContainers').length > 0) writeContainers(sheet, group('Init Containers', 'initContainers'));
  writeContainers(sheet, group('Containers', 'containers'));
  writeVolumes(sheet, objectsAt(spec, 'volumes'), '  ');
  writeSpread(sheet, objectsAt(spec, 'topologySpreadConstraints'), '  ');
  if (textAt(spec, 'priorityClassName') !== '') sheet.line(1, `Priority Class Name:\t${textAt(spec, 'priorityClassName')}`);
  writeLabels(sheet, '  Node-Selectors', textsAt(spec, 'nodeSelector'));
  writeTolerations(sheet, '  Tolerations', objectsAt(spec, 'tolerations'));
  writeSchedulingGroup(sheet, spec, '  ');
}

export function writeSchedulingGroup(sheet: Sheet, spec: JsonObject, space: string): void {
  const group = objectAt(spec, 'schedulingGroup');
  if (group === undefined) return;
  sheet.line(0, `${space}SchedulingGroup:`);
  sheet.line(1, `PodGroupName:\t${textAt(group, 'podGroupName')}`);
}
