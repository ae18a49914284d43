import { flagOf, durationMsOf, isOn, numberOf } from '../call.ts';
import { isGone, waitMs } from '../changes/deletion.ts';
import { drainablePods, isLeavingForLong } from '../changes/drain-pods.ts';
import { isRefusal, wordsOf } from '../changes/failures.ts';
import { changeEffect, dryRunFlag, dryRunOf, selectorFlag, type DryRun } from '../changes/flags.ts';
import { isLabelSelector } from '../changes/label-rules.ts';
import { needsOf } from '../changes/needs.ts';
import { checkNodeWords, cordonNodes, nodesOf, nodeWords } from '../changes/nodes.ts';
import { poll } from '../changes/poll.ts';
import { dryRunSuffix, printChanged, type Print } from '../changes/print.ts';
import type { ReadInfo } from '../changes/select.ts';
import { send } from '../changes/send.ts';
import { KubectlError } from '../kubectl-error.ts';
import type { KubectlCall, Need, Verb, VerbContext } from '../verb.ts';

type Draining = { call: KubectlCall; context: VerbContext; dryRun: DryRun; print: Print };

export const drain: Verb = {
  name: 'drain',
  flags: [
    { name: 'force', value: 'none' },
    { name: 'ignore-daemonsets', value: 'none' },
    { name: 'delete-emptydir-data', value: 'none' },
    { name: 'grace-period', value: 'number' },
    { name: 'timeout', value: 'duration' },
    { name: 'pod-selector', value: 'text' },
    { name: 'disable-eviction', value: 'none' },
    { name: 'skip-wait-for-delete-timeout', value: 'number' },
    { name: 'chunk-size', value: 'number' },
    selectorFlag,
    dryRunFlag,
  ],
  effect: (call) => changeEffect(call, false),
  needs,
  run: runDrain,
};

function needs(call: KubectlCall): readonly Need[] {
  const pods = { apiGroup: '', namespace: null };
  const removal: Need = isOn(call, 'disable-eviction')
    ? { ...pods, resource: 'pods', verb: 'delete', for: 'change' }
    : { ...pods, resource: 'pods/eviction', verb: 'create', for: 'change' };
  return [
    ...needsOf(call, nodeWords(call.args), [{ verb: 'patch' }]),
    { ...pods, resource: 'pods', verb: 'list', for: 'read' },
    { ...pods, resource: 'pods', verb: 'get', for: 'read' },
    { apiGroup: 'apps', resource: 'daemonsets', verb: 'get', namespace: null, for: 'read' },
    removal,
  ];
}

async function runDrain(call: KubectlCall, context: VerbContext): Promise<number> {
  const dryRun = dryRunOf(call, context);
  checkNodeWords(call, 'drain NODE');
  if (!isLabelSelector(flagOf(call, 'pod-selector') ?? ''))
    throw new KubectlError('--pod-selector=<pod_selector> must be a valid label selector');
  const nodes = await nodesOf(call, 'drain NODE', context);
  const draining: Draining = { call, context, dryRun, print: printChanged(call, context, { dryRun }) };
  await cordonNodes(nodes, true, draining);
  const faults: (readonly KubectlError[])[] = [];
  const remaining: string[] = [];
  for (const node of nodes) {
    const errors = await drainOne(node, draining);
    if (errors.length === 0) {
      draining.print('drained', node.object);
      continue;
    }
    context.err(
      `error: unable to drain node ${JSON.stringify(node.name)} due to error: ${aggregateWords(errors)}, continuing command...\n`,
    );
    faults.push(errors);
    remaining.push(node.name);
  }
  if (remaining.length === 0) return 0;
  context.err(`There are pending nodes to be drained:\n${remaining.map((name) => ` ${name}\n`).join('')}`);
  const [only] = faults;
  const lines =
    faults.length === 1 && only !== undefined ? only.map((error) => error.message) : faults.map((errors) => aggregateWords(errors));
  throw new KubectlError('the node was not drained', { text: lines.map((line) => `${line}\n`).join('') });
}

/** Go prints several errors in one as "[a, b]". */
function aggregateWords(errors: readonly KubectlError[]): string {
  const [first] = errors;
  return errors.length === 1 && first !== undefined ? first.message : `[${errors.map((error) => error.message).join(', ')}]`;
}

async function drainOne(node: ReadInfo, draining: Draining): Promise<readonly KubectlError[]> {
  const { call, context, dryRun } = draining;
  const { pods, warning, faults } = await drainablePods(call, node.name, context);
  if (faults.length > 0) return faults;
  if (warning !== '') context.err(`Warning: ${warning}\n`);
  if (dryRun === 'client') {
    for (const pod of pods) context.out(`evicting pod ${pod.namespace ?? ''}/${pod.name} (dry run)\n`);
    return [];
  }
  const errors = isOn(call, 'disable-eviction') ? await deletePods(pods, draining) : await evictPods(pods, draining);
  if (errors.length > 0) await reportPending(node, errors, draining);
  return errors;
}

async function reportPending(node: ReadInfo, errors: readonly KubectlError[], { call, context }: Draining): Promise<void> {
  const pending = await drainablePods(call, node.name, context);
  if (pending.pods.length > 0) {
    context.err(`There are pending pods in node ${JSON.stringify(node.name)} when an error occurred: ${aggregateWords(errors)}\n`);
    for (const pod of pending.pods) context.err(`pod/${pod.name}\n`);
  }
  if (pending.faults.length > 0)
    context.err(`Following errors occurred while getting the list of pods to delete:\n${aggregateWords(pending.faults)}`);
}

/** All evictions are sent first, then all ends are awaited. A refusal by a disruption budget is an error at once: what was approved is one request each. */
async function evictPods(pods: readonly ReadInfo[], draining: Draining): Promise<readonly KubectlError[]> {
  const { context, dryRun } = draining;
  const errors: KubectlError[] = [];
  const leaving: ReadInfo[] = [];
  for (const pod of pods) {
    context.out(`evicting pod ${pod.namespace ?? ''}/${pod.name}${dryRunSuffix(dryRun, context)}\n`);
    try {
      await send(evictionOf(pod, draining.call), dryRun, context);
      leaving.push(pod);
    } catch (error) {
      if (!isRefusal(error, 'NotFound'))
        errors.push(
          new KubectlError(
            `error when evicting pods/${JSON.stringify(pod.name)} -n ${JSON.stringify(pod.namespace ?? '')}: ${wordsOf(error)}`,
          ),
        );
    }
  }
  if (dryRun === 'server') return errors;
  const stuck = await awaitPods(leaving, 'evicted', draining);
  return [
    ...errors,
    ...stuck.map(
      (pod) =>
        new KubectlError(
          `error when waiting for pod ${JSON.stringify(pod.name)} in namespace ${JSON.stringify(pod.namespace ?? '')} to terminate: global timeout reached: ${limitWords(draining)}`,
        ),
    ),
  ];
}

function evictionOf(pod: ReadInfo, call: KubectlCall): Parameters<typeof send>[0] {
  const gracePeriod = numberOf(call, 'grace-period') ?? -1;
  const metadata = { name: pod.name, ...(pod.namespace === undefined ? {} : { namespace: pod.namespace }) };
  const deleteOptions = gracePeriod >= 0 ? { gracePeriodSeconds: gracePeriod } : {};
  const body = { apiVersion: 'policy/v1', kind: 'Eviction', metadata, deleteOptions };
  return { verb: 'drain', info: pod, method: 'POST', subresource: 'eviction', contentType: 'application/json', body };
}

async function deletePods(pods: readonly ReadInfo[], draining: Draining): Promise<readonly KubectlError[]> {
  const gracePeriod = numberOf(draining.call, 'grace-period') ?? -1;
  const body = gracePeriod >= 0 ? { gracePeriodSeconds: gracePeriod } : {};
  for (const pod of pods) {
    try {
      await send({ verb: 'drain', info: pod, method: 'DELETE', contentType: 'application/json', body }, draining.dryRun, draining.context);
    } catch (error) {
      if (!isRefusal(error, 'NotFound')) return [new KubectlError(wordsOf(error))];
    }
  }
  if (draining.dryRun === 'server') return [];
  const stuck = await awaitPods(pods, 'deleted', draining);
  return stuck.length === 0 ? [] : [new KubectlError('context deadline exceeded')];
}

/** Waits for pods to be gone and says so of each; gives those that were not gone in time. In a plan none was sent away. */
async function awaitPods(pods: readonly ReadInfo[], done: string, { call, context, print }: Draining): Promise<readonly ReadInfo[]> {
  const endMs = context.session.clock.now().getTime() + waitMs(durationMsOf(call, 'timeout'), context);
  const stuck: ReadInfo[] = [];
  for (const pod of pods) {
    const timeoutMs = Math.max(0, endMs - context.session.clock.now().getTime());
    const isPlan = context.session.mode === 'plan';
    const outcome =
      isPlan || isLeavingForLong(pod, call, context)
        ? 'held'
        : await poll({ intervalMs: 1_000, timeoutMs }, context, () => isGone(pod, context));
    if (outcome === 'held') print(done, pod.object);
    else stuck.push(pod);
  }
  return stuck;
}

function limitWords({ call, context }: Draining): string {
  return flagOf(call, 'timeout') ?? `${waitMs(undefined, context) / 1000}s`;
}
