import type { ExecutionDocument } from '../../executions/document.ts';
import { countText, quantityText } from '../../export/wording.ts';
import type { Verdict, VerificationSummary } from '../../incidents/execution.ts';
import type { Instant } from '../../kernel/instant.ts';
import type { Block, Inline } from '../message.ts';
import { bold, linesBlock, timeInline } from './inline.ts';

/** Words before signs: an arrow that points down is good for errors and bad for successes. */
export const verdictText = {
  better: '✅ better',
  no_change: '➖ no change',
  worse: '⚠️ worse',
  unknown: '❓ cannot be told',
} as const satisfies Record<Verdict, string>;

/** "7.42 → 1.2", or nothing. */
export function beforeAndAfter({ before, after }: { before?: number; after?: number }): string {
  if (before === undefined || after === undefined) return '';
  return `${quantityText(before, '')} → ${quantityText(after, '')}`;
}

/** What a check said before and after, or why it said nothing. */
type Check = { title: string; before?: number | undefined; after?: number | undefined; problem?: string | undefined };

/** "Error rate: 7.42 → 1.2". */
export function checkLine({ title, before, after, problem }: Check): readonly Inline[] {
  if (after === undefined) return [`${title}: ${problem ?? 'no value'}`];
  return [`${title}: ${before === undefined ? '' : `${quantityText(before, '')} → `}`, bold(quantityText(after, ''))];
}

export const maxChecks = 6;

/** Whether it helped, by the runbook's own checks: each with its value before and now. */
export function verificationBlocks(
  verification: VerificationSummary | undefined,
  of: { document: ExecutionDocument | undefined; now: Instant },
): readonly Block[] {
  if (verification === undefined) return [];
  const { state, verdict, rounds, until } = verification;
  const isWatching = state === 'watching';
  const first: readonly Inline[] =
    isWatching && rounds === 0
      ? [bold('Does it help?'), ' First look soon, last one at ', timeInline(until, of.now)]
      : [
          bold(isWatching ? `So far ${verdictText[verdict]}` : `Did it help? ${verdictText[verdict]}`),
          ` · ${countText(rounds, 'look')}`,
          ...(isWatching ? [', last one at ', timeInline(until, of.now)] : []),
        ];
  return [linesBlock([first, ...checkLines(of.document)])];
}

function checkLines(document: ExecutionDocument | undefined): readonly (readonly Inline[])[] {
  const latest = document?.rounds.at(-1);
  if (document === undefined || latest === undefined) return [];
  return latest.readings.slice(0, maxChecks).map(({ title, value, problem }) => {
    const before = document.baseline?.readings.find((reading) => reading.title === title)?.value;
    return ['   ', ...checkLine({ title, before, after: value, problem })];
  });
}
