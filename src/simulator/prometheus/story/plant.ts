import type { ClusterFacts } from '../../kubernetes/facts.ts';
import { reliefOf } from './facts-in-time.ts';
import type { FactsInTime } from './facts-in-time.ts';
import { smooth } from './story-time.ts';

/** What the video processing has done until a moment, and how it is then. */
export type PlantState = {
  /** Videos processed, and how many of them failed, since the counters began. */
  total: number;
  errors: number;
  /** Jobs that wait beyond the ordinary. */
  backlog: number;
  /** From 0 to 1: how close the GPU workers are to running out of memory. */
  pressure: number;
  /** From 0 to 1. */
  utilization: number;
};

export const uploadsPerSecond = 42;
export const baseErrorPercent = 0.32;
const troubleErrorPercent = 7.08;
const uploadsWhenPaused = 8;
const fullBacklog = 4200;
const minuteMs = 60_000;

/** Trouble makes each video need more of a GPU. With the workers of the beginning that is a little more than they have. */
const capacityPerStrength = { healthy: 63, troubled: 37 };
/** Behind the GPU workers come the speech workers, so more of the former alone empties the queue slowly. */
const speechCapacity = 60;

export type Moment = { atMs: number; seconds: number; trouble: number };

/** The next state after some seconds of work. */
export function work(state: PlantState, facts: FactsInTime, moment: Moment): PlantState {
  const { atMs, seconds, trouble } = moment;
  const now = facts.at(atMs);
  const cleared = facts.at(atMs - seconds * 1000).clearedJobs.times < now.clearedJobs.times;
  const backlog = cleared ? state.backlog / 2 : state.backlog;
  const inflow = inflowOf(now);
  const capacity = capacityOf(now, facts.first, moment);
  const processed = Math.min(capacity, inflow + backlog / seconds);
  const left = Math.min(fullBacklog, Math.max(0, backlog + (inflow - capacity) * seconds));
  const pressure = trouble * pressureOf({ facts: now, first: facts.first, inflow, backlog: left, atMs });
  const percent = baseErrorPercent + troubleErrorPercent * pressure + unrest(atMs, 0.03);
  return {
    total: state.total + processed * seconds,
    errors: state.errors + (processed * seconds * percent) / 100,
    backlog: left,
    pressure,
    utilization: capacity === 0 ? 0 : 0.97 * Math.min(1, (inflow + left / 60) / capacity),
  };
}

function inflowOf(facts: ClusterFacts): number {
  if (facts.apiGateways.ready === 0) return 0;
  return facts.uploadsPaused ? uploadsWhenPaused : uploadsPerSecond;
}

function shareOf(now: { ready: number }, first: { ready: number; desired: number }): number {
  return now.ready / Math.max(1, first.ready, first.desired);
}

function capacityOf(now: ClusterFacts, first: ClusterFacts, { atMs, trouble }: Moment): number {
  if (now.nats.ready === 0) return 0;
  const { healthy, troubled } = capacityPerStrength;
  const gpu = shareOf(now.gpuWorkers, first.gpuWorkers) * (healthy - (healthy - troubled) * trouble);
  const speech = shareOf(now.asrWorkers, first.asrWorkers) * speechCapacity;
  const { lastAt } = now.prioritized;
  const isPrioritized = lastAt !== undefined && atMs - lastAt.getTime() < 10 * minuteMs;
  return Math.min(gpu, speech) * (isPrioritized ? 1.25 : 1);
}

type Load = { facts: ClusterFacts; first: ClusterFacts; inflow: number; backlog: number; atMs: number };

/** Much work for each worker fills its memory, and so does a long queue. A fresh worker has room for a while. */
function pressureOf({ facts, first, inflow, backlog, atMs }: Load): number {
  const share = shareOf(facts.gpuWorkers, first.gpuWorkers);
  const load = share === 0 ? 1 : inflow / uploadsPerSecond / share;
  const crowded = Math.max(smooth((load - 0.45) / 0.45), 0.55 * smooth(backlog / (0.7 * fullBacklog)));
  return crowded * (1 - 0.75 * reliefOf(facts.gpuWorkers, atMs));
}

/** A little unrest that depends on the time alone, so that the same moment always has the same value. */
export function unrest(atMs: number, size: number): number {
  return size * Math.sin(atMs / 17_000);
}

/** How much trouble there is, from 0 to 1: it comes within twenty minutes, creeps on a little, and goes within five. */
export function troubleAt(atMs: number, course: { beganMs?: number; recoveredMs?: number }): number {
  const { beganMs, recoveredMs } = course;
  if (beganMs === undefined || atMs < beganMs) return 0;
  const risen = (at: number) => 0.96 * smooth((at - beganMs) / (20 * minuteMs)) + 0.04 * smooth((at - beganMs) / (90 * minuteMs));
  if (recoveredMs === undefined || atMs <= recoveredMs) return risen(atMs);
  return risen(recoveredMs) * (1 - smooth((atMs - recoveredMs) / (5 * minuteMs)));
}
