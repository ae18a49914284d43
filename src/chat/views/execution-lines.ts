import { cutText } from '../../export/wording.ts';
import { changesThings, executionsOf, hasEnded } from '../../incidents/execution.ts';
import type { Execution } from '../../incidents/execution.ts';
import { isOpen } from '../../incidents/incident.ts';
import type { Incident } from '../../incidents/incident.ts';
import type { Instant } from '../../kernel/instant.ts';
import type { Inline } from '../message.ts';
import { oneLine } from './incident-lines.ts';
import { bold, timeInline } from './inline.ts';
import { beforeAndAfter, verdictText } from './verification-lines.ts';

const maxWaiting = 2;
const maxFound = 3;
const maxFinding = 110;

/** What the first screen tells of the runbook: what somebody has to decide, what the last mitigation did, what the newest diagnostics found. */
export function executionLines(incident: Incident, now: Instant): readonly (readonly Inline[])[] {
  if (!isOpen(incident)) return [];
  const all = executionsOf(incident);
  const last = all.findLast((each) => changesThings(each) && ['applied', 'unknown'].includes(each.state));
  return [...waitingLines(all), ...(last === undefined ? [] : [mitigationLine(last, now)]), ...foundLines(all, now)];
}

function waitingLines(all: readonly Execution[]): readonly (readonly Inline[])[] {
  const waiting = all.filter(({ state }) => state === 'proposed');
  const shown = waiting
    .slice(0, maxWaiting)
    .map((execution): readonly Inline[] => [
      '🟡 ',
      bold(`#${execution.number} waits for approval:`),
      ` ${cutText(oneLine(execution.finding === '' ? execution.title : execution.finding), maxFinding)}`,
    ]);
  const left = waiting.length - shown.length;
  return [...shown, ...(left > 0 ? [[`🟡 … and ${left} more`]] : [])];
}

function mitigationLine(execution: Execution, now: Instant): readonly Inline[] {
  const { number, title, state, verification, endedAt } = execution;
  const at: readonly Inline[] = endedAt === undefined ? [] : [' (', timeInline(endedAt, now), ')'];
  if (state === 'unknown') return ['❓ ', bold(`#${number} outcome unknown:`), ` ${cutText(oneLine(title), maxFinding)}`, ...at];
  const values = verification === undefined ? '' : beforeAndAfter(verification);
  const verdict = verification === undefined || verification.rounds === 0 ? '' : ` · ${verdictText[verification.verdict]}`;
  return ['🛠️ ', bold(`#${number} applied:`), ` ${cutText(oneLine(title), 70)}${verdict}${values === '' ? '' : ` (${values})`}`, ...at];
}

/** Of each step its latest run; what is older has been seen. */
function foundLines(all: readonly Execution[], now: Instant): readonly (readonly Inline[])[] {
  const found = all.filter((each) => each.type === 'diagnostic' && hasEnded(each) && each.state !== 'cancelled' && each.finding !== '');
  const latest = found.filter((each, index) => !found.slice(index + 1).some(({ step }) => step === each.step));
  return latest
    .slice(-maxFound)
    .map(({ title, step, state, finding, endedAt }): readonly Inline[] => [
      state === 'done' ? '🔍 ' : '❌ ',
      `${step === undefined ? '' : `${step}. `}${cutText(oneLine(title), 40)}: `,
      bold(cutText(oneLine(finding), maxFinding)),
      ...(endedAt === undefined ? [] : [' (', timeInline(endedAt, now), ')']),
    ]);
}
