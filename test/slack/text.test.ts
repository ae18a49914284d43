import { describe, expect, it } from 'vitest';
import { afterMention, inboundText } from '../../src/slack/inbound/text.ts';
import { readAction } from '../../src/slack/render/actions.ts';

describe('what people type', () => {
  it.each([
    ['ack INC-4', 'ack INC-4'],
    ['assign <@U0BEN00000|ben> commander', 'assign <@U0BEN00000|ben> commander'],
    ['update a &lt;b&gt; &amp;amp; c', 'update a <b> &amp; c'],
    ['see <https://example.com/x|example.com/x>', 'see https://example.com/x'],
    ['in <#C0INCIDENTS|incidents>', 'in #incidents'],
    ['tell <!subteam^S0ONCALL00|@on-call> and <!here>', 'tell @on-call and @here'],
    ['mail <mailto:a@example.com|a@example.com>', 'mail a@example.com'],
  ])('%s', (escaped, text) => {
    expect(inboundText(escaped)).toBe(text);
  });

  it.each([
    ['<@U0TOCSIN00> ack INC-4', 'ack INC-4'],
    ['<@U0TOCSIN00|tocsin>: ack', 'ack'],
    ['hey <@U0TOCSIN00>, status', 'status'],
    ['<@U0TOCSIN00>', ''],
    ['<@U0TOCSIN00> assign <@U0BEN00000>', 'assign <@U0BEN00000>'],
  ])('after a mention: %s', (text, rest) => {
    expect(afterMention(text, 'U0TOCSIN00')).toBe(rest);
    expect(afterMention(text, undefined)).toBe(rest);
  });
});

describe('what an element carries', () => {
  it('is read from its id, with or without the suffix, or from the chosen value', () => {
    const ack = { type: 'run', command: 'ack', incident: 7 };
    expect(readAction({ actionId: 'run:ack:7' })).toEqual(ack);
    expect(readAction({ actionId: 'run:ack:7#2' })).toEqual(ack);
    expect(readAction({ actionId: 'menu#3', selected: 'run:ack:7' })).toEqual(ack);
    expect(readAction({ actionId: 'something-else' })).toBeUndefined();
  });
});
