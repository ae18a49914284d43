import type { Block, Message } from '../../src/chat/message.ts';

export function messageOf(...blocks: readonly Block[]): Message {
  return { summary: 'INC-7 something broke', blocks };
}

/** The texts of all text objects of one kind. */
export function textsIn(value: unknown, type: 'mrkdwn' | 'plain_text'): string[] {
  if (Array.isArray(value)) return value.flatMap((one) => textsIn(one, type));
  if (typeof value !== 'object' || value === null) return [];
  const own: unknown = Reflect.get(value, 'type') === type ? Reflect.get(value, 'text') : undefined;
  return [...(typeof own === 'string' ? [own] : []), ...Object.values(value).flatMap((inner) => textsIn(inner, type))];
}

export function tokensIn(text: string): string[] {
  return [...text.matchAll(/<[^<>]*>/g)].map(([token]) => token);
}
