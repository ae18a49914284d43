import type { Instant } from '../kernel/instant.ts';
import type { Action } from './action.ts';

/**
 * A piece of running text. Plain strings are data: whatever stands in them is shown as it is, markup and mentions included.
 * `missing` is a hole that nobody could fill yet and must be seen as one.
 */
export type Inline =
  | string
  | { type: 'bold'; text: string }
  | { type: 'italic'; text: string }
  | { type: 'code'; text: string }
  | { type: 'link'; url: string; text: string }
  | { type: 'user'; id: string; name: string }
  | { type: 'time'; at: Instant; style: 'time' | 'date_time' }
  | { type: 'missing'; text: string };

export type Button = {
  action: Action;
  label: string;
  style?: 'primary' | 'danger';
  /** Read out by screen readers: says which incident it is about. */
  description: string;
  confirm?: { title: string; text: string; confirm: string; deny: string };
};

/** A choice that opens from a "More..." button. At most five items. */
export type Menu = { label: string; description: string; items: readonly { action: Action; label: string }[] };

export type Block =
  | { type: 'heading'; text: string }
  | { type: 'text'; content: readonly Inline[] }
  | { type: 'fields'; fields: readonly { label: string; content: readonly Inline[] }[] }
  | { type: 'list'; items: readonly (readonly Inline[])[] }
  | { type: 'quote'; lines: readonly (readonly Inline[])[] }
  | { type: 'code'; text: string }
  | { type: 'context'; content: readonly Inline[] }
  | { type: 'divider' }
  | { type: 'actions'; buttons: readonly Button[]; menu?: Menu };

/** A message in our own words; src/slack draws it. `summary` is what a notification shows and a screen reader reads: at most about 300 characters. */
export type Message = { summary: string; blocks: readonly Block[]; file?: MessageFile };

/** A file that is the message: it is posted once, with the summary beside it, and never edited. The name is unique within the thread. */
export type MessageFile = { name: string; title: string; base64: string };
