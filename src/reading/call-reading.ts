import type { Need } from '../doors/kubectl/verb.ts';
import type { CallWord } from './call-word.ts';

/** What a call does: `pure` turns text into text; `manual` cannot run from chat. */
type CallEffect = 'pure' | 'read' | 'change' | 'manual';

/** One program that a command calls, however deep inside of it. */
export type CallReading = {
  program: string;
  words: readonly CallWord[];
  effect: CallEffect;
  /** Whether it can be taken back afterwards; of changes only. */
  isUndoable: boolean;
  /** One of the programs that reach outside: kubectl, oc, curl, wget. */
  isDoor: boolean;
  /** Its own parser knows the verb and every flag. */
  isTyped: boolean;
  needs: readonly Need[];
  /** "get", "rollout restart", "GET". */
  verb?: string;
  reason?: string;
  fix?: string;
};

/** A call that is not one of the doors'. */
export function otherCall(
  words: readonly CallWord[],
  told: Pick<CallReading, 'effect' | 'isTyped'> & { reason?: string; fix?: string },
): CallReading {
  return { program: words[0]?.text ?? '', words, isUndoable: false, isDoor: false, needs: [], ...told };
}
