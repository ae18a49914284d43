import type { JsonObject } from '../../../kernel/json.ts';
import { durationMsOf, flagOf, isOn, numberOf } from '../call.ts';
import { textAt } from '../json-fields.ts';
import { KubectlError } from '../kubectl-error.ts';
import { byLogging } from '../pod-order.ts';
import {
  containersInOrder,
  defaultContainerAnnotation,
  allContainerNames,
  firstContainer,
  hasContainer,
  isPod,
  noSuchContainer,
  podSelector,
  podsFor,
  targetOf,
} from '../pod-target.ts';
import type { KubectlCall, Need, Verb, VerbContext } from '../verb.ts';
import { namespaceFor } from './call-place.ts';
import { checkedLogOptions, logQuery, usageError } from './log-options.ts';
import { type LogSource, readLogs } from './log-streams.ts';
import { podTargetNeeds, readNeed } from './read-needs.ts';

export const logs: Verb = {
  name: 'logs',
  aliases: ['log'],
  flags: [
    { name: 'all-pods', value: 'none' },
    { name: 'all-containers', value: 'none' },
    { name: 'follow', short: 'f', value: 'none' },
    { name: 'timestamps', value: 'none' },
    { name: 'limit-bytes', value: 'number' },
    { name: 'previous', short: 'p', value: 'none' },
    { name: 'tail', value: 'number' },
    { name: 'ignore-errors', value: 'none' },
    { name: 'since-time', value: 'text' },
    { name: 'since', value: 'duration' },
    { name: 'container', short: 'c', value: 'text' },
    { name: 'insecure-skip-tls-verify-backend', value: 'none' },
    { name: 'pod-running-timeout', value: 'duration' },
    { name: 'selector', short: 'l', value: 'text' },
    { name: 'max-log-requests', value: 'number' },
    { name: 'prefix', value: 'none' },
  ],
  effect: () => ({ type: 'read' }),
  needs: logNeeds,
  async run(call, context) {
    const pods = await chosenPods(call, context);
    checkedLogOptions(call);
    const sources = pods.flatMap((pod) => sourcesOf(pod, call, context));
    const most = numberOf(call, 'max-log-requests') ?? 5;
    if (isOn(call, 'follow') && sources.length > Math.max(most, 1)) {
      throw new KubectlError(
        `you are attempting to follow ${sources.length} log streams, but maximum allowed concurrency is ${most}, use --max-log-requests to increase the limit`,
      );
    }
    await readLogs(sources, call, context);
    return 0;
  },
};

/** The pods whose logs are meant. With `--all-pods` all of an object, else one that is named on stderr when there are more. */
async function chosenPods(call: KubectlCall, context: VerbContext): Promise<readonly JsonObject[]> {
  const labelSelector = flagOf(call, 'selector') ?? '';
  checkedTarget(call, labelSelector);
  logQuery(call);
  const namespace = namespaceFor(call, context);
  if (labelSelector !== '') return podsBySelector(labelSelector, namespace, context);
  const target = await targetOf(call.args[0] ?? '', context);
  const object = await existing(() => context.api.get(target.type, { namespace, name: target.name ?? '' }), namespace);
  if (isPod(target)) return [object];
  const search = { namespace, labelSelector: podSelector(object, target, 'cannot get the logs from'), order: byLogging };
  const pods = await podsFor({ ...search, timeoutMs: durationMsOf(call, 'pod-running-timeout') ?? 20_000 }, context);
  if (isOn(call, 'all-pods')) return pods;
  if (pods.length > 1) context.err(`Found ${pods.length} pods, using pod/${textAt(pods[0], 'metadata', 'name')}\n`);
  return pods.slice(0, 1);
}

function checkedTarget(call: KubectlCall, labelSelector: string): void {
  const count = call.args.length;
  if (count > 2 || (count === 0 && labelSelector === '')) throw usageError(call, expectedLogs);
  if (count === 1 && labelSelector !== '') throw usageError(call, 'only a selector (-l) or a POD name is allowed');
}

const expectedLogs = `expected 'logs [-f] [-p] (POD | TYPE/NAME) [-c CONTAINER]'.
POD or TYPE/NAME is a required argument for the logs command`;

async function podsBySelector(labelSelector: string, namespace: string, context: VerbContext): Promise<readonly JsonObject[]> {
  const pods = await context.api.list(await context.api.typeOf('pods'), { namespace, labelSelector });
  if (pods.length === 0) context.err(`No resources found in ${namespace} namespace.\n`);
  return pods;
}

async function existing<T>(read: () => Promise<T>, namespace: string): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof KubectlError) || error.status?.reason !== 'NotFound') throw error;
    throw new KubectlError(`error from server (NotFound): ${error.status.message} in namespace ${JSON.stringify(namespace)}`);
  }
}

/** The containers of a pod to read, with kubectl's notes about a choice that it made. */
function sourcesOf(pod: JsonObject, call: KubectlCall, context: VerbContext): readonly LogSource[] {
  const place = { namespace: textAt(pod, 'metadata', 'namespace'), pod: textAt(pod, 'metadata', 'name') };
  if (isOn(call, 'all-containers')) return containersInOrder(pod).map((container) => ({ ...place, container }));
  const container = (flagOf(call, 'container') ?? '') || (call.args[1] ?? '') || preferred(pod, call, context);
  if (!hasContainer(pod, container)) throw noSuchContainer(pod, container);
  return [{ ...place, container }];
}

function preferred(pod: JsonObject, call: KubectlCall, context: VerbContext): string {
  const annotated = defaultContainerAnnotation(pod);
  if (annotated !== '' && hasContainer(pod, annotated)) return annotated;
  if (annotated !== '') {
    context.err(`Default container name ${JSON.stringify(annotated)} not found in pod ${textAt(pod, 'metadata', 'name')}\n`);
  }
  const { name, isChosen } = firstContainer(pod);
  if (isChosen && !isOn(call, 'all-pods')) context.err(`Defaulted container ${JSON.stringify(name)} out of: ${allContainerNames(pod)}\n`);
  return name;
}

function logNeeds(call: KubectlCall): readonly Need[] {
  const log = readNeed(call, { apiGroup: '', resource: 'pods/log', verb: 'get' });
  const [target] = call.args;
  if (target === undefined) return [readNeed(call, { apiGroup: '', resource: 'pods', verb: 'list' }), log];
  const isNamed = !target.includes('/');
  return [...podTargetNeeds(call, target), isNamed ? { ...log, name: target } : log];
}
