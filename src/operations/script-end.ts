import type { CallRecord, ScriptResult } from '../interpreter/script.ts';

/** How a script came out for people, beyond its exit status, which is only that of its last line. */
export type ScriptEnd = {
  isGood: boolean;
  /** Calls that ended badly, and that the script does not deal with itself. */
  failed: readonly CallRecord[];
  /** The last filter found nothing, which is an answer and no failure. */
  matchedNothing: boolean;
};

/** Ways in which a script deals with a command that fails. */
const dealsWithFailure = /\|\||\b(?:if|while|until|elif)\b|(?:^|[\s;&|(])!\s/m;

export function scriptEnd(text: string, result: ScriptResult): ScriptEnd {
  const bad = result.calls.filter(({ exitCode }) => exitCode !== undefined && exitCode !== 0);
  const failed = dealsWithFailure.test(text) ? [] : bad;
  const matchedNothing = result.exitCode === 1 && bad.length === 0 && endsInSearch(text) && result.ended === 'finished';
  const isGood =
    result.ended === 'finished' && result.refusals.length === 0 && failed.length === 0 && (result.exitCode === 0 || matchedNothing);
  return { isGood, failed, matchedNothing };
}

/** Whether the last line of a script ends in a search through what the others printed. */
function endsInSearch(text: string): boolean {
  const [last = ''] = text.trimEnd().split('\n').slice(-1);
  return /\|\s*(?:[ef]?grep)\s[^|]*$/.test(last);
}
