import type { JsonObject } from '../../../../kernel/json.ts';
import { table } from '../../../../kernel/table.ts';
import { longTime, quoted } from '../../go-format.ts';
import { fieldAt, numberAt, objectAt, objectsAt, textAt } from '../../json-fields.ts';
import { type Describer, writeMetadata, writeName } from './reading.ts';
import { type Sheet } from './sheet.ts';

export const autoscaler: Describer = {
  events: 'by kind',
  describe: (object) => (sheet) => {
    const spec = objectAt(object, 'spec');
    const kind = textAt(spec, 'scaleTargetRef', 'kind');
    writeName(sheet, object);
    writeMetadata(sheet, object);
    sheet.line(0, `CreationTimestamp:\t${longTime(textAt(object, 'metadata', 'creationTimestamp'))}`);
    sheet.line(0, `Reference:\t${kind}/${textAt(spec, 'scaleTargetRef', 'name')}`);
    sheet.line(0, 'Metrics:\t( current / target )');
    for (const [index, metric] of objectsAt(spec, 'metrics').entries()) {
      sheet.line(1, metricText(metric, objectsAt(object, 'status', 'currentMetrics')[index]));
    }
    sheet.line(0, `Min replicas:\t${fieldAt(spec, 'minReplicas') === undefined ? '<unset>' : numberAt(spec, 'minReplicas')}`);
    sheet.line(0, `Max replicas:\t${numberAt(spec, 'maxReplicas')}`);
    writeBehavior(sheet, objectAt(spec, 'behavior'));
    sheet.line(
      0,
      `${kind} pods:\t${numberAt(object, 'status', 'currentReplicas')} current / ${numberAt(object, 'status', 'desiredReplicas')} desired`,
    );
    writeConditions(sheet, object);
  },
};

type Values = { current: JsonObject | undefined; target: JsonObject | undefined };
type MetricText = (metric: JsonObject, values: Values) => string;

const amount = (source: JsonObject | undefined, field: string): string => textAt(source, field) || '0';
const now = ({ current }: Values, field: string): string => (current === undefined ? '<unknown>' : amount(current, field));
const isAverage = ({ target }: Values): boolean => fieldAt(target, 'averageValue') !== undefined;

const external: MetricText = (metric, values) => {
  const name = quoted(textAt(metric, 'metric', 'name'));
  if (!isAverage(values)) return `${name} (target value):\t${now(values, 'value')} / ${amount(values.target, 'value')}`;
  const current = fieldAt(values.current, 'averageValue') === undefined ? '<unknown>' : amount(values.current, 'averageValue');
  return `${name} (target average value):\t${current} / ${amount(values.target, 'averageValue')}`;
};

const object: MetricText = (metric, values) => {
  const about = `"${textAt(metric, 'metric', 'name')}" on ${textAt(metric, 'describedObject', 'kind')}/${textAt(metric, 'describedObject', 'name')}`;
  const field = textAt(values.target, 'type') === 'AverageValue' ? 'averageValue' : 'value';
  return `${about} (target ${field === 'value' ? 'value' : 'average value'}):\t${now(values, field)} / ${amount(values.target, field)}`;
};

const pods: MetricText = (metric, values) =>
  `${quoted(textAt(metric, 'metric', 'name'))} on pods:\t${now(values, 'averageValue')} / ${amount(values.target, 'averageValue')}`;

function utilization(title: string, values: Values): string {
  if (isAverage(values)) return `${title}:\t${now(values, 'averageValue')} / ${amount(values.target, 'averageValue')}`;
  const used = textAt(values.current, 'averageUtilization');
  const wanted = textAt(values.target, 'averageUtilization');
  const current = used === '' ? '<unknown>' : `${used}% (${amount(values.current, 'averageValue')})`;
  return `${title}  (as a percentage of request):\t${current} / ${wanted === '' ? '<auto>' : `${wanted}%`}`;
}

const metricTypes = table<readonly [field: string, text: MetricText]>({
  External: ['external', external],
  Pods: ['pods', pods],
  Object: ['object', object],
  Resource: ['resource', (metric, values) => utilization(`resource ${textAt(metric, 'name')} on pods`, values)],
  ContainerResource: [
    'containerResource',
    (metric, values) => utilization(`resource ${textAt(metric, 'name')} of container "${textAt(metric, 'container')}" on pods`, values),
  ],
});

function metricText(metric: JsonObject, current: JsonObject | undefined): string {
  const type = metricTypes.get(textAt(metric, 'type'));
  if (type === undefined) return `<unknown metric type ${quoted(textAt(metric, 'type'))}>`;
  const [field, text] = type;
  return text(objectAt(metric, field) ?? {}, { current: objectAt(current, field, 'current'), target: objectAt(metric, field, 'target') });
}

function writeBehavior(sheet: Sheet, behavior: JsonObject | undefined): void {
  if (behavior === undefined) return;
  sheet.line(0, 'Behavior:');
  for (const [title, field] of [['Scale Up', 'scaleUp'] as const, ['Scale Down', 'scaleDown'] as const]) {
    const rules = objectAt(behavior, field);
    if (rules === undefined) continue;
    const policies = objectsAt(rules, 'policies');
    sheet.line(1, `${title}:`);
    if (fieldAt(rules, 'stabilizationWindowSeconds') !== undefined) {
      sheet.line(2, `Stabilization Window: ${numberAt(rules, 'stabilizationWindowSeconds')} seconds`);
    }
    if (policies.length === 0) continue;
    sheet.line(2, `Select Policy: ${textAt(rules, 'selectPolicy') || 'Max'}`);
    sheet.line(2, 'Policies:');
    for (const policy of policies) {
      sheet.line(
        3,
        `- Type: ${textAt(policy, 'type')}\tValue: ${numberAt(policy, 'value')}\tPeriod: ${numberAt(policy, 'periodSeconds')} seconds`,
      );
    }
  }
}

function writeConditions(sheet: Sheet, hpa: JsonObject): void {
  const conditions = objectsAt(hpa, 'status', 'conditions');
  if (conditions.length === 0) return;
  sheet.line(0, 'Conditions:');
  sheet.line(1, 'Type\tStatus\tReason\tMessage');
  sheet.line(1, '----\t------\t------\t-------');
  for (const condition of conditions)
    sheet.line(1, ['type', 'status', 'reason', 'message'].map((field) => textAt(condition, field)).join('\t'));
}
