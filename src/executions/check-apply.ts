import type { Execution } from '../incidents/execution.ts';
import type { Incident } from '../incidents/incident.ts';
import type { Instant } from '../kernel/instant.ts';
import type { Access, Subject } from '../people/access.ts';
import { approvalsOf } from './decide-vote.ts';
import type { ExecutionDocument } from './document.ts';
import { approvalDigest } from './plan-facts.ts';
import { askedAbout } from './rights.ts';

/** What is known at the moment of applying, looked up anew. */
export type ApplyFacts = {
  document: ExecutionDocument;
  requester: Subject;
  /** Whoever voted, by account. */
  voters: ReadonlyMap<string, Subject>;
  /** Of the runbook as it is now; undefined when it is gone. */
  runbookDigest: string | undefined;
};

export type ApplyVerdict =
  | { type: 'apply' }
  /** Something is no longer as approved; nothing may be sent. */
  | { type: 'stale'; reason: string }
  | { type: 'expired'; reason: string }
  /** It cannot be told now, so nothing is sent; asked again until it expires. */
  | { type: 'wait'; reason: string };

type Present = { execution: Execution; incident: Incident; now: Instant };

/** Looks at an approved execution once more before anything is sent. Pure; everything doubtful is not applied. */
export function checkApply(access: Pick<Access, 'may'>, present: Present, facts: ApplyFacts): ApplyVerdict {
  const { execution, now } = present;
  if (execution.expiresAt === undefined || execution.expiresAt <= now) {
    return { type: 'expired', reason: 'it was approved, but could not be applied in time' };
  }
  return planProblem(execution, facts) ?? peopleProblem(access, present, facts) ?? { type: 'apply' };
}

function planProblem(execution: Execution, { document, runbookDigest }: ApplyFacts): ApplyVerdict | undefined {
  const { plan } = document;
  const { expiresAt, id, quorum } = execution;
  if (plan === undefined || expiresAt === undefined || approvalDigest(plan, { id, expiresAt, quorum }) !== execution.digest) {
    return { type: 'stale', reason: 'the stored plan is not the one that was approved' };
  }
  // An undo takes back what was done, whatever the runbook says by now.
  if (execution.type === 'undo' || runbookDigest === plan.source.runbook.digest) return undefined;
  const what = runbookDigest === undefined ? 'is gone' : 'was changed';
  return { type: 'stale', reason: `the runbook ${plan.source.runbook.path} ${what} after the plan was made` };
}

function peopleProblem(access: Pick<Access, 'may'>, present: Present, facts: ApplyFacts): ApplyVerdict | undefined {
  const { execution, incident } = present;
  const verb = execution.breakGlass === undefined ? 'request' : 'breakGlass';
  const involved = [facts.requester, ...(execution.breakGlass === undefined ? [...facts.voters.values()] : [])];
  if (involved.some(({ person }) => person === undefined)) {
    return { type: 'wait', reason: 'the people involved cannot be looked up now; nothing is applied before their rights are known' };
  }
  const may = access.may(facts.requester, askedAbout(verb, incident, execution));
  if (!may.ok) return { type: 'stale', reason: `${execution.requestedBy.name} has lost the right to it: ${may.reason}` };
  if (execution.breakGlass !== undefined) return undefined;
  const standing = standingApprovals(access, present, facts);
  if (standing >= execution.quorum) return undefined;
  return { type: 'stale', reason: `only ${standing} of ${execution.quorum} approvals still count: an approver has lost the right` };
}

function standingApprovals(access: Pick<Access, 'may'>, { execution, incident }: Present, facts: ApplyFacts): number {
  const identities = approvalsOf(execution).flatMap(({ by }) => {
    const subject = facts.voters.get(by.id);
    if (subject === undefined || subject.identity === facts.requester.identity) return [];
    return access.may(subject, askedAbout('approve', incident, execution)).ok ? [subject.identity] : [];
  });
  return new Set(identities).size;
}
