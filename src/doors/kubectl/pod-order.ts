import type { JsonObject } from '../../kernel/json.ts';
import { fieldAt, numberAt, objectsAt, textAt } from './json-fields.ts';

const firstPhases: Readonly<Record<string, number>> = { Running: 0, Unknown: 1, Pending: 2 };

function readyCondition(pod: JsonObject): JsonObject | undefined {
  return objectsAt(pod, 'status', 'conditions').find((condition) => textAt(condition, 'type') === 'Ready');
}

function isPodReady(pod: JsonObject): boolean {
  return textAt(readyCondition(pod), 'status') === 'True';
}

const readySince = (pod: JsonObject): string => (isPodReady(pod) ? textAt(readyCondition(pod), 'lastTransitionTime') : '');

function restartsOf(pod: JsonObject): readonly [regular: number, sidecar: number] {
  const most = (statuses: readonly JsonObject[]) => Math.max(0, ...statuses.map((status) => numberAt(status, 'restartCount')));
  const sidecars = objectsAt(pod, 'spec', 'initContainers')
    .filter((container) => textAt(container, 'restartPolicy') === 'Always')
    .map((container) => textAt(container, 'name'));
  return [
    most(objectsAt(pod, 'status', 'containerStatuses')),
    most(objectsAt(pod, 'status', 'initContainerStatuses').filter((status) => sidecars.includes(textAt(status, 'name')))),
  ];
}

type Order = (a: JsonObject, b: JsonObject) => number;

const firstTrue =
  (is: (pod: JsonObject) => boolean): Order =>
  (a, b) =>
    Number(is(b)) - Number(is(a));

/** An earlier time first, no time last. */
const firstTime =
  (time: (pod: JsonObject) => string): Order =>
  (a, b) => {
    const [left, right] = [time(a), time(b)];
    if (left === right) return 0;
    if (left === '' || right === '') return left === '' ? 1 : -1;
    return Date.parse(left) - Date.parse(right);
  };

const byPhase: Order = (a, b) => (firstPhases[textAt(a, 'status', 'phase')] ?? 0) - (firstPhases[textAt(b, 'status', 'phase')] ?? 0);
const lowestPhase: Order = (a, b) => liveliness(b) - liveliness(a);
const liveliness = (pod: JsonObject): number => ({ Pending: 0, Unknown: 1, Running: 2 })[textAt(pod, 'status', 'phase')] ?? 0;

const moreRestarts: Order = (a, b) => {
  const [left, right] = [restartsOf(a), restartsOf(b)];
  return right[0] - left[0] || right[1] - left[1];
};

const isDeleted = (pod: JsonObject): boolean => fieldAt(pod, 'metadata', 'deletionTimestamp') !== undefined;
const laterDeletion: Order = (a, b) =>
  isDeleted(a) && isDeleted(b)
    ? Date.parse(textAt(b, 'metadata', 'deletionTimestamp')) - Date.parse(textAt(a, 'metadata', 'deletionTimestamp'))
    : 0;

const isScheduled = (pod: JsonObject): boolean => textAt(pod, 'spec', 'nodeName') !== '';
const createdAt = (pod: JsonObject): string => textAt(pod, 'metadata', 'creationTimestamp');

const chain =
  (...orders: readonly Order[]): Order =>
  (a, b) => {
    for (const order of orders) {
      const result = order(a, b);
      if (result !== 0) return result;
    }
    return 0;
  };

/** The pod whose log says most comes first (kubectl: podutils.ByLogging). */
export const byLogging: Order = chain(
  firstTrue(isScheduled),
  byPhase,
  firstTrue(isPodReady),
  firstTime(readySince),
  moreRestarts,
  firstTime(createdAt),
);

/** The pod most worth entering comes first (kubectl: podutils.ActivePods, reversed). */
export const byActivity: Order = chain(
  firstTrue(isScheduled),
  lowestPhase,
  firstTrue(isPodReady),
  firstTrue((pod) => !isDeleted(pod)),
  laterDeletion,
  firstTime(readySince),
  (a, b) => -moreRestarts(a, b),
  firstTime(createdAt),
);
