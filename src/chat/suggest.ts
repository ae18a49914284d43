import { distance } from 'fastest-levenshtein';
import type { Command } from './command.ts';

/** The words by which a command can be called. */
export function callNames(command: Command): readonly string[] {
  return [command.name, ...command.aliases];
}

export function findCommand(commands: readonly Command[], word: string): Command | undefined {
  const wanted = word.toLowerCase();
  return commands.find((command) => callNames(command).includes(wanted));
}

/** The words that somebody may have meant, the closest first; empty when nothing comes near. */
export function closest(word: string, candidates: readonly string[], limit = 1): readonly string[] {
  const wanted = word.toLowerCase();
  if (wanted.length < 2) return [];
  return candidates
    .map((candidate) => ({ candidate, far: farness(wanted, candidate.toLowerCase()) }))
    .filter(({ candidate, far }) => far <= Math.max(1, Math.floor(Math.max(wanted.length, candidate.length) / 3)))
    .sort((a, b) => a.far - b.far)
    .slice(0, limit)
    .map(({ candidate }) => candidate);
}

/** The beginning of a word is nearest, then the same letters in another order ("akc"), then what takes the fewest changes. */
function farness(wanted: string, candidate: string): number {
  if (candidate.startsWith(wanted)) return 0.5;
  return letters(wanted) === letters(candidate) ? 1 : distance(wanted, candidate);
}

function letters(word: string): string {
  return Array.from(word).sort().join('');
}

/** The command whose name or alias comes nearest to a misspelt word. */
export function suggestCommand(commands: readonly Command[], word: string): Command | undefined {
  const [best] = closest(word, commands.flatMap(callNames));
  return best === undefined ? undefined : findCommand(commands, best);
}
