import type { PlainTextElement } from '@slack/types';
import { cutPlain } from './escape.ts';

/** A text object that Slack shows literally, at most `limit` characters and never empty, which Slack refuses. */
export function plainText(text: string, limit: number): PlainTextElement {
  const cut = cutPlain(text, limit);
  return { type: 'plain_text', text: cut.trim() === '' ? '-' : cut, emoji: true };
}
