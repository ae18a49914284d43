import type { JsonObject } from '../../../../kernel/json.ts';
import { longTime } from '../../go-format.ts';
import { fieldAt, numberAt, objectAt, objectsAt, textAt } from '../../json-fields.ts';
import { replicaSetsOf } from '../../replica-sets.ts';
import { labelsText, selectorQuery, selectorText } from '../../selectors.ts';
import { writeClaimTemplates } from './claim-fields.ts';
import { writePodTemplate } from './pod-template.ts';
import { type Describer, nameOf, podCounts, type Reading, writeConditions, writeController, writeMetadata, writeName } from './reading.ts';
import { none, type Sheet } from './sheet.ts';

const template = (object: JsonObject) => objectAt(object, 'spec', 'template');
const created = (sheet: Sheet, object: JsonObject) =>
  sheet.line(0, `CreationTimestamp:\t${longTime(textAt(object, 'metadata', 'creationTimestamp'))}`);
const selector = (object: JsonObject) => selectorQuery(objectAt(object, 'spec', 'selector')) ?? '';

export const deployment: Describer = {
  events: 'by kind',
  describe: (object, reading) => async (sheet) => {
    writeName(sheet, object);
    created(sheet, object);
    writeMetadata(sheet, object);
    sheet.line(0, `Selector:\t${selector(object)}`);
    writeReplicas(sheet, object);
    writePodTemplate(sheet, template(object));
    writeConditions(sheet, object);
    await writeReplicaSets(sheet, object, reading);
  },
};

function writeReplicas(sheet: Sheet, object: JsonObject): void {
  const of = (field: string) => numberAt(object, 'status', field);
  const counts = `${of('updatedReplicas')} updated | ${of('replicas')} total | ${of('availableReplicas')} available | ${of('unavailableReplicas')} unavailable`;
  sheet.line(0, `Replicas:\t${numberAt(object, 'spec', 'replicas')} desired | ${counts}`);
  sheet.line(0, `StrategyType:\t${textAt(object, 'spec', 'strategy', 'type')}`);
  sheet.line(0, `MinReadySeconds:\t${numberAt(object, 'spec', 'minReadySeconds')}`);
  const rolling = objectAt(object, 'spec', 'strategy', 'rollingUpdate');
  if (rolling === undefined) return;
  sheet.line(0, `RollingUpdateStrategy:\t${textAt(rolling, 'maxUnavailable')} max unavailable, ${textAt(rolling, 'maxSurge')} max surge`);
}

async function writeReplicaSets(sheet: Sheet, object: JsonObject, { api }: Reading): Promise<void> {
  const { old, current } = await replicaSetsOf(object, api);
  const text = (sets: readonly JsonObject[]) =>
    sets
      .map((set) => `${nameOf(set)} (${numberAt(set, 'status', 'replicas')}/${numberAt(set, 'spec', 'replicas')} replicas created)`)
      .join(', ') || none;
  if (old.length === 0 && current === undefined) return;
  sheet.line(0, `OldReplicaSets:\t${text(old)}`);
  sheet.line(0, `NewReplicaSet:\t${text(current === undefined ? [] : [current])}`);
}

export const replicaSet: Describer = {
  events: 'by kind',
  describe: (object, reading) => async (sheet) => {
    writeName(sheet, object);
    sheet.line(0, `Selector:\t${selectorText(objectAt(object, 'spec', 'selector'))}`);
    writeMetadata(sheet, object);
    writeController(sheet, object);
    sheet.line(0, `Replicas:\t${numberAt(object, 'status', 'replicas')} current / ${numberAt(object, 'spec', 'replicas')} desired`);
    sheet.line(0, `Pods Status:\t${await podCounts(object, reading)}`);
    writePodTemplate(sheet, template(object));
    writeConditions(sheet, object);
  },
};

export const statefulSet: Describer = {
  events: 'by kind',
  describe: (object, reading) => async (sheet) => {
    const rolling = objectAt(object, 'spec', 'updateStrategy', 'rollingUpdate');
    writeName(sheet, object);
    created(sheet, object);
    sheet.line(0, `Selector:\t${selector(object)}`);
    writeMetadata(sheet, object);
    sheet.line(0, `Replicas:\t${numberAt(object, 'spec', 'replicas')} desired | ${numberAt(object, 'status', 'replicas')} total`);
    sheet.line(0, `Update Strategy:\t${textAt(object, 'spec', 'updateStrategy', 'type')}`);
    if (fieldAt(rolling, 'partition') !== undefined) {
      sheet.line(1, `Partition:\t${numberAt(rolling, 'partition')}`);
      if (fieldAt(rolling, 'maxUnavailable') !== undefined) sheet.line(1, `MaxUnavailable:\t${textAt(rolling, 'maxUnavailable')}`);
    }
    sheet.line(0, `Pods Status:\t${await podCounts(object, reading)}`);
    writePodTemplate(sheet, template(object));
    writeClaimTemplates(sheet, object);
  },
};

export const daemonSet: Describer = {
  events: 'by kind',
  describe: (object, reading) => async (sheet) => {
    const of = (field: string) => numberAt(object, 'status', field);
    writeName(sheet, object);
    sheet.line(0, `Selector:\t${selector(object)}`);
    sheet.line(0, `Node-Selector:\t${labelsText(template(object), 'spec', 'nodeSelector')}`);
    writeMetadata(sheet, object);
    sheet.line(0, `Desired Number of Nodes Scheduled: ${of('desiredNumberScheduled')}`);
    sheet.line(0, `Current Number of Nodes Scheduled: ${of('currentNumberScheduled')}`);
    sheet.line(0, `Number of Nodes Scheduled with Up-to-date Pods: ${of('updatedNumberScheduled')}`);
    sheet.line(0, `Number of Nodes Scheduled with Available Pods: ${of('numberAvailable')}`);
    sheet.line(0, `Number of Nodes Misscheduled: ${of('numberMisscheduled')}`);
    sheet.line(0, `Pods Status:\t${await podCounts(object, reading)}`);
    writePodTemplate(sheet, template(object));
  },
};

export const disruptionBudget: Describer = {
  events: 'by kind',
  describe: (object) => (sheet) => {
    const of = (field: string) => numberAt(object, 'status', field);
    const spec = objectAt(object, 'spec');
    const selected = objectAt(spec, 'selector');
    writeName(sheet, object);
    if (fieldAt(spec, 'minAvailable') !== undefined) sheet.line(0, `Min available:\t${textAt(spec, 'minAvailable')}`);
    else if (fieldAt(spec, 'maxUnavailable') !== undefined) sheet.line(0, `Max unavailable:\t${textAt(spec, 'maxUnavailable')}`);
    sheet.line(0, `Selector:\t${selected === undefined ? '<unset>' : selectorText(selected)}`);
    sheet.line(0, 'Status:');
    sheet.line(2, `Allowed disruptions:\t${of('disruptionsAllowed')}`);
    sheet.line(2, `Current:\t${of('currentHealthy')}`);
    sheet.line(2, `Desired:\t${of('desiredHealthy')}`);
    sheet.line(2, `Total:\t${of('expectedPods')}`);
  },
};

export const serviceAccount: Describer = {
  events: 'by kind',
  describe: (object) => (sheet) => {
    writeName(sheet, object);
    writeMetadata(sheet, object);
    const secrets = objectsAt(object, 'imagePullSecrets').map((secret) => textAt(secret, 'name'));
    for (const [index, name] of (secrets.length === 0 ? [none] : secrets).entries()) {
      sheet.line(0, `${index === 0 ? 'Image pull secrets:' : ' '.repeat(19)}\t${name}`);
    }
  },
};
