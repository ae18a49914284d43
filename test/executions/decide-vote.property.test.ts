import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decideVote } from '../../src/executions/decide-vote.ts';
import type { Ballot } from '../../src/executions/decide-vote.ts';
import { executionStates, withExecution } from '../../src/incidents/execution.ts';
import type { Execution, ExecutionId, Vote } from '../../src/incidents/execution.ts';
import { silentLog } from '../../src/kernel/log.ts';
import { createAccess } from '../../src/people/access.ts';
import type { Subject } from '../../src/people/access.ts';
import { after, exampleIncident } from '../support/examples.ts';

const member = { isBot: false, isGuest: false, isDeleted: false, groups: [] };
const access = createAccess({ rules: [], identities: [], directory: { person: async () => member }, log: silentLog });
const digest = 'a'.repeat(64);

function proposed(overrides: Partial<Execution> = {}): Execution {
  return {
    number: 1,
    // The brand only keeps ids apart from other strings; every string is a fine id here.
    id: 'exe_1' as ExecutionId,
    type: 'mitigation',
    state: 'proposed',
    title: 'Scale up',
    requestedBy: { id: 'U0', name: 'u0' },
    requestedAt: after(0),
    finding: '',
    risk: 'medium',
    namespaces: ['video'],
    targets: [],
    digest,
    expiresAt: after(900),
    quorum: 1,
    votes: [],
    token: 1,
    ...overrides,
  };
}

/** Accounts U0..U7; each belongs to the person whose number is its remainder, U4 and U0 are the same one. */
const subjectOf = (account: number, standing: 'member' | 'guest' | 'bot' | 'unknown' = 'member'): Subject => ({
  id: `U${account}`,
  identity: `person-${account % 4}`,
  person: standing === 'unknown' ? undefined : { ...member, isGuest: standing === 'guest', isBot: standing === 'bot' },
});

const ballots = fc.array(
  fc.record({
    account: fc.nat({ max: 7 }),
    standing: fc.constantFrom('member' as const, 'member' as const, 'guest' as const, 'bot' as const, 'unknown' as const),
    choice: fc.constantFrom('approve' as const, 'approve' as const, 'approve' as const, 'deny' as const),
    digest: fc.constantFrom(undefined, undefined, digest, digest.slice(0, 12), 'b'.repeat(64), 'a', ''),
    atSeconds: fc.integer({ min: 0, max: 1000 }),
  }),
  { maxLength: 20 },
);

describe('the two-person rule', () => {
  it('approves only what enough other people with the right stand behind, in time, for this plan, undenied', () => {
    fc.assert(
      fc.property(ballots, fc.integer({ min: 1, max: 3 }), (given, quorum) => {
        let execution = proposed({ quorum });
        const counted: (typeof given)[number][] = [];
        for (const ballot of given.toSorted((a, b) => a.atSeconds - b.atSeconds)) {
          const now = after(ballot.atSeconds);
          const voter = subjectOf(ballot.account, ballot.standing);
          const cast: Ballot = {
            choice: ballot.choice,
            voter,
            requester: subjectOf(0),
            ...(ballot.digest === undefined ? {} : { digest: ballot.digest }),
          };
          const outcome = decideVote(access, { execution, incident: exampleIncident(), now }, cast);
          if (outcome.type === 'refused') {
            expect(outcome.reason).not.toBe('');
            continue;
          }
          counted.push(ballot);
          const vote: Vote = { by: { id: voter.id, name: voter.id }, identity: voter.identity, choice: ballot.choice, at: now, digest };
          const state = ballot.choice === 'deny' ? 'denied' : outcome.isDecided ? 'approved' : 'proposed';
          execution = withExecution([execution], 1, { votes: [...execution.votes, vote], state })[0] ?? execution;
        }
        const people = counted.map(({ account }) => account % 4);
        expect(new Set(people).size).toBe(people.length);
        expect(people).not.toContain(0);
        for (const ballot of counted) {
          expect(ballot.standing).toBe('member');
          expect(ballot.atSeconds).toBeLessThan(900);
          expect([undefined, digest, digest.slice(0, 12)]).toContain(ballot.digest);
        }
        const approvals = counted.filter(({ choice }) => choice === 'approve').length;
        const denials = counted.filter(({ choice }) => choice === 'deny').length;
        expect(execution.state === 'approved').toBe(approvals === quorum && denials === 0);
        expect(execution.state === 'denied').toBe(denials === 1);
      }),
      { numRuns: 1000 },
    );
  });

  it.each(executionStates.filter((state) => state !== 'proposed'))('counts nothing in the state %s', (state) => {
    for (const choice of ['approve', 'deny'] as const) {
      const cast: Ballot = { choice, voter: subjectOf(1), requester: subjectOf(0) };
      expect(decideVote(access, { execution: proposed({ state }), incident: exampleIncident(), now: after(1) }, cast)).toMatchObject({
        type: 'refused',
        code: 'precondition',
      });
    }
  });
});
