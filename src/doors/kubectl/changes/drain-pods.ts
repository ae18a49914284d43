import { flagOf, isOn, numberOf } from '../call.ts';
import { controllerOf, objectAt, objectsAt, textAt, textsAt } from '../json-fields.ts';
import { KubectlError } from '../kubectl-error.ts';
import type { KubectlCall, VerbContext } from '../verb.ts';
import { wordsOf, isRefusal } from './failures.ts';
import { headOf, type ReadInfo } from './select.ts';

/** What becomes of a pod when its node is drained. `fatal`: the drain does not begin. */
type Fate = { goes: boolean; fatal?: string; warning?: string };

const goes: Fate = { goes: true };
const skipped: Fate = { goes: false };

/** The pods of a node that a drain takes away, with the warnings about them; or why it must not begin. */
export type Drainable = { pods: readonly ReadInfo[]; warning: string; faults: readonly KubectlError[] };

export async function drainablePods(call: KubectlCall, node: string, context: VerbContext): Promise<Drainable> {
  const type = await context.api.typeOf('pods');
  const podSelector = flagOf(call, 'pod-selector') ?? '';
  const objects = await context.api.list(type, {
    namespace: undefined,
    fieldSelector: `spec.nodeName=${node}`,
    ...(podSelector === '' ? {} : { labelSelector: podSelector }),
  });
  const faults = new Map<string, string[]>();
  const warnings = new Map<string, string[]>();
  const pods: ReadInfo[] = [];
  for (const object of objects) {
    const pod: ReadInfo = {
      type,
      namespace: textAt(object, 'metadata', 'namespace'),
      name: textAt(object, 'metadata', 'name'),
      object: { ...headOf(type), ...object },
    };
    const fate = await fateOf(pod, call, context);
    if (fate.goes) pods.push(pod);
    if (fate.fatal !== undefined) add(faults, fate.fatal, pod);
    if (fate.warning !== undefined) add(warnings, fate.warning, pod);
  }
  return {
    pods,
    warning: [...warnings].map(([message, names]) => `${message}: ${names.join(', ')}`).join('; '),
    faults: [...faults].map(([message, names]) => new KubectlError(`cannot delete ${message}: ${names.join(', ')}`)),
  };
}

function add(map: Map<string, string[]>, message: string, pod: ReadInfo): void {
  map.set(message, [...(map.get(message) ?? []), `${pod.namespace ?? ''}/${pod.name}`]);
}

/** kubectl's rules in their order: the first that keeps a pod decides, otherwise the last one that has something to say. */
async function fateOf(pod: ReadInfo, call: KubectlCall, context: VerbContext): Promise<Fate> {
  const rules = [leavingFate, daemonSetFate, mirrorFate, storageFate, unmanagedFate];
  let fate = goes;
  for (const rule of rules) {
    fate = await rule(pod, call, context);
    if (!fate.goes) return fate;
  }
  return fate;
}

type Rule = (pod: ReadInfo, call: KubectlCall, context: VerbContext) => Fate | Promise<Fate>;

function isOver(pod: ReadInfo): boolean {
  return ['Succeeded', 'Failed'].includes(textAt(pod.object, 'status', 'phase'));
}

const leavingFate: Rule = (pod, call, context) => (isLeavingForLong(pod, call, context) ? skipped : goes);

/** `--skip-wait-for-delete-timeout`: a pod that has been going for longer than this is left alone. */
export function isLeavingForLong(pod: ReadInfo, call: KubectlCall, context: VerbContext): boolean {
  const limit = numberOf(call, 'skip-wait-for-delete-timeout') ?? 0;
  const since = textAt(pod.object, 'metadata', 'deletionTimestamp');
  return limit > 0 && since !== '' && (context.session.clock.now().getTime() - Date.parse(since)) / 1000 > limit;
}

const daemonSetFate: Rule = async (pod, call, context) => {
  const owner = controllerOf(pod.object);
  if (owner === undefined || textAt(owner, 'kind') !== 'DaemonSet' || textAt(owner, 'apiVersion') !== 'apps/v1' || isOver(pod)) return goes;
  try {
    const type = await context.api.typeOf('daemonsets.apps');
    await context.api.read(context.api.pathOf(type, { namespace: pod.namespace ?? '', name: textAt(owner, 'name') }));
  } catch (error) {
    if (isRefusal(error, 'NotFound') && isOn(call, 'force')) return { goes: true, warning: wordsOf(error) };
    return { goes: false, fatal: wordsOf(error) };
  }
  if (!isOn(call, 'ignore-daemonsets')) return { goes: false, fatal: 'DaemonSet-managed Pods (use --ignore-daemonsets to ignore)' };
  return { goes: false, warning: 'ignoring DaemonSet-managed Pods' };
};

const mirrorFate: Rule = (pod) =>
  textsAt(pod.object, 'metadata', 'annotations').some(([key]) => key === 'kubernetes.io/config.mirror') ? skipped : goes;

const storageFate: Rule = (pod, call) => {
  const isLocal = objectsAt(pod.object, 'spec', 'volumes').some((volume) => objectAt(volume, 'emptyDir') !== undefined);
  if (!isLocal || isOver(pod)) return goes;
  if (!isOn(call, 'delete-emptydir-data'))
    return { goes: false, fatal: 'Pods with local storage (use --delete-emptydir-data to override)' };
  return { goes: true, warning: 'deleting Pods with local storage' };
};

const unmanagedFate: Rule = (pod, call) => {
  if (isOver(pod) || controllerOf(pod.object) !== undefined) return goes;
  if (isOn(call, 'force')) return { goes: true, warning: 'deleting Pods that declare no controller' };
  return { goes: false, fatal: 'Pods that declare no controller (use --force to override)' };
};
