import type { Verdict } from '../incidents/execution.ts';
import { toInstant } from '../kernel/instant.ts';
import type { FactsOf } from './entry-parts.ts';
import { teller } from './teller.ts';
import { countText, dateTimeText, durationText, listText, quantityText } from './wording.ts';

type About = FactsOf<'mitigation_denied'>;

/** "#3 (step 5, Scale up the workers)", "the undo #4 of #3". */
function about({ execution, step, title, undoOf }: About): string {
  if (undoOf !== undefined) return `#${execution}, the undo of #${undoOf}`;
  return `#${execution} (${step === undefined ? '' : `step ${step}, `}${title})`;
}

const verdictWords = {
  better: 'better',
  no_change: 'no change',
  worse: 'worse',
  unknown: 'unknown',
} as const satisfies Record<Verdict, string>;

function afterColon(text: string): string {
  return text === '' ? '' : `: ${text}`;
}

function carriedOut(did: string) {
  return (facts: FactsOf<'mitigation_applied'>): string => {
    const operations = facts.operations.map(
      ({ words, state, message }) => `${words} [${state}${message === undefined ? '' : `: ${message}`}]`,
    );
    const people = [`requested by ${facts.requestedBy.name}`, ...approvedBy(facts)].join(', ');
    return `${did} ${about(facts)}, ${people}${afterColon([facts.finding, ...operations].filter((text) => text !== '').join('; '))}`;
  };
}

function approvedBy({ approvedBy: people }: FactsOf<'mitigation_applied'>): readonly string[] {
  return people.length === 0 ? [] : [`approved by ${listText(people.map(({ name }) => name))}`];
}

/** Runs, mitigations and what people decided about them, in plain words. */
export const tellExecutions = {
  step_run: teller('step_run', (facts) => `ran ${about(facts)}`),
  step_finished: teller('step_finished', (facts) => {
    const took = facts.elapsedMs === undefined ? '' : ` after ${durationText(facts.elapsedMs)}`;
    return `finished ${about(facts)}${took}, ${facts.state}${afterColon(facts.finding)}`;
  }),
  query_run: teller('query_run', ({ execution, promql }) => `asked Prometheus in #${execution}: ${promql}`),
  step_marked: teller('step_marked', (facts) => `marked ${about(facts)} as ${facts.state}`),
  mitigation_requested: teller('mitigation_requested', (facts) => `asked for ${about(facts)}`),
  undo_requested: teller('undo_requested', ({ execution, undoOf }) => `asked in #${execution} to undo #${undoOf ?? '?'}`),
  mitigation_proposed: teller('mitigation_proposed', (facts) => {
    const until = dateTimeText(toInstant(new Date(facts.expiresAt)));
    const needs = `${countText(facts.quorum, 'approval')} until ${until}`;
    const warnings = facts.notes.filter(({ weight }) => weight !== 'note').map(({ text }) => text);
    const heed = warnings.length === 0 ? '' : ` (${warnings.join('; ')})`;
    return `proposed ${about(facts)}: ${facts.operations.join('; ')}${heed}, needs ${needs}`;
  }),
  mitigation_approved: teller(
    'mitigation_approved',
    (facts) => `approved ${about(facts)}, ${facts.approvals} of ${facts.quorum}, plan ${facts.digest.slice(0, 12)}`,
  ),
  mitigation_denied: teller('mitigation_denied', (facts) => `denied ${about(facts)}`),
  mitigation_expired: teller('mitigation_expired', (facts) => `let ${about(facts)} expire${afterColon(facts.finding)}`),
  mitigation_cancelled: teller('mitigation_cancelled', (facts) => `cancelled ${about(facts)}`),
  break_glass: teller(
    'break_glass',
    (facts) => `broke the glass for ${about(facts)}: applied without a second person after ${durationText(facts.waitedMs)}`,
  ),
  mitigation_started: teller('mitigation_started', (facts) => `began to apply ${about(facts)}`),
  mitigation_applied: teller('mitigation_applied', carriedOut('applied')),
  mitigation_failed: teller('mitigation_failed', carriedOut('could not carry out')),
  mitigation_unknown: teller('mitigation_unknown', carriedOut('does not know the outcome of')),
  mitigation_stale: teller('mitigation_stale', (facts) => `did not apply ${about(facts)}${afterColon(facts.finding)}`),
  verification: teller('verification', (facts) => {
    const rows = facts.checks.map((check) => `${check.title}: ${valueText(check.before)} before, ${valueText(check.after)} after`);
    return `checked ${about(facts)}: ${verdictWords[facts.verdict]}${rows.length === 0 ? '' : ` (${rows.join('; ')})`}`;
  }),
} as const;

function valueText(value: number | undefined): string {
  return value === undefined ? 'no value' : quantityText(value, '');
}
