import { z } from 'zod';
import { cutText } from '../export/wording.ts';
import { phases, severities } from '../incidents/incident.ts';
import type { Phase, Role, Severity } from '../incidents/incident.ts';
import { TocsinError } from '../kernel/errors.ts';
import { readableText } from './typed.ts';
import type { Typed } from './typed.ts';

/** What was typed behind a command, for schemas to start from. */
export const typedSchema = z.custom<Typed>((value) => typeof value === 'object' && value !== null && 'words' in value);

/** Reads what a form is about. Throws TocsinError `invalid` with the first complaint. */
export function readArguments<A>(schema: z.ZodType<A, Typed>, typed: Typed): A {
  const read = schema.safeParse(typed);
  if (read.success) return read.data;
  throw new TocsinError('invalid', read.error.issues[0]?.message ?? 'That could not be read.');
}

/** Arguments of a command that takes none: what is typed anyway is refused, not overlooked. */
export const noArguments = nothingMore((text) => `This takes nothing but the incident, and "${text}" is not one.`);

/** The same, of a command that is about no incident in particular. */
export const noWords = nothingMore((text) => `This takes no further words: "${text}" is too much.`);

function nothingMore(complaint: (text: string) => string): z.ZodType<Record<string, never>, Typed> {
  return typedSchema.transform(({ text }, context): Record<string, never> => {
    if (text !== '') context.addIssue({ code: 'custom', message: complaint(cutText(text, 60)) });
    return {};
  });
}

/** The longest text that people may put into an incident: what a chat form and a message carry. */
export const maxTextLength = 3000;

/** A person's own words; `what` names them in complaints. */
export function wordsSchema(what: string): z.ZodType<string, string> {
  return z
    .string({ error: `Write the ${what}.` })
    .trim()
    .min(1, { error: `Write the ${what}.` })
    .max(maxTextLength, { error: `The ${what} is too long: at most ${maxTextLength} characters fit.` })
    .transform(readableText);
}

/** The whole of what was typed, as a person's own words. */
export function textArgument(what: string): z.ZodType<{ text: string }, Typed> {
  return typedSchema.transform(({ text }) => ({ text })).pipe(z.object({ text: wordsSchema(what) }));
}

/** The same, where nothing typed is fine. */
export function optionalTextArgument(what: string): z.ZodType<{ text?: string | undefined }, Typed> {
  return typedSchema
    .transform(({ text }): { text?: string | undefined } => (text === '' ? {} : { text }))
    .pipe(z.object({ text: wordsSchema(what).optional() }));
}

const severityNames: Readonly<Record<Severity, readonly string[]>> = {
  critical: ['critical', 'crit', 'sev1', 'sev-1', 'p1'],
  warning: ['warning', 'warn', 'sev2', 'sev-2', 'p2'],
  info: ['info', 'information', 'sev3', 'sev-3', 'p3'],
};

export function readSeverity(word: string): Severity | undefined {
  return severities.find((severity) => severityNames[severity].includes(word.toLowerCase()));
}

const roleNames: Readonly<Record<Role, readonly string[]>> = {
  commander: ['ic', 'commander', 'incident-commander', 'lead'],
  communications: ['comms', 'communications', 'communication', 'comm'],
  scribe: ['scribe'],
};

export function readRole(word: string): Role | undefined {
  const roles: readonly Role[] = ['commander', 'communications', 'scribe'];
  return roles.find((role) => roleNames[role].includes(word.toLowerCase()));
}

/** The phases that an update may announce: "resolved" is announced by resolving. */
export const updatePhases = phases.filter((phase) => phase !== 'resolved');
export type UpdatePhase = Exclude<Phase, 'resolved'>;

export function readPhase(word: string): UpdatePhase | undefined {
  return updatePhases.find((phase) => phase === word.toLowerCase().replace(/[:,]$/, ''));
}
