import { sha256 } from '../../../kernel/hash.ts';
import { numberAt, textAt, timeText, treesAt, uidOf } from '../tree.ts';
import type { KubeObject, Tree } from '../tree.ts';
import { withCondition } from './world.ts';

/** What is the matter with one container. */
export type ContainerState =
  | { type: 'waiting'; reason: string; message?: string; last?: Ending }
  | { type: 'running'; startedAt: Date; ready: boolean; last?: Ending }
  | { type: 'ended'; ending: Ending };
export type Ending = { reason: string; exitCode: number; startedAt: Date; finishedAt: Date };

/** The status a kubelet reports for a pod whose containers are in the given states. */
export function reportedStatus(pod: KubeObject, states: readonly { state: ContainerState; restarts: number }[], now: Date): Tree {
  const containers = treesAt(pod, 'spec', 'containers');
  const all = (test: (state: ContainerState) => boolean): boolean => states.every(({ state }) => test(state));
  const ready = all((state) => state.type === 'running' && state.ready);
  const phase = phaseOf(states.map(({ state }) => state));
  const ended = phase === 'Succeeded';
  const unready = containers.filter((_, index) => !isReadyState(states[index]?.state)).map((container) => textAt(container, 'name'));
  const trouble: Tree = ready
    ? {}
    : ended
      ? { reason: 'PodCompleted' }
      : { reason: 'ContainersNotReady', message: `containers with unready status: [${unready.join(' ')}]` };
  const flags: readonly [string, boolean, Tree][] = [
    ['PodReadyToStartContainers', phase !== 'Pending', {}],
    ['Initialized', true, ended ? { reason: 'PodCompleted' } : {}],
    ['Ready', ready, trouble],
    ['ContainersReady', ready, trouble],
  ];
  const before = treesAt(pod, 'status', 'conditions');
  const types = flags.map(([type]) => type);
  const own = flags.reduce<Tree[]>(
    (list, [type, status, more]) => withCondition(list, { type, status: status ? 'True' : 'False', lastProbeTime: null, ...more }, now),
    before.filter((condition) => types.includes(textAt(condition, 'type'))),
  );
  const conditions = [...own, ...before.filter((condition) => !types.includes(textAt(condition, 'type')))];
  const address = addressOf(pod);
  return {
    phase,
    conditions,
    hostIP: '10.0.0.1',
    hostIPs: [{ ip: '10.0.0.1' }],
    ...(phase === 'Pending' ? {} : { podIP: address, podIPs: [{ ip: address }] }),
    startTime: textAt(pod, 'status', 'startTime') === '' ? timeText(now) : textAt(pod, 'status', 'startTime'),
    qosClass: textAt(pod, 'status', 'qosClass') === '' ? qosOf(containers) : textAt(pod, 'status', 'qosClass'),
    containerStatuses: containers.map((container, index) => statusOf(container, states[index] ?? idle, uidOf(pod))),
  };
}

const idle: { state: ContainerState; restarts: number } = { state: { type: 'waiting', reason: 'ContainerCreating' }, restarts: 0 };
const isReadyState = (state: ContainerState | undefined): boolean => state?.type === 'running' && state.ready;

function phaseOf(states: readonly ContainerState[]): string {
  if (states.every((state) => state.type === 'ended'))
    return states.every((state) => state.type === 'ended' && state.ending.exitCode === 0) ? 'Succeeded' : 'Failed';
  if (states.some((state) => state.type === 'running' || state.type === 'ended' || state.last !== undefined)) return 'Running';
  return 'Pending';
}

function statusOf(container: Tree, { state, restarts }: { state: ContainerState; restarts: number }, uid: string): Tree {
  const name = textAt(container, 'name');
  const image = textAt(container, 'image');
  const id = `containerd://${sha256(`${uid}/${name}/${restarts}`)}`;
  const began = state.type !== 'waiting' || state.last !== undefined;
  return {
    name,
    image,
    imageID: began ? `${image.split(':')[0] ?? image}@sha256:${sha256(image)}` : '',
    ...(began ? { containerID: id } : {}),
    ready: isReadyState(state),
    started: state.type === 'running',
    restartCount: restarts,
    state: written(state, id),
    lastState: state.type !== 'ended' && state.last !== undefined ? { terminated: writtenEnding(state.last, id) } : {},
  };
}

function written(state: ContainerState, id: string): Tree {
  if (state.type === 'running') return { running: { startedAt: timeText(state.startedAt) } };
  if (state.type === 'ended') return { terminated: writtenEnding(state.ending, id) };
  return { waiting: { reason: state.reason, ...(state.message === undefined ? {} : { message: state.message }) } };
}

function writtenEnding(ending: Ending, id: string): Tree {
  return {
    exitCode: ending.exitCode,
    reason: ending.reason,
    startedAt: timeText(ending.startedAt),
    finishedAt: timeText(ending.finishedAt),
    containerID: id,
  };
}

function addressOf(pod: KubeObject): string {
  const digits = sha256(uidOf(pod));
  const part = (start: number): number => 1 + (Number.parseInt(digits.slice(start, start + 2), 16) % 250);
  return `10.244.${part(0)}.${part(2)}`;
}

/** How a pod is treated when its node runs short. */
export function qosOf(containers: readonly Tree[]): string {
  const has = (container: Tree, what: string): boolean => Object.keys(resourcesOf(container, what)).length > 0;
  const guaranteed = containers.every((container) =>
    ['cpu', 'memory'].every((name) => {
      const limit = resourcesOf(container, 'limits')[name];
      return limit !== undefined && (resourcesOf(container, 'requests')[name] ?? limit) === limit;
    }),
  );
  if (guaranteed) return 'Guaranteed';
  return containers.some((container) => has(container, 'requests') || has(container, 'limits')) ? 'Burstable' : 'BestEffort';
}

function resourcesOf(container: Tree, what: string): Readonly<Record<string, unknown>> {
  const resources = container['resources'];
  const found = typeof resources === 'object' && resources !== null && !Array.isArray(resources) ? resources[what] : undefined;
  return typeof found === 'object' && found !== null && !Array.isArray(found) ? found : {};
}

/** How often the containers of a pod were started again. */
export function restartsOf(pod: KubeObject): number {
  return treesAt(pod, 'status', 'containerStatuses').reduce((sum, status) => sum + numberAt(status, 'restartCount'), 0);
}
