import { nameOf, put, textAt, treesAt, uidOf } from '../tree.ts';
import type { KubeObject, Tree } from '../tree.ts';
import { tell } from './events.ts';
import type { Happening } from './events.ts';
import { reportedStatus } from './pod-status.ts';
import type { ContainerState, Ending } from './pod-status.ts';
import { change, isEnded, isGoing, pods } from './world.ts';
import type { Behaviour, Controller, World } from './world.ts';

/** A container as its node knows it: its state, and when that changes by itself. */
type Running = { state: ContainerState; restarts: number; dueAt?: number; next?: 'start' | 'ready' | 'end' | 'backOff' };
type Watched = { containers: Running[]; goneAt?: number };

const longestBackOffMs = 300_000;

/** All nodes' kubelets: starts containers, probes them, restarts what ends, and takes deleted pods away. */
export function createKubelet(): Controller {
  const watched = new Map<string, Watched>();
  return (world) => {
    const now = world.now().getTime();
    const present = world.store.list(pods).filter((pod) => textAt(pod, 'spec', 'nodeName') !== '');
    const uids = new Set(present.map(uidOf));
    for (const uid of watched.keys()) if (!uids.has(uid)) watched.delete(uid);
    const dues = present.flatMap((pod) => attend({ world, pod, now }, watched));
    return dues.length === 0 ? undefined : Math.min(...dues);
  };
}

type Visit = { world: World; pod: KubeObject; now: number };

function attend(visit: Visit, watched: Map<string, Watched>): readonly number[] {
  const { pod, now } = visit;
  const known = watched.get(uidOf(pod));
  const entry = known ?? { containers: treesAt(pod, 'spec', 'containers').map((container) => begin(visit, container)) };
  watched.set(uidOf(pod), entry);
  if (isGoing(pod)) return bury(visit, entry);
  if (isEnded(pod)) return [];
  let moved = known === undefined;
  for (const [index, running] of entry.containers.entries()) {
    let current = running;
    while (current.dueAt !== undefined && current.dueAt <= now) {
      current = step(visit, current, index);
      moved = true;
    }
    entry.containers[index] = current;
  }
  if (moved) report(visit, entry);
  return entry.containers.flatMap(({ dueAt }) => dueAt ?? []);
}

function report({ world, pod }: Visit, entry: Watched): void {
  change(world, pod, (copy) => put(copy, ['status'], reportedStatus(copy, entry.containers, world.now())));
}

function begin({ world, pod, now }: Visit, container: Tree): Running {
  const { startMs } = world.behaviourOf(container, pod);
  return {
    state: { type: 'waiting', reason: 'ContainerCreating' },
    restarts: 0,
    next: 'start',
    dueAt: now + world.duration(startMs),
  };
}

function bury({ world, pod, now }: Visit, entry: Watched): readonly number[] {
  if (entry.goneAt === undefined) {
    for (const [index, { state }] of entry.containers.entries())
      if (state.type === 'running')
        say({ world, pod, now }, index, { type: 'Normal', reason: 'Killing', message: `Stopping container ${containerName(pod, index)}` });
    const graceMs =
      Number(treesAt(pod, 'spec', 'containers').length > 0 && entry.containers.some(({ state }) => state.type === 'running')) * 2000;
    entry.goneAt = now + world.duration(graceMs);
  }
  if (entry.goneAt > now) return [entry.goneAt];
  world.store.remove(pods, pod);
  return [];
}

const containerAt = (pod: KubeObject, index: number): Tree => treesAt(pod, 'spec', 'containers')[index] ?? {};
const containerName = (pod: KubeObject, index: number): string => textAt(containerAt(pod, index), 'name');

function say({ world, pod }: Visit, index: number, what: Omit<Happening, 'component'>): void {
  tell(world, pod, {
    ...what,
    component: 'kubelet',
    host: textAt(pod, 'spec', 'nodeName'),
    fieldPath: `spec.containers{${containerName(pod, index)}}`,
  });
}

function step(visit: Visit, running: Running, index: number): Running {
  const behaviour = visit.world.behaviourOf(containerAt(visit.pod, index), visit.pod);
  switch (running.next) {
    case 'start':
      return behaviour.pullFails === true ? failPull(visit, running, index) : start(visit, { running, behaviour }, index);
    case 'ready':
      return becomeReady(visit, { running, behaviour }, index);
    case 'end':
      return end(visit, { running, behaviour }, index);
    case 'backOff':
      return backOff(visit, running, index);
    default:
      return { state: running.state, restarts: running.restarts };
  }
}

function failPull(visit: Visit, running: Running, index: number): Running {
  const image = textAt(containerAt(visit.pod, index), 'image');
  const message = `failed to pull and unpack image "${image}": failed to resolve reference "${image}": ${image}: not found`;
  say(visit, index, { type: 'Normal', reason: 'Pulling', message: `Pulling image "${image}"` });
  say(visit, index, {
    type: 'Warning',
    reason: 'Failed',
    message: `Failed to pull image "${image}": rpc error: code = NotFound desc = ${message}`,
  });
  say(visit, index, { type: 'Warning', reason: 'Failed', message: 'Error: ErrImagePull' });
  return {
    state: { type: 'waiting', reason: 'ErrImagePull', message: `rpc error: code = NotFound desc = ${message}` },
    restarts: running.restarts,
    next: 'backOff',
    dueAt: visit.now + visit.world.duration(10_000),
  };
}

function backOff(visit: Visit, running: Running, index: number): Running {
  const image = textAt(containerAt(visit.pod, index), 'image');
  say(visit, index, { type: 'Normal', reason: 'BackOff', message: `Back-off pulling image "${image}"` });
  say(visit, index, { type: 'Warning', reason: 'Failed', message: 'Error: ImagePullBackOff' });
  const message = `Back-off pulling image "${image}"`;
  return { state: { type: 'waiting', reason: 'ImagePullBackOff', message }, restarts: running.restarts };
}

type Behaving = { running: Running; behaviour: Behaviour };

function start(visit: Visit, { running, behaviour }: Behaving, index: number): Running {
  const container = containerAt(visit.pod, index);
  const again = running.state.type === 'waiting' && running.state.last !== undefined;
  const message = again
    ? `Container image "${textAt(container, 'image')}" already present on machine`
    : `Successfully pulled image "${textAt(container, 'image')}"`;
  say(visit, index, { type: 'Normal', reason: 'Pulled', message });
  say(visit, index, { type: 'Normal', reason: 'Created', message: `Created container: ${textAt(container, 'name')}` });
  say(visit, index, { type: 'Normal', reason: 'Started', message: `Started container ${textAt(container, 'name')}` });
  const last = running.state.type === 'ended' ? undefined : running.state.last;
  const state: ContainerState = { type: 'running', startedAt: visit.world.now(), ready: false, ...(last === undefined ? {} : { last }) };
  const endsAt = behaviour.ends === undefined ? undefined : visit.now + visit.world.duration(behaviour.ends.afterMs);
  const readyAt = visit.now + visit.world.duration(behaviour.readyMs ?? 10_000);
  const restarts = running.restarts + (again ? 1 : 0);
  if (endsAt !== undefined && endsAt <= readyAt) return { state, restarts, next: 'end', dueAt: endsAt };
  return { state, restarts, next: 'ready', dueAt: readyAt };
}

function becomeReady(visit: Visit, { running, behaviour }: Behaving, index: number): Running {
  if (running.state.type !== 'running') return { state: running.state, restarts: running.restarts };
  if (behaviour.readyMs === undefined) {
    say(visit, index, { type: 'Warning', reason: 'Unhealthy', message: 'Readiness probe failed: HTTP probe failed with statuscode: 503' });
    return { ...running, dueAt: visit.now + visit.world.duration(10_000) };
  }
  const state: ContainerState = { ...running.state, ready: true };
  if (behaviour.ends === undefined) return { state, restarts: running.restarts };
  const dueAt = running.state.startedAt.getTime() + visit.world.duration(behaviour.ends.afterMs);
  return { state, restarts: running.restarts, next: 'end', dueAt };
}

function end(visit: Visit, { running, behaviour }: Behaving, index: number): Running {
  const { pod, world, now } = visit;
  const startedAt = running.state.type === 'running' ? running.state.startedAt : world.now();
  const { reason, exitCode } = behaviour.ends ?? { reason: 'Completed', exitCode: 0 };
  const ending: Ending = { reason, exitCode, startedAt, finishedAt: world.now() };
  const policy = textAt(pod, 'spec', 'restartPolicy');
  if (policy === 'Never' || (policy === 'OnFailure' && exitCode === 0))
    return { state: { type: 'ended', ending }, restarts: running.restarts };
  const waitMs = Math.min(longestBackOffMs, 10_000 * 2 ** Math.min(running.restarts, 5));
  const container = containerName(pod, index);
  const where = `${container} pod=${nameOf(pod)}_${textAt(pod, 'metadata', 'namespace')}(${uidOf(pod)})`;
  say(visit, index, {
    type: 'Warning',
    reason: 'BackOff',
    message: `Back-off restarting failed container ${container} in pod ${nameOf(pod)}_${textAt(pod, 'metadata', 'namespace')}(${uidOf(pod)})`,
  });
  return {
    state: {
      type: 'waiting',
      reason: 'CrashLoopBackOff',
      message: `back-off ${waitMs / 1000}s restarting failed container=${where}`,
      last: ending,
    },
    restarts: running.restarts,
    next: 'start',
    dueAt: now + world.duration(waitMs),
  };
}
