import { findExecution } from '../incidents/execution.ts';
import type { Execution, Vote } from '../incidents/execution.ts';
import type { Person } from '../incidents/incident.ts';
import { TocsinError } from '../kernel/errors.ts';
import type { Instant } from '../kernel/instant.ts';
import { changeExecution } from './change-execution.ts';
import type { ChangedExecution, ExecutionDecision, ExecutionRef } from './change-execution.ts';
import { decideVote } from './decide-vote.ts';
import type { Ballot } from './decide-vote.ts';
import type { ExecutionDeps } from './deps.ts';
import { byPerson, entryOf } from './entries.ts';
import { workOnApply } from './work-on-apply.ts';

export type VoteRequest = ExecutionRef & { cause: string; by: Person; digest?: string };

/**
 * Approves a proposed mitigation or undo. When enough people stand behind it, it is applied in the background. Throws TocsinError with words
 * for the person: not_found, forbidden, precondition, conflict (another plan than the one that was looked at).
 */
export async function approve(deps: ExecutionDeps, input: VoteRequest): Promise<ChangedExecution> {
  const voted = await vote(deps, input, { choice: 'approve' });
  if (voted.outcome === 'changed' && voted.execution.state === 'approved') workOnApply(deps, input);
  return voted;
}

/** Denies it: one person with the right is enough. Throws as `approve` does, and `invalid` without a reason. */
export async function deny(deps: ExecutionDeps, input: VoteRequest & { reason: string }): Promise<ChangedExecution> {
  const reason = input.reason.trim();
  if (reason === '') throw new TocsinError('invalid', 'A denial needs a reason: say what should happen instead.');
  return vote(deps, input, { choice: 'deny', reason });
}

type Choice = { choice: 'approve' } | { choice: 'deny'; reason: string };

async function vote(deps: ExecutionDeps, input: VoteRequest, choice: Choice): Promise<ChangedExecution> {
  const requestedBy = findExecution((await deps.change.incidents.get(input.id)) ?? {}, input.number)?.requestedBy;
  const [voter, requester] = await Promise.all([deps.access.look(input.by.id), deps.access.look(requestedBy?.id ?? '')]);
  const ballot: Ballot = { choice: choice.choice, voter, requester, ...(input.digest === undefined ? {} : { digest: input.digest }) };
  return changeExecution(deps.change, input, {
    cause: input.cause,
    decide: (present) => {
      const outcome = decideVote(deps.access, present, ballot);
      if (outcome.type === 'refused') return outcome;
      const given: Vote = {
        by: input.by,
        identity: voter.identity,
        choice: choice.choice,
        at: present.now,
        digest: present.execution.digest ?? '',
      };
      const votes = [...present.execution.votes, given];
      return choice.choice === 'deny'
        ? denied(present, { by: input.by, votes, reason: choice.reason })
        : approved(present, { by: input.by, votes, ...outcome });
    },
  });
}

type Present = { execution: Execution; now: Instant };
type Given = { by: Person; votes: readonly Vote[] };

function denied({ execution, now }: Present, { by, votes, reason }: Given & { reason: string }): ExecutionDecision {
  return {
    type: 'change',
    set: { state: 'denied', votes, finding: reason, endedAt: now, dueAt: undefined },
    entries: [entryOf('mitigation_denied', execution, { actor: byPerson(by), text: reason, tell: { broadcast: false } })],
    alsoRedraw: ['card'],
    reason: `#${execution.number} was denied`,
  };
}

function approved({ execution, now }: Present, given: Given & { approvals: number; isDecided: boolean }): ExecutionDecision {
  const { approvals, isDecided } = given;
  const facts = { approvals, quorum: execution.quorum, digest: execution.digest };
  return {
    type: 'change',
    set: { votes: given.votes, ...(isDecided ? { state: 'approved' as const, dueAt: now } : {}) },
    entries: [entryOf('mitigation_approved', execution, { actor: byPerson(given.by), facts })],
    alsoRedraw: ['card'],
    reason: isDecided ? `#${execution.number} is approved` : `#${execution.number} has ${approvals} of ${execution.quorum} approvals`,
  };
}
