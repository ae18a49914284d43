import { executionCan } from '../incidents/execution.ts';
import type { Execution, Vote } from '../incidents/execution.ts';
import type { Incident } from '../incidents/incident.ts';
import type { ErrorCode } from '../kernel/errors.ts';
import type { Instant } from '../kernel/instant.ts';
import type { Access, Subject } from '../people/access.ts';
import { askedAbout } from './rights.ts';

/** A vote as it arrives. `digest` is what the voter saw, where the button or command carries it: the beginning of at least 8 digits. */
export type Ballot = { choice: Vote['choice']; voter: Subject; requester: Subject; digest?: string };

export type VoteOutcome = { type: 'counted'; approvals: number; isDecided: boolean } | { type: 'refused'; code: ErrorCode; reason: string };

type Present = { execution: Execution; incident: Incident; now: Instant };

const minDigits = 8;

/**
 * Whether a vote counts, decided on nothing but what is given: the two-person rule. Whoever asked cannot approve, by whatever account; only
 * people with the right; once each; for exactly this plan; in time; and while nothing is decided.
 */
export function decideVote(access: Pick<Access, 'may'>, present: Present, ballot: Ballot): VoteOutcome {
  const refusal = stateRefusal(present, ballot) ?? personRefusal(access, present, ballot);
  if (refusal !== undefined) return refusal;
  const { execution } = present;
  if (ballot.choice === 'deny') return { type: 'counted', approvals: approvalsOf(execution).length, isDecided: true };
  const approvals = approvalsOf(execution).length + 1;
  return { type: 'counted', approvals, isDecided: approvals >= execution.quorum };
}

/** The approvals for the plan as it stands. */
export function approvalsOf({ votes, digest }: Execution): readonly Vote[] {
  return votes.filter((vote) => vote.choice === 'approve' && vote.digest === digest);
}

type Refusal = Extract<VoteOutcome, { type: 'refused' }>;

function stateRefusal({ execution, now }: Present, ballot: Ballot): Refusal | undefined {
  const name = `#${execution.number}`;
  const can = executionCan(ballot.choice, execution);
  if (!can.ok) return refused('precondition', `${name} takes no votes: ${can.reason}.`);
  if (execution.digest === undefined || execution.expiresAt === undefined) {
    return refused('precondition', `${name} has no plan to vote on.`);
  }
  if (execution.expiresAt <= now) return refused('precondition', `${name} has expired. Ask for a new plan.`);
  if (ballot.digest === undefined) return undefined;
  const isSame = ballot.digest.length >= minDigits && execution.digest.startsWith(ballot.digest);
  return isSame ? undefined : refused('conflict', `${name} is not the plan that you looked at any more. Look at it again, then decide.`);
}

function personRefusal(access: Pick<Access, 'may'>, { execution, incident }: Present, ballot: Ballot): Refusal | undefined {
  const { voter, requester, choice } = ballot;
  const name = `#${execution.number}`;
  if (voter.id === execution.requestedBy.id || voter.identity === requester.identity) {
    const instead = choice === 'deny' ? 'You can cancel it instead.' : 'Somebody else has to approve it.';
    return refused('forbidden', `You asked for ${name} yourself. ${instead}`);
  }
  const may = access.may(voter, askedAbout('approve', incident, execution));
  if (!may.ok) return refused('forbidden', `Your vote on ${name} does not count: ${may.reason}`);
  const before = execution.votes.find((vote) => vote.by.id === voter.id || vote.identity === voter.identity);
  if (before === undefined) return undefined;
  return refused('precondition', `You have voted on ${name} already (${before.choice === 'approve' ? 'approved' : 'denied'}).`);
}

function refused(code: ErrorCode, reason: string): Refusal {
  return { type: 'refused', code, reason };
}
