import { cutText } from '../../export/wording.ts';
import { changesThings } from '../../incidents/execution.ts';
import type { Execution, ExecutionState } from '../../incidents/execution.ts';
import type { Inline } from '../message.ts';
import { plain } from './answers.ts';
import { bold } from './inline.ts';

/** Where an execution stands: a sign and a word, because a sign alone is not read out. */
const states = {
  running: { sign: '▶️', word: 'running' },
  done: { sign: '✅', word: 'done' },
  skipped: { sign: '⏭️', word: 'skipped' },
  planning: { sign: '▶️', word: 'being planned' },
  proposed: { sign: '🟡', word: 'waits for approval' },
  approved: { sign: '▶️', word: 'approved, about to be applied' },
  applying: { sign: '▶️', word: 'being applied' },
  applied: { sign: '✅', word: 'applied' },
  failed: { sign: '❌', word: 'failed' },
  unknown: { sign: '❓', word: 'outcome unknown' },
  stale: { sign: '⚠️', word: 'not applied' },
  denied: { sign: '⛔', word: 'denied' },
  expired: { sign: '⌛', word: 'expired' },
  cancelled: { sign: '✖️', word: 'cancelled' },
} as const satisfies Record<ExecutionState, { sign: string; word: string }>;

/** "✅ done". A diagnostic that somebody ended was stopped, not cancelled. */
export function stateText(execution: Execution): string {
  const { sign, word } = states[execution.state];
  return `${sign} ${wordOf(execution, word)}`;
}

/** What becomes of an approved one. A request that is delivered again may find that it has ended long since. */
export function applyingText(execution: Execution): string {
  return execution.state === 'approved' || execution.state === 'applying' ? 'It is being applied' : `By now it is: ${stateText(execution)}`;
}

function wordOf(execution: Execution, word: string): string {
  if (execution.state === 'cancelled' && !changesThings(execution)) return 'stopped';
  if (execution.state === 'done' && execution.type === 'manual') return 'done by hand';
  return word;
}

/** "#3 · 5. Scale up the workers": what people call it, and by which number. */
export function executionName(execution: Execution): string {
  const { number, step, title, type } = execution;
  if (type === 'query') return `#${number} · Query`;
  const named = type === 'undo' || step === undefined ? title : `${step}. ${title}`;
  return `#${number} · ${cutText(named.replaceAll(/\s+/g, ' '), 150)}`;
}

/** "🟡 #3 · 5. Scale up the workers · waits for approval". */
export function titleLine(execution: Execution): readonly Inline[] {
  const [sign = '', ...words] = stateText(execution).split(' ');
  return [`${sign} `, bold(executionName(execution)), ` · ${words.join(' ')}`];
}

/** The same for whoever listens: without the sign. */
export function titleSpoken(execution: Execution): string {
  return plain(titleLine(execution).slice(1)).replaceAll(' · ', ', ').replace(', ', ' ');
}
