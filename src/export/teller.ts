import type { Actor, EntryKind, TimelineEntry } from '../timeline/entry.ts';
import { actorOf, erasedParts, factsOf } from './entry-parts.ts';
import type { FactsOf } from './entry-parts.ts';

/** Puts the facts of a kind into words; says so when they were erased or cannot be read. */
export function teller<K extends EntryKind>(
  kind: K,
  words: (facts: FactsOf<K>, actor: Actor | undefined) => string,
): (entry: TimelineEntry) => string {
  return (entry) => {
    const facts = factsOf(entry, kind);
    if (facts !== undefined) return words(facts, actorOf(entry));
    const why = erasedParts(entry).includes('facts') ? 'the details were erased' : 'the details cannot be read';
    return `${kind.replaceAll('_', ' ')} (${why})`;
  };
}
