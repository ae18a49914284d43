import { globalFlags } from './global-flags.ts';
import type { Verb } from './verb.ts';

/** The verb of a command line and the words that are left without it; or the words where a verb should be. */
export type FoundVerb = { type: 'verb'; verb: Verb; rest: readonly string[] } | { type: 'none'; words: readonly string[]; group: string };

/**
 * Finds the verb as cobra does: words that may be values of flags in front of it are skipped, and a verb of two words ("rollout status") may have flags between
 * them.
 */
export function findVerb(argv: readonly string[], verbs: readonly Verb[]): FoundVerb {
  const spelled = verbs.flatMap((verb) => [verb.name, ...(verb.aliases ?? [])].map((words) => ({ words: words.split(' '), verb })));
  const taken: number[] = [];
  let prefix: string[] = [];
  for (const index of wordPlaces(argv)) {
    const next = [...prefix, argv[index] ?? ''];
    const candidates = spelled.filter(({ words }) => next.every((word, place) => words[place] === word));
    if (candidates.length === 0) break;
    taken.push(index);
    prefix = next;
    if (candidates.every(({ words }) => words.length === next.length)) break;
  }
  const found = spelled.find(({ words }) => words.length === prefix.length && words.every((word, place) => prefix[place] === word));
  if (found === undefined) return { type: 'none', words: wordPlaces(argv).map((index) => argv[index] ?? ''), group: prefix.join(' ') };
  return { type: 'verb', verb: found.verb, rest: argv.filter((_, index) => !taken.includes(index)) };
}

/** Where the words that are neither flags nor values of flags stand, before `--`, as far as can be told before the verb is known. */
function wordPlaces(argv: readonly string[]): number[] {
  const places: number[] = [];
  for (let index = 0; index < argv.length; index += 1) {
    const word = argv[index] ?? '';
    if (word === '--') break;
    if (!word.startsWith('-')) {
      if (word !== '') places.push(index);
    } else if (takesNextWord(word)) index += 1;
  }
  return places;
}

function takesNextWord(word: string): boolean {
  if (word.includes('=')) return false;
  if (word.startsWith('--')) return globalFlags.find((flag) => flag.name === word.slice(2))?.value !== 'none';
  return word.length === 2 && globalFlags.find((flag) => flag.short === word.slice(1))?.value !== 'none';
}
