import type { Person } from '../incidents/incident.ts';

/**
 * What a person typed behind the command's name, as it is and as words. Mentions of people stand as `<@U123|name>`. It is well-formed: half of a
 * surrogate pair, which the timeline cannot seal, became the replacement character.
 */
export type Typed = { text: string; words: readonly string[] };

export const nothingTyped: Typed = { text: '', words: [] };

export function readTyped(text: string): Typed {
  const trimmed = text.toWellFormed().trim();
  return { text: trimmed, words: trimmed === '' ? [] : trimmed.split(/\s+/) };
}

/** What a person filled in, by field id, well-formed too. */
export function readAnswers(answers: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(answers).map(([field, answer]) => [field, answer.toWellFormed()]));
}

/** Who it is, as the timeline can seal it. */
export function readPerson({ id, name }: Person): Person {
  return { id: id.toWellFormed(), name: name.toWellFormed() };
}

/** The first word and what follows it, with the line breaks in it kept. */
export function splitFirst(typed: Typed): { first: string; rest: Typed } {
  const first = typed.words[0] ?? '';
  return { first, rest: readTyped(typed.text.slice(first.length)) };
}

function withoutLast(typed: Typed): Typed {
  return readTyped(typed.text.slice(0, typed.text.length - (typed.words.at(-1)?.length ?? 0)));
}

const marked = /^(?:inc[-_]?|#)([1-9]\d{0,8})[:,.]?$/i;
const bare = /^([1-9]\d{0,8})(:?)$/;

/** Reads one word as an incident's number. `marked` ones (INC-12, #12, 12:) can hardly mean anything else. */
export function readNumber(word: string): { number: number; marked: boolean } | undefined {
  const explicit = marked.exec(word);
  if (explicit !== null) return { number: Number(explicit[1]), marked: true };
  const plain = bare.exec(word);
  return plain === null ? undefined : { number: Number(plain[1]), marked: plain[2] === ':' };
}

/** Which incident a person named. One that is not `certain` may be part of what they say, and counts only when nothing else tells. */
export type Reference = { number: number; certain: boolean };

/**
 * Takes a reference off the beginning or the end. In a person's own words neither "2 of 5 workers are back" nor "same cause as INC-3" is
 * certain to name the incident, and a bare number at the end never does ("replicas are now 10").
 */
export function takeReference(typed: Typed, words: WordKind): { reference?: Reference; rest: Typed } {
  if (words === 'numbers') return takeNamed(typed);
  const freeText = words === 'free text';
  const { first, rest } = splitFirst(typed);
  const start = readNumber(first);
  if (start !== undefined)
    return { reference: { number: start.number, certain: !freeText || start.marked || typed.words.length === 1 }, rest };
  const end = readNumber(typed.words.at(-1) ?? '');
  if (end === undefined || (freeText && !end.marked)) return { rest: typed };
  return { reference: { number: end.number, certain: !freeText }, rest: withoutLast(typed) };
}

/** What stands behind a command: nothing or names, a person's own words, or numbers of its own (steps, executions). */
export type WordKind = 'names' | 'free text' | 'numbers';

/** Where bare numbers mean something else, an incident is always called INC-12. */
function takeNamed(typed: Typed): { reference?: Reference; rest: Typed } {
  // "approve 3 INC-12": of two words the other one is the number meant.
  const last = typed.words.length === 2 && /^inc/i.test(typed.words[1] ?? '') ? readNumber(typed.words[1] ?? '') : undefined;
  if (last !== undefined) return { reference: { number: last.number, certain: true }, rest: withoutLast(typed) };
  const { first, rest } = splitFirst(typed);
  const number = /^inc/i.test(first) ? readNumber(first)?.number : undefined;
  return number === undefined ? { rest: typed } : { reference: { number, certain: true }, rest };
}

const mention = /^<@([A-Z0-9]+)(?:\|([^>]*))?>$/;

/** Reads a mention of a person. */
export function readMention(word: string): { id: string; name?: string } | undefined {
  const match = mention.exec(word);
  if (match === null) return undefined;
  const [, id, name] = match;
  return id === undefined ? undefined : { id, ...(name === undefined || name === '' ? {} : { name }) };
}

/** The text as people read it: mentions become names, so that stored words make sense without the chat platform. */
export function readableText(text: string): string {
  return text.replace(
    /<@([A-Z0-9]+)(?:\|([^>]*))?>/g,
    (_, id: string, name: string | undefined) => `@${name === undefined || name === '' ? id : name}`,
  );
}
