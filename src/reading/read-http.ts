import { readCurl } from '../doors/curl/read-curl.ts';
import { readWget } from '../doors/wget/read-wget.ts';
import type { CallReading } from './call-reading.ts';
import type { CallWord } from './call-word.ts';

/** Reads a call of curl or wget by the door's own parser. */
export function readHttp(words: readonly CallWord[]): CallReading {
  const [program = '', ...argv] = words.map((word) => word.text);
  const call = program === 'wget' ? readWget(argv) : readCurl(argv);
  const base = { program, words, isUndoable: false, isDoor: true, needs: [] } as const;
  const isTyped = !('problem' in call && / is unknown| requires parameter/.test(call.problem));
  const verb = 'method' in call ? { verb: call.method } : {};
  const { effect } = call;
  if (effect.type !== 'manual') return { ...base, ...verb, isTyped, effect: effect.type };
  return { ...base, ...verb, isTyped, effect: 'manual', reason: effect.reason, ...(effect.fix === undefined ? {} : { fix: effect.fix }) };
}
