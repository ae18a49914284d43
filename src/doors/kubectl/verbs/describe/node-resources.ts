import type { JsonObject } from '../../../../kernel/json.ts';
import { ageOf } from '../../go-format.ts';
import { compareText, objectAt, textAt } from '../../json-fields.ts';
import { added, type Amounts, amountsOf, podAmounts } from '../../pod-resources.ts';
import { formatQuantity, milliOf, noQuantity, type Quantity, unitsOf } from '../../quantity.ts';
import type { Sheet } from './sheet.ts';

type NodeLoad = { node: JsonObject; pods: readonly JsonObject[]; now: Date };

/** The pods of a node and what they take of it. */
export function writeNodeResources(sheet: Sheet, { node, pods, now }: NodeLoad): void {
  const allocatable = allocatableOf(node);
  sheet.line(0, `Non-terminated Pods:\t(${pods.length} in total)`);
  sheet.line(1, 'Namespace\tName\t\tCPU Requests\tCPU Limits\tMemory Requests\tMemory Limits\tAge');
  sheet.line(1, '---------\t----\t\t------------\t----------\t---------------\t-------------\t---');
  for (const pod of pods) {
    const [requests, limits] = [podAmounts(pod, 'requests', 'status'), podAmounts(pod, 'limits', 'status')];
    const shares = (['cpu', 'memory'] as const).flatMap((name) =>
      [requests, limits].map((amounts) => shareText(name, amounts, allocatable)),
    );
    const age = ageOf(textAt(pod, 'metadata', 'creationTimestamp'), now);
    sheet.line(1, `${textAt(pod, 'metadata', 'namespace')}\t${textAt(pod, 'metadata', 'name')}\t\t${shares.join('\t')}\t${age}`);
  }
  writeTotals(sheet, pods, allocatable);
}

function allocatableOf(node: JsonObject): Amounts {
  const allocatable = amountsOf(objectAt(node, 'status'), 'allocatable');
  return allocatable.size > 0 ? allocatable : amountsOf(objectAt(node, 'status'), 'capacity');
}

function writeTotals(sheet: Sheet, pods: readonly JsonObject[], allocatable: Amounts): void {
  const total = (kind: 'requests' | 'limits') => pods.map((pod) => podAmounts(pod, kind, 'spec')).reduce<Amounts>(added, new Map());
  const [requests, limits] = [total('requests'), total('limits')];
  const others = [...allocatable.keys()].sort(compareText);
  sheet.write(0, 'Allocated resources:\n  (Total limits may be over 100 percent, i.e., overcommitted.)\n');
  sheet.line(1, 'Resource\tRequests\tLimits');
  sheet.line(1, '--------\t--------\t------');
  for (const name of ['cpu', 'memory', 'ephemeral-storage', ...others.filter((other) => other.startsWith('hugepages-'))]) {
    sheet.line(1, `${name}\t${shareText(name, requests, allocatable)}\t${shareText(name, limits, allocatable)}`);
  }
  for (const name of others.filter((other) => !/^(?:cpu|memory|ephemeral-storage|pods|hugepages-.*)$/.test(other))) {
    const text = (amounts: Amounts) => formatQuantity(amounts.get(name) ?? noQuantity);
    sheet.line(1, `${name}\t${text(requests)}\t${text(limits)}`);
  }
}

/** "500m (12%)" of what the node has. */
function shareText(name: string, amounts: Amounts, allocatable: Amounts): string {
  const measure = name === 'cpu' ? milliOf : unitsOf;
  const amount: Quantity = amounts.get(name) ?? noQuantity;
  const whole = measure(allocatable.get(name) ?? noQuantity);
  const percent = whole === 0 ? 0 : Math.trunc((measure(amount) / whole) * 100);
  return `${formatQuantity(amount)} (${percent}%)`;
}
