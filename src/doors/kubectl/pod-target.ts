import type { JsonObject } from '../../kernel/json.ts';
import type { Named } from './api.ts';
import { objectAt, objectsAt, textAt } from './json-fields.ts';
import { builtInTypes } from './known-built-in-types.ts';
import { KubectlError } from './kubectl-error.ts';
import { labelsText, selectorQuery } from './selectors.ts';
import type { VerbContext } from './verb.ts';

/** Kinds whose selector chooses pods, with the form in which they hold it. */
const selecting: Readonly<Record<string, 'labels' | 'map'>> = {
  'ReplicaSet.apps': 'labels',
  'StatefulSet.apps': 'labels',
  'DaemonSet.apps': 'labels',
  'Deployment.apps': 'labels',
  'Job.batch': 'labels',
  'ReplicationController.': 'map',
  'Service.': 'map',
};

/** What a word on the command line means: a bare name is a pod's. */
export async function targetOf(word: string, { api }: VerbContext): Promise<Named> {
  const named = await api.named(word.includes('/') ? [word] : ['pods', word]);
  const [only] = named;
  if (only === undefined || named.length > 1) throw new KubectlError('expected a resource');
  return only;
}

export function isPod({ type }: Named): boolean {
  return type.resource === 'pods' && type.group === '';
}

/** The selector of the pods behind an object, or kubectl's error in which `doing` says what was to be done. */
export function podSelector(object: JsonObject, { type }: Named, doing: string): string {
  const apiVersion = type.group === '' ? type.version : `${type.group}/${type.version}`;
  if (!builtInTypes.includes(`${apiVersion} `)) {
    throw new KubectlError(
      `no kind ${JSON.stringify(type.kind)} is registered for version ${JSON.stringify(apiVersion)} in scheme "pkg/runtime/scheme.go:111"`,
    );
  }
  const form = selecting[`${type.kind}.${type.group}`];
  if (form === undefined)
    throw new KubectlError(`${doing} *${type.version}.${type.kind}: selector for *${type.version}.${type.kind} not implemented`);
  if (form === 'labels') return selectorQuery(objectAt(object, 'spec', 'selector')) ?? '';
  const selector = labelsText(object, 'spec', 'selector');
  if (selector !== '<none>') return selector;
  const name = textAt(object, 'metadata', 'name');
  throw new KubectlError(`${doing} *${type.version}.${type.kind}: invalid service '${name}': Service is defined without a selector`);
}

export type PodSearch = { namespace: string; labelSelector: string; timeoutMs: number; order: (a: JsonObject, b: JsonObject) => number };

/** The pods of a selector, best first; waits for one to appear. */
export async function podsFor(
  { namespace, labelSelector, timeoutMs, order }: PodSearch,
  { api, session, signal }: VerbContext,
): Promise<readonly JsonObject[]> {
  const pods = await api.typeOf('pods');
  const { clock } = session;
  const deadline = clock.now().getTime() + timeoutMs;
  for (;;) {
    const found = await api.list(pods, { namespace, labelSelector });
    if (found.length > 0) return found.toSorted(order);
    const leftMs = deadline - clock.now().getTime();
    if (leftMs <= 0 || signal.aborted) throw new KubectlError('timed out waiting for the condition');
    await clock.sleep(Math.min(1000, leftMs), signal);
  }
}

type ContainerKind = 'containers' | 'initContainers' | 'ephemeralContainers';

function namesIn(pod: JsonObject, kind: ContainerKind): readonly string[] {
  return objectsAt(pod, 'spec', kind).map((container) => textAt(container, 'name'));
}

export function hasContainer(pod: JsonObject, name: string): boolean {
  return (['containers', 'initContainers', 'ephemeralContainers'] as const).some((kind) => namesIn(pod, kind).includes(name));
}

/** Every container in the order in which `logs --all-containers` reads them. */
export function containersInOrder(pod: JsonObject): readonly string[] {
  return [...namesIn(pod, 'initContainers'), ...namesIn(pod, 'containers'), ...namesIn(pod, 'ephemeralContainers')];
}

/** "web, side, dbg (ephem), setup (init)". */
export function allContainerNames(pod: JsonObject): string {
  return [
    ...namesIn(pod, 'containers'),
    ...namesIn(pod, 'ephemeralContainers').map((name) => `${name} (ephem)`),
    ...namesIn(pod, 'initContainers').map((name) => `${name} (init)`),
  ].join(', ');
}

export function defaultContainerAnnotation(pod: JsonObject): string {
  return textAt(pod, 'metadata', 'annotations', 'kubectl.kubernetes.io/default-container');
}

/** The first container, and whether that was a choice that people should hear of. */
export function firstContainer(pod: JsonObject): { name: string; isChosen: boolean } {
  const [name] = namesIn(pod, 'containers');
  if (name === undefined) {
    throw new KubectlError(`pod ${textAt(pod, 'metadata', 'namespace')}/${textAt(pod, 'metadata', 'name')} does not have any containers`);
  }
  return { name, isChosen: containersInOrder(pod).length > 1 };
}

export function noSuchContainer(pod: JsonObject, name: string): KubectlError {
  return new KubectlError(`container ${name} is not valid for pod ${textAt(pod, 'metadata', 'name')} out of: ${allContainerNames(pod)}`);
}
