import { actorText } from '../../export/story.ts';
import type { Person } from '../../incidents/incident.ts';
import type { Instant } from '../../kernel/instant.ts';
import type { Actor } from '../../timeline/entry.ts';
import type { Block, Inline } from '../message.ts';

export function bold(text: string): Inline {
  return { type: 'bold', text };
}

export function code(text: string): Inline {
  return { type: 'code', text };
}

export function missing(text: string): Inline {
  return { type: 'missing', text };
}

export function personInline({ id, name }: Person): Inline {
  return { type: 'user', id, name };
}

/** A moment: the time alone on the day of `now`, with its date on any other. */
export function timeInline(at: Instant, now: Instant): Inline {
  return { type: 'time', at, style: at.slice(0, 10) === now.slice(0, 10) ? 'time' : 'date_time' };
}

export function actorInline(actor: Actor | undefined): Inline {
  return actor?.type === 'user' ? personInline(actor) : actorText(actor);
}

/** A link, or the bare words where there is no address to go to. */
export function linkInline(text: string, url: string | undefined): Inline {
  return url === undefined || !/^https?:\/\//i.test(url) ? text : { type: 'link', url, text };
}

export function textBlock(...content: readonly Inline[]): Block {
  return { type: 'text', content };
}

/** Several lines as one block: closer together than a block for each, which is what fits on a phone. */
export function linesBlock(lines: readonly (readonly Inline[])[]): Block {
  return { type: 'text', content: joined(lines, '\n') };
}

export function contextBlock(...content: readonly Inline[]): Block {
  return { type: 'context', content };
}

/** A person's words as a quote, line by line, without the empty lines at its ends. */
export function quoteBlock(text: string): Block {
  return {
    type: 'quote',
    lines: text
      .trim()
      .split(/\r?\n/)
      .map((line) => [line]),
  };
}

/** Puts a separator between groups of text, leaving out the groups that are empty. */
export function joined(groups: readonly (readonly Inline[])[], separator = ' · '): readonly Inline[] {
  return groups.filter((group) => group.length > 0).flatMap((group, index) => (index === 0 ? group : [separator, ...group]));
}
