import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Block, Inline, Message } from '../../src/chat/message.ts';
import { toInstant } from '../../src/kernel/instant.ts';
import { acceptBlocks } from '../../src/simulator/slack/blocks/accept.ts';
import { cleanText, escapeText } from '../../src/slack/render/escape.ts';
import { drawForm } from '../../src/slack/render/form.ts';
import { drawMessage, drawPlain, textLength } from '../../src/slack/render/message.ts';
import { messageOf, textsIn, tokensIn } from './drawn.ts';

const nasty = fc.constantFrom(
  '<!channel>',
  '<!here|x>',
  '<@U0ANA00000>',
  '<http://evil.example|click>',
  '&lt;!channel&gt;',
  '&amp;',
  '`code`',
  '```\nfence',
  '*bold* _it_ ~no~',
  '\u202Eevil\u202C',
  'a\u200Bb',
  '\u0000\u0007',
  '👩‍🚒',
  'x'.repeat(300),
  '<'.repeat(300),
  '>quote',
  '|',
  '\n',
);
const text = fc.oneof(nasty, fc.string({ unit: 'grapheme', maxLength: 80 }), fc.string({ unit: 'binary', maxLength: 40 }));
const texts = fc.array(text, { maxLength: 6 }).map((parts) => parts.join(' '));
const at = fc.date({ min: new Date(0), max: new Date('2100-01-01'), noInvalidDate: true }).map(toInstant);
const inline: fc.Arbitrary<Inline> = fc.oneof(
  texts,
  fc.record({ type: fc.constantFrom('bold' as const, 'italic' as const, 'code' as const, 'missing' as const), text: texts }),
  fc.record({ type: fc.constant('link' as const), url: fc.oneof(fc.webUrl(), texts, fc.constant('javascript:alert(1)')), text: texts }),
  fc.record({ type: fc.constant('user' as const), id: fc.oneof(fc.constant('U0ANA00000'), texts), name: texts }),
  fc.record({ type: fc.constant('time' as const), at, style: fc.constantFrom('time' as const, 'date_time' as const) }),
);
const line = fc.array(inline, { maxLength: 6 });
const action = fc.constantFrom(
  { type: 'run' as const, command: 'ack', incident: 7 },
  { type: 'form' as const, command: 'resolve', incident: 7 },
);
const button = fc.record({ action, label: texts, description: texts });
const block: fc.Arbitrary<Block> = fc.oneof(
  fc.record({ type: fc.constant('heading' as const), text: texts }),
  fc.record({ type: fc.constantFrom('text' as const, 'context' as const), content: line }),
  fc.record({ type: fc.constant('fields' as const), fields: fc.array(fc.record({ label: texts, content: line }), { maxLength: 14 }) }),
  fc.record({ type: fc.constant('list' as const), items: fc.array(line, { maxLength: 15 }) }),
  fc.record({ type: fc.constant('quote' as const), lines: fc.array(line, { maxLength: 20 }) }),
  fc.record({ type: fc.constant('code' as const), text: fc.array(texts, { maxLength: 12 }).map((lines) => lines.join('\n')) }),
  fc.record({ type: fc.constant('divider' as const) }),
  fc.record({
    type: fc.constant('actions' as const),
    buttons: fc.array(button, { maxLength: 30 }),
    menu: fc.record({ label: texts, description: texts, items: fc.array(fc.record({ action, label: texts }), { maxLength: 8 }) }),
  }),
);
const message: fc.Arbitrary<Message> = fc.record({ summary: texts, blocks: fc.array(block, { maxLength: 60 }) });

describe('drawing', () => {
  it('loses nothing that can be seen and lets nothing through that Slack would act on', () => {
    fc.assert(
      fc.property(texts, (given) => {
        const escaped = escapeText(given);
        expect(escaped).not.toMatch(/[<>]/);
        expect(escaped.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&')).toBe(cleanText(given));
      }),
      { endOnFailure: true },
    );
  });

  it('makes what the platform accepts, whatever it is given', () => {
    fc.assert(
      fc.property(message, (given) => {
        const { text: fallback, blocks } = drawMessage(given);
        expect(() => acceptBlocks(blocks, 12_000)).not.toThrow();
        expect(blocks.length).toBeLessThanOrEqual(50);
        expect(textLength(blocks)).toBeLessThanOrEqual(8000);
        for (const one of [fallback, drawPlain(given).text]) {
          expect(one.trim()).not.toBe('');
          expect(Array.from(one).length).toBeLessThanOrEqual(3000);
        }
      }),
      { numRuns: 60, endOnFailure: true },
    );
  });

  it('never cuts an entity or a token, and makes no token but its own', () => {
    const own = /^<(@U0ANA00000|!date\^\d+\^[^|<>]+\|[^|<>]+ UTC|https?:\/\/[^|<>]+\|[^|<>]+)>$/;
    fc.assert(
      fc.property(message, (given) => {
        for (const one of [drawMessage(given).text, drawPlain(given).text, ...textsIn(drawMessage(given).blocks, 'mrkdwn')]) {
          expect(one.replaceAll(/&(amp|lt|gt);/g, '')).not.toContain('&');
          for (const token of tokensIn(one)) expect(token).toMatch(own);
          expect(one.replaceAll(/<[^<>]*>/g, '')).not.toContain('<');
        }
      }),
      { numRuns: 60, endOnFailure: true },
    );
  });

  it('keeps the buttons of a message that is too long', () => {
    const long = messageOf(...Array.from({ length: 60 }, (): Block => ({ type: 'text', content: ['word '.repeat(300)] })), {
      type: 'actions',
      buttons: [{ action: { type: 'run', command: 'ack', incident: 7 }, label: 'Acknowledge', description: 'Acknowledge INC-7' }],
    });
    const drawn = drawMessage(long);
    expect(JSON.stringify(drawn.blocks)).toContain('run:ack:7');
    expect(textsIn(drawn.blocks, 'mrkdwn').at(-1)).toBe('Shortened to fit.');
  });

  it('makes forms whose answers can be read back by their ids', () => {
    fc.assert(
      fc.property(fc.array(texts, { maxLength: 5 }), texts, (labels, title) => {
        const view = drawForm({
          action: { type: 'form', command: 'update', incident: 7 },
          title,
          submit: title,
          fields: labels.map((label, index) => ({ type: 'text', id: `field-${index}`, label, initial: label })),
        });
        expect(Array.from(view.title.text).length).toBeLessThanOrEqual(24);
        expect(view.blocks.map((one) => one.block_id)).toEqual(labels.map((_, index) => `field-${index}`));
      }),
    );
  });
});
