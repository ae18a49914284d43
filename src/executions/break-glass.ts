import { executionCan } from '../incidents/execution.ts';
import type { Execution } from '../incidents/execution.ts';
import type { Incident, Person } from '../incidents/incident.ts';
import { TocsinError } from '../kernel/errors.ts';
import type { ErrorCode } from '../kernel/errors.ts';
import { msBetween } from '../kernel/instant.ts';
import type { Instant } from '../kernel/instant.ts';
import type { Access, Subject } from '../people/access.ts';
import { changeExecution } from './change-execution.ts';
import type { ChangedExecution, ExecutionRef } from './change-execution.ts';
import type { ExecutionDeps } from './deps.ts';
import { byPerson, entryOf } from './entries.ts';
import { askedAbout } from './rights.ts';
import { workOnApply } from './work-on-apply.ts';

/**
 * Applies a proposed mitigation without a second person: only by whoever asked for it, only after the wait, with a reason that everybody reads.
 * Throws TocsinError: invalid (no reason), not_found, forbidden, precondition (too early, too late).
 */
export async function breakGlass(
  deps: ExecutionDeps,
  input: ExecutionRef & { cause: string; by: Person; reason: string; digest?: string },
): Promise<ChangedExecution> {
  const reason = input.reason.trim();
  if (reason === '') throw new TocsinError('invalid', 'Breaking the glass needs a reason: it is announced and reviewed later.');
  const subject = await deps.access.look(input.by.id);
  const broken = await changeExecution(deps.change, input, {
    cause: input.cause,
    decide: ({ execution, incident, now }) => {
      const refusal = breakGlassRefusal(deps.access, { execution, incident, now }, { subject, digest: input.digest });
      if (refusal !== undefined) return refusal;
      const waitedMs = msBetween(execution.requestedAt, now);
      return {
        type: 'change',
        set: { state: 'approved', breakGlass: { by: input.by, at: now, reason }, dueAt: now },
        entries: [
          entryOf('break_glass', execution, {
            actor: byPerson(input.by),
            facts: { waitedMs, digest: execution.digest },
            text: reason,
            tell: { broadcast: true, oncall: true },
          }),
        ],
        alsoRedraw: ['card'],
        reason: `the glass was broken for #${execution.number}`,
      };
    },
  });
  if (broken.outcome === 'changed') workOnApply(deps, input);
  return broken;
}

type Refusal = { type: 'refused'; code: ErrorCode; reason: string };
type Present = { execution: Execution; incident: Incident; now: Instant };

/** Why somebody may not break the glass now, or undefined. Pure. */
function breakGlassRefusal(
  access: Pick<Access, 'may'>,
  { execution, incident, now }: Present,
  asker: { subject: Subject; digest: string | undefined },
): Refusal | undefined {
  const name = `#${execution.number}`;
  const { expiresAt, breakGlassFrom, digest = '' } = execution;
  const can = executionCan('breakGlass', execution);
  if (!can.ok) return refused('precondition', `The glass cannot be broken for ${name}: ${can.reason}.`);
  if (expiresAt === undefined || breakGlassFrom === undefined || expiresAt <= now) {
    return refused('precondition', `${name} has expired. Ask for a new plan.`);
  }
  if (asker.digest !== undefined && (asker.digest.length < 8 || !digest.startsWith(asker.digest))) {
    return refused('conflict', `${name} is not the plan that you looked at any more.`);
  }
  if (asker.subject.id !== execution.requestedBy.id) {
    return refused(
      'forbidden',
      `Only ${execution.requestedBy.name}, who asked for ${name}, may break the glass. You can approve it instead.`,
    );
  }
  const may = access.may(asker.subject, askedAbout('breakGlass', incident, execution));
  if (!may.ok) return refused('forbidden', `The glass stays whole: ${may.reason}`);
  if (now < breakGlassFrom) {
    return refused(
      'precondition',
      `Somebody else may still approve ${name}. You can break the glass in ${minutesText(msBetween(now, breakGlassFrom))}.`,
    );
  }
  return undefined;
}

function minutesText(ms: number): string {
  const minutes = Math.ceil(ms / 60_000);
  return minutes === 1 ? '1 minute' : `${minutes} minutes`;
}

function refused(code: ErrorCode, reason: string): Refusal {
  return { type: 'refused', code, reason };
}
