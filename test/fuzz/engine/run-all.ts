import { fuzzTargets } from '../targets/index.ts';
import type { Checked, FuzzTarget } from './target.ts';

/** Every target gets its share of the cases, and at least this many. */
const leastCases = 20;

export function casesOf(target: FuzzTarget, all: number): number {
  const shares = fuzzTargets.filter(({ missing }) => missing === undefined).reduce((sum, { share }) => sum + share, 0);
  return Math.max(leastCases, Math.round((all * target.share) / shares));
}

/** How a finding is played again, whatever the number of cases was. */
function replayLine(target: FuzzTarget, { seed, path }: { seed: number; path: string }): string {
  return `npm run fuzz -- --target ${target.name} --seed ${seed}${path === '' ? '' : ` --path ${path}`}`;
}

/** A finding as it is printed: what was promised, the smallest case, what went wrong, and the line that replays it. */
export function describeFinding(target: FuzzTarget, seed: number, { finding }: Checked): string {
  if (finding === undefined) return '';
  const { example, message, path } = finding;
  return [`${target.name} promises: ${target.promises}`, `given: ${example}`, message, replayLine(target, { seed, path })].join('\n');
}
