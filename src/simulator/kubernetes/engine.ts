import type { Clock } from '../../kernel/clock.ts';
import { sha256 } from '../../kernel/hash.ts';
import { createAutoscaler } from './controllers/autoscaler.ts';
import { keepOnNodes } from './controllers/daemon-set.ts';
import { rollDeployments } from './controllers/deployment.ts';
import { countDisruptions } from './controllers/disruption.ts';
import { keepEndpoints } from './controllers/endpoints.ts';
import { collectGarbage } from './controllers/garbage.ts';
import { runJobs } from './controllers/job.ts';
import { createKubelet } from './controllers/kubelet.ts';
import { furnishNamespaces } from './controllers/namespaces.ts';
import { keepReplicas } from './controllers/replica-set.ts';
import { schedule } from './controllers/scheduler.ts';
import { keepOrdered } from './controllers/stateful-set.ts';
import type { Behaviour, Controller, World } from './controllers/world.ts';
import { createObjectStore } from './store.ts';
import { textAt } from './tree.ts';
import type { KubeObject, Tree } from './tree.ts';

export type BehaviourRule = (container: Tree, pod: KubeObject) => Behaviour | undefined;

/** The cluster's course of events. Nothing happens between calls: `catchUp` plays what was due since, in its order, each thing at its own time. */
export type Engine = {
  world: World;
  catchUp(): void;
  /** Plays what the first contents do in their first minutes, and leaves the calm time until now out. */
  begin(): void;
  /** When something is due next (ms), if anything is. */
  nextDue(): number | undefined;
  /** Asked first, newest rule first, how the containers of a pod behave. */
  behave(rule: BehaviourRule): void;
};

export type EngineOptions = {
  clock: Clock;
  seed: string;
  speed: number;
  /** How long ago the cluster began. */
  ageMs: number;
  /** After each instant at which something was done. */
  onInstant: () => void;
};

const mostRounds = 200;
const mostInstants = 20_000;
const calmAfterMs = 120_000;

export function createEngine(options: EngineOptions): Engine {
  const start = options.clock.now().getTime() - options.ageMs;
  let now = new Date(start);
  let due: number | undefined;
  let drawn = 0;
  let rules: readonly BehaviourRule[] = [];
  const store = createObjectStore({ seed: options.seed, now: () => now });
  const world: World = {
    store,
    now: () => now,
    duration: (ms) => ms / options.speed,
    random() {
      drawn += 1;
      return Number.parseInt(sha256(`${options.seed}/${drawn}`).slice(0, 12), 16) / 16 ** 12;
    },
    behaviourOf(container, pod) {
      for (const rule of rules) {
        const behaviour = rule(container, pod);
        if (behaviour !== undefined) return behaviour;
      }
      return byImage(textAt(container, 'image'));
    },
  };
  const controllers: readonly Controller[] = [
    furnishNamespaces,
    collectGarbage,
    runJobs,
    rollDeployments,
    keepReplicas,
    keepOrdered,
    keepOnNodes,
    createAutoscaler(),
    schedule,
    createKubelet(),
    countDisruptions,
    keepEndpoints,
  ];

  function settle(): void {
    for (let round = 0; round < mostRounds; round += 1) {
      const before = store.revision();
      const dues = controllers.flatMap((controller) => controller(world) ?? []);
      due = dues.length === 0 ? undefined : Math.min(...dues);
      if (store.revision() === before) break;
    }
    options.onInstant();
  }
  let settledAt = -1;
  function playUntil(until: number): void {
    if (settledAt !== store.revision()) settle();
    for (let instant = 0; instant < mostInstants && due !== undefined && due <= until; instant += 1) {
      now = new Date(Math.max(due, now.getTime()));
      settle();
    }
    now = new Date(until);
    settledAt = store.revision();
  }
  const present = (): number => Math.max(options.clock.now().getTime(), now.getTime());
  return {
    world,
    nextDue: () => due,
    behave: (rule) => {
      rules = [rule, ...rules];
    },
    catchUp: () => playUntil(present()),
    begin() {
      if (options.ageMs > 0) playUntil(start + Math.min(options.ageMs, calmAfterMs));
      now = new Date(present());
      settledAt = -1;
    },
  };
}

/** Images whose name says that they are bad behave so; all others start in two seconds and are ready three later. */
function byImage(image: string): Behaviour {
  if (/(does-not-exist|no-such|missing|notfound)/.test(image)) return { pullFails: true, startMs: 1000 };
  if (/oom/.test(image)) return { startMs: 1000, readyMs: 3000, ends: { afterMs: 8000, exitCode: 137, reason: 'OOMKilled' } };
  if (/(crash|broken)/.test(image)) return { startMs: 1000, readyMs: 3000, ends: { afterMs: 2000, exitCode: 1, reason: 'Error' } };
  if (/unready/.test(image)) return { startMs: 1000 };
  if (/(busybox|task|migrate)/.test(image))
    return { startMs: 1000, readyMs: 1000, ends: { afterMs: 5000, exitCode: 0, reason: 'Completed' } };
  return { startMs: 2000, readyMs: 3000 };
}
