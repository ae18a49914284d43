import { toInstant } from '../kernel/instant.ts';
import { backoffMs } from './backoff.ts';
import type { LaneDeps, LaneMemory } from './lane.ts';
import type { SendOutcome } from './ports.ts';

export const maxHoldMs = 30_000;
const maxClosedWaitMs = 10 * 60_000;
/** Time for the root's own edit to find out that it was deleted. */
const goneWaitMs = 2000;

export type RequestKind = 'post' | 'file' | 'update';
type Answer = { outcome: SendOutcome; kind: RequestKind; attempts: number };

/** What the answer means for the requests after this one. Returns the delay for this message. */
export function takeHold(deps: LaneDeps, memory: LaneMemory, answer: Answer): number {
  const { outcome } = answer;
  switch (outcome.type) {
    case 'misconfigured':
      return standStill(deps, memory, outcome);
    case 'target_gone':
      if (outcome.what === 'message') break;
      // Only one message is known to have gone where nothing can be edited any more.
      if (answer.kind === 'update') return backoffMs(answer.attempts, { maxMs: maxClosedWaitMs, random: deps.random });
      return standStill(deps, memory, { what: 'channel', reason: outcome.reason });
    case 'not_applied':
      return outcome.retryAfterMs === undefined ? backOff(deps, memory) : rest(deps, memory, { ...answer, forMs: outcome.retryAfterMs });
    case 'ambiguous':
      return backOff(deps, memory);
    case 'sent':
    case 'bad_payload':
      break;
  }
  memory.failures = 0;
  endPauses(deps, memory);
  return outcome.type === 'target_gone' ? goneWaitMs : 0;
}

/** Nothing works until a person has repaired something: in the workspace, or in this lane's channel. */
function standStill(deps: LaneDeps, memory: LaneMemory, trouble: { what: 'workspace' | 'channel'; reason: string }): number {
  const isAll = trouble.what === 'workspace';
  const now = deps.clock.now();
  if ((isAll ? deps.pause : memory.pause).begin(trouble.reason, now)) {
    deps.log.error({ lane: memory.lane, ...trouble }, 'the outbox is paused until the chat configuration is repaired');
    deps.onPause({ type: 'paused', scope: isAll ? 'workspace' : memory.lane, reason: trouble.reason, since: toInstant(now) });
  }
  return 0;
}

/** The platform said for how long it wants to be left alone with such requests: the others go on. */
function rest(deps: LaneDeps, memory: LaneMemory, told: { kind: RequestKind; forMs: number }): number {
  const untilMs = deps.clock.now().getTime() + told.forMs;
  if (told.kind === 'post') memory.postsAfterMs = Math.max(memory.postsAfterMs, untilMs);
  if (told.kind === 'file') deps.files.pause(untilMs);
  if (told.kind === 'update') deps.updates.pause(untilMs);
  return told.forMs;
}

function backOff(deps: LaneDeps, memory: LaneMemory): number {
  memory.failures += 1;
  const delayMs = backoffMs(memory.failures, { maxMs: maxHoldMs, random: deps.random });
  memory.holdUntilMs = deps.clock.now().getTime() + delayMs;
  return delayMs;
}

/** The platform has answered as it should. */
export function endPauses(deps: LaneDeps, memory: LaneMemory): void {
  const ended = [
    { scope: 'workspace', was: deps.pause.end() },
    { scope: memory.lane, was: memory.pause.end() },
  ] as const;
  for (const { scope, was } of ended) {
    if (was === undefined) continue;
    deps.log.info({ lane: memory.lane, scope }, 'the outbox goes on: the chat configuration works again');
    deps.onPause({ type: 'resumed', scope, ...was });
  }
}
