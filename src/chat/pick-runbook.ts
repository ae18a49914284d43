import { basename } from 'node:path/posix';
import { TocsinError } from '../kernel/errors.ts';
import type { Runbook } from '../runbooks/runbook.ts';
import { closest } from './suggest.ts';

/** The runbook that a person named, by its path, file name or title, whole or in part. Throws `invalid` with the names that come near. */
export function runbookNamed(runbooks: readonly Runbook[], name: string): Runbook {
  const wanted = simple(name);
  const exact = runbooks.filter((runbook) => namesOf(runbook).some((own) => simple(own) === wanted));
  const partly = exact.length > 0 ? exact : runbooks.filter((runbook) => namesOf(runbook).some((own) => simple(own).includes(wanted)));
  const [only] = partly;
  if (only !== undefined && partly.length === 1) return only;
  if (partly.length > 1)
    throw new TocsinError('invalid', `"${name}" fits ${partly.length} runbooks: ${titles(partly)}. Say more of the name.`);
  const near = closest(name, runbooks.flatMap(namesOf), 3);
  const hint = near.length > 0 ? ` Did you mean ${near.join(' or ')}?` : runbooks.length > 0 ? ` There is: ${titles(runbooks)}.` : '';
  throw new TocsinError('invalid', `There is no runbook called "${name}".${hint}`);
}

/** The one runbook whose title says what the incident's title says; undefined unless exactly one does. */
export function runbookForTitle(runbooks: readonly Runbook[], title: string): Runbook | undefined {
  const said = wordsOf(title);
  const fitting = runbooks.filter((runbook) => {
    const own = wordsOf(runbook.title);
    return contains(said, own) || contains(own, said);
  });
  const [only] = fitting;
  return fitting.length > 1 ? undefined : only;
}

function namesOf({ path, title }: Runbook): readonly string[] {
  return [title, basename(path).replace(/\.(md|markdown|txt)$/i, ''), path];
}

function titles(runbooks: readonly Runbook[]): string {
  return runbooks
    .slice(0, 5)
    .map(({ title }) => title)
    .join('; ');
}

function simple(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
}

function wordsOf(text: string): ReadonlySet<string> {
  return new Set(
    simple(text)
      .split(' ')
      .filter((word) => word !== '' && !fillers.has(word)),
  );
}

const fillers = new Set(['the', 'a', 'an', 'of', 'is', 'are', 'in', 'on', 'for', 'and', 'to', 'our']);
const minWords = 2;

/** Whether all words of `part` are in `whole`; one word alone is too little to tell. */
function contains(whole: ReadonlySet<string>, part: ReadonlySet<string>): boolean {
  return part.size >= minWords && [...part].every((word) => whole.has(word));
}
