import { Registry } from 'prom-client';
import { describe, expect, it } from 'vitest';
import { createChatMetrics } from '../../src/chat/metrics.ts';
import { TocsinError } from '../../src/kernel/errors.ts';
import { ana } from '../support/desk.ts';
import { figure } from '../support/figures.ts';
import { channel, createTestChat } from './chat-desk.ts';
import type { TestChat } from './chat-desk.ts';

function measuredChat(desk: Parameters<typeof createTestChat>[0] = {}): {
  chat: TestChat;
  of: (labels: string) => Promise<number | undefined>;
} {
  const registry = new Registry();
  const chat = createTestChat({ ...desk, metrics: createChatMetrics(registry) });
  return { chat, of: (labels) => figure(registry, `tocsin_commands_total{${labels}}`) };
}

describe('the metrics of what people ask for', () => {
  it('count each by command, way and outcome, whatever alias was typed', async () => {
    const { chat, of } = measuredChat();
    await chat.open();
    await chat.say('acknowledge INC-1');
    await chat.say('list');
    await chat.handler.command({ text: '', person: ana, place: { channel }, cause: 'm', isMention: true });
    await chat.press({ type: 'run', command: 'timeline', incident: 1 });
    await chat.openForm({ type: 'form', command: 'update', incident: 1 });
    await chat.submit({ type: 'form', command: 'note', incident: 1 }, { text: 'It is the disk' });
    expect(await of('command="ack",way="typed",outcome="done"')).toBe(1);
    expect(await of('command="list",way="typed",outcome="done"')).toBe(1);
    expect(await of('command="now",way="mention",outcome="done"')).toBe(1);
    expect(await of('command="timeline",way="button",outcome="done"')).toBe(1);
    expect(await of('command="update",way="form_opened",outcome="form"')).toBe(1);
    expect(await of('command="note",way="form_sent",outcome="done"')).toBe(1);
  });

  it('tell what was refused from what failed', async () => {
    const { chat, of } = measuredChat();
    await chat.open();
    await chat.say('severity INC-1 purple');
    await chat.say('output INC-1 9');
    await chat.say('ack INC-77');
    await chat.submit({ type: 'form', command: 'note', incident: 1 }, {});
    await chat.press({ type: 'run', command: 'gone-since-last-year', incident: 1 });
    expect(await of('command="severity",way="typed",outcome="refused"')).toBe(1);
    expect(await of('command="output",way="typed",outcome="refused"')).toBe(1);
    expect(await of('command="ack",way="typed",outcome="refused"')).toBe(1);
    expect(await of('command="note",way="form_sent",outcome="refused"')).toBe(1);
    expect(await of('command="unknown",way="button",outcome="refused"')).toBe(1);
  });

  it('say when the store is away, and when it is our own fault', async () => {
    const list = { error: new TocsinError('unavailable', 'away') as Error };
    const { store } = createTestChat();
    const { chat, of } = measuredChat({ desk: { incidents: { ...store.incidents, list: () => Promise.reject(list.error) } } });
    await chat.say('list');
    list.error = new Error('a fault');
    await chat.say('list');
    expect(await of('command="list",way="typed",outcome="unavailable"')).toBe(1);
    expect(await of('command="list",way="typed",outcome="failed"')).toBe(1);
  });

  it('make no label of what people write', async () => {
    const registry = new Registry();
    const chat = createTestChat({ metrics: createChatMetrics(registry) });
    for (const text of ['frobnicate', '"} 1\ntocsin_up 0', 'list'.repeat(50), '../../etc/passwd', 'ACK!']) await chat.say(text);
    const commands = [...(await registry.metrics()).matchAll(/tocsin_commands_total\{command="([^"]*)"/g)].map(([, command]) => command);
    expect(new Set(commands)).toEqual(new Set(['unknown']));
  });

  it('time the whole of it', async () => {
    const registry = new Registry();
    const chat: TestChat = createTestChat({
      metrics: createChatMetrics(registry),
      desk: {
        people: {
          nameOf: async () => {
            chat.clock.advance(1500);
            return 'ana';
          },
        },
      },
    });
    await chat.open();
    await chat.say('assign INC-1 ic <@U0BEN00000>');
    expect(await figure(registry, 'tocsin_command_duration_seconds_sum{command="assign"}')).toBe(1.5);
  });
});
