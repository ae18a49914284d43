import { describe, expect, it } from 'vitest';
import { asMention, commandOf } from '../../src/web/workspace/compose/command.ts';
import { keyOrder } from '../../src/web/workspace/compose/keys.ts';
import { subcommands, suggest } from '../../src/web/workspace/compose/suggest.ts';
import { workspace } from './support/scope.ts';

const at = (text: string, inThread = false) => suggest({ text, caret: text.length, inThread, workspace: workspace() });

describe('suggestions', () => {
  it('offers the commands with their usage', () => {
    expect(at('/').items).toEqual([
      {
        id: '/incident',
        label: '/incident help | ack | status | run <step> | resolve',
        description: 'Run an incident',
        text: '/incident ',
        caret: 10,
      },
    ]);
    expect(at('/INC').items.map((item) => item.id)).toEqual(['/incident']);
    expect(at('/other').items).toEqual([]);
  });

  it('offers the subcommands of a usage hint, without taking Enter', () => {
    const suggestions = at('/incident r');
    expect(suggestions.items.map((item) => item.text)).toEqual(['/incident run ', '/incident resolve ']);
    expect(suggestions.takesFirst).toBe(false);
    expect(at('/incident run step').usage).toBe('/incident help | ack | status | run <step> | resolve');
    expect(at('/incident run step').items).toEqual([]);
  });

  it('offers nothing for a command in a thread', () => expect(at('/inc', true).items).toEqual([]));

  it('offers people by handle or name, in the middle of a text too', () => {
    expect(at('ask @oka').items).toEqual([
      { id: 'U2', label: '@ben', description: 'Ben Okafor, Second on-call', text: 'ask @ben ', caret: 9 },
    ]);
    expect(suggest({ text: 'hi @be, look', caret: 6, inThread: true, workspace: workspace() }).items[0]?.text).toBe('hi @ben , look');
    expect(at('@toc').items.map((item) => item.description)).toEqual(['Tocsin, app']);
    expect(at('mail me@ben').items).toEqual([]);
    expect(at('see #inc').items.map((item) => item.text)).toEqual(['see #incidents ']);
  });

  it('reads the words of a usage hint', () => {
    const words = (usageHint: string) => subcommands({ usageHint, subcommands: [] }).map(({ name }) => name);
    expect(words('[status | ack [id] | mitigate <step> | status]')).toEqual(['status', 'ack', 'mitigate']);
    expect(words('<text>')).toEqual([]);
  });

  describe('of a command that lists its words', () => {
    const listing = workspace({
      commands: [
        {
          command: '/incident',
          description: 'Run an incident',
          usageHint: 'help | ack',
          subcommands: [
            { name: 'ack', usage: 'ack [INC-12]', summary: 'Say that you are on it' },
            { name: 'note', usage: 'note [INC-12] text', summary: 'Write down what you saw' },
          ],
        },
      ],
    });
    const typing = (text: string, inThread = false) => suggest({ text, caret: text.length, inThread, workspace: listing });

    it('each comes with its usage and with what it does', () => {
      expect(typing('/incident ').items).toEqual([
        { id: 'ack', label: '/incident ack [INC-12]', description: 'Say that you are on it', text: '/incident ack ', caret: 14 },
        { id: 'note', label: '/incident note [INC-12] text', description: 'Write down what you saw', text: '/incident note ', caret: 15 },
      ]);
      expect(typing('/incident note').usage).toBe('/incident note [INC-12] text');
      expect(typing('/incident note it is').usage).toBe('/incident note [INC-12] text');
      expect(typing('/incident bogus it is').usage).toBe('/incident help | ack');
    });

    it('the bot is offered the same words, in a thread too, and other people are not', () => {
      expect(typing('@tocsin n', true).items.map(({ text }) => text)).toEqual(['@tocsin note ']);
      expect(typing('@tocsin note it', true)).toMatchObject({ items: [], usage: '@tocsin note [INC-12] text' });
      expect(typing('@ben n', true)).toMatchObject({ items: [], usage: '' });
      expect(typing('hello @tocsin n', true).items).toEqual([]);
    });
  });
});

describe('keys', () => {
  const listed = { count: 2, chosen: 0, wouldChange: true };
  it.each([
    [{ key: 'Enter', shiftKey: false }, { count: 0, chosen: -1, wouldChange: true }, 'send'],
    [{ key: 'Enter', shiftKey: true }, listed, undefined],
    [{ key: 'Enter', shiftKey: false }, listed, 'take'],
    [{ key: 'Enter', shiftKey: false }, { ...listed, chosen: -1 }, 'send'],
    [{ key: 'Enter', shiftKey: false }, { ...listed, wouldChange: false }, 'send'],
    [{ key: 'Tab', shiftKey: false }, listed, 'take'],
    [{ key: 'Tab', shiftKey: true }, listed, undefined],
    [{ key: 'ArrowDown', shiftKey: false }, listed, 'next'],
    [{ key: 'Escape', shiftKey: false }, listed, 'close'],
    [{ key: 'Escape', shiftKey: false }, { ...listed, count: 0 }, undefined],
    [{ key: 'a', shiftKey: false }, listed, undefined],
  ] as const)('%o with %o', (event, state, order) => expect(keyOrder(event, state)).toBe(order));
});

describe('commands', () => {
  it('are told from messages, and become a mention for a thread', () => {
    expect(commandOf('/incident ack 42')).toBe('/incident');
    expect(commandOf('/incident')).toBe('/incident');
    expect(commandOf('/ slash')).toBeUndefined();
    expect(commandOf('/var/log is full')).toBeUndefined();
    expect(commandOf('see /incident')).toBeUndefined();
    expect(asMention('/incident ack 42', 'tocsin')).toBe('@tocsin ack 42');
  });
});
