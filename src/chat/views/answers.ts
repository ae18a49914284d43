import { StoreError } from '../../kernel/errors.ts';
import type { TocsinError } from '../../kernel/errors.ts';
import type { CommandWords } from '../command.ts';
import type { Block, Inline, Message } from '../message.ts';
import { code, textBlock } from './inline.ts';

/** One short answer to the person who asked. */
export function say(...content: readonly Inline[]): Message {
  return message(content, []);
}

/** An answer whose first line is also what a notification shows. */
export function message(first: readonly Inline[], blocks: readonly Block[]): Message {
  return { summary: plain(first), blocks: [textBlock(...first), ...blocks] };
}

/** The running text without its marks: what a screen reader says. */
export function plain(content: readonly Inline[]): string {
  return content.map(plainInline).join('');
}

function plainInline(inline: Inline): string {
  if (typeof inline === 'string') return inline;
  if (inline.type === 'user') return inline.name;
  if (inline.type === 'time') return `${inline.style === 'time' ? '' : `${inline.at.slice(0, 10)} `}${inline.at.slice(11, 16)} UTC`;
  return inline.text;
}

/** A reason or finding as a sentence: it may come from a rule, a person or a program. */
export function sentence(text: string): string {
  const trimmed = text.trim();
  // What a program printed stays as it is: "deployment.apps/web scaled", "7.42".
  const whole = /^[a-z]+ /.test(trimmed) ? trimmed.charAt(0).toUpperCase() + trimmed.slice(1) : trimmed;
  return / .*[\p{L}\d)"]$/u.test(whole) ? `${whole}.` : whole;
}

/** What was wrong with the arguments, how the command is used, and an example. */
export function complaint(command: CommandWords, slash: string, problem: string): Message {
  return message([problem], [textBlock('Usage: ', code(`${slash} ${command.usage}`)), examplesBlock(command.examples.slice(0, 2), slash)]);
}

function examplesBlock(examples: readonly string[], slash: string): Block {
  return textBlock(
    'For example: ',
    ...examples.flatMap((example, index): Inline[] => [...(index === 0 ? [] : [' or ']), code(`${slash} ${example}`)]),
  );
}

/** Why it did not happen, in words that are safe to show, and what to do next where the error knows it. */
export function failureText(error: TocsinError): string {
  if (error instanceof StoreError && error.recorded === 'unknown') {
    return `It is not known whether this was recorded. ${error.message} Look at the incident before you ask again.`;
  }
  const again = error.retryable && !/try again/i.test(error.message) ? ' Please try again in a moment.' : '';
  return `${error instanceof StoreError ? 'Nothing was recorded, and nothing was done. ' : ''}${error.message}${again}`;
}
