import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { commands } from '../../commands/index.ts';
import { callNames } from '../../src/chat/suggest.ts';
import { createTestChat, linesOf } from '../chat/chat-desk.ts';

describe('the registry', () => {
  it('holds every file of its folder once', () => {
    const files = readdirSync(fileURLToPath(new URL('../../commands', import.meta.url)));
    expect(commands.map(({ name }) => `${name}.ts`).sort()).toEqual(files.filter((file) => file !== 'index.ts').sort());
  });

  it('calls no two commands by the same word', () => {
    const names = commands.flatMap(callNames);
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
    expect(names.filter((name) => name !== name.toLowerCase())).toEqual([]);
  });

  it('has names that buttons can carry, and no alias that reads as an incident', () => {
    for (const { name } of commands) expect(name).toMatch(/^[a-z]+$/);
    for (const name of commands.flatMap(callNames)) expect(name).not.toMatch(/^(inc[-_]?|#)?\d+$/);
  });

  it.each(commands.map((command) => [command.name, command] as const))('%s says how it is used', (name, command) => {
    expect(command.usage.split(' ')[0]).toBe(name);
    expect(command.summary.length).toBeLessThanOrEqual(80);
    expect(command.examples.length).toBeGreaterThan(0);
    for (const example of command.examples) expect(example.split(' ')[0]).toBe(name);
  });

  it.each(commands.flatMap(({ name, examples }) => examples.map((example) => [name, example] as const)))(
    '%s: its example %j works',
    async (_, example) => {
      const chat = createTestChat();
      await chat.open({ title: 'First' });
      const reply = await chat.say(
        example
          .replace('INC-12', 'INC-1')
          .replace('@ben', '<@U0BEN00000|ben>')
          .replace(' --runbook "upload latency"', ' --runbook "video processing"'),
      );
      expect(linesOf(reply)).not.toMatch(/For example:|I do not know|Something failed/);
    },
  );

  it('keeps the titles of its forms within what a chat can show', async () => {
    const chat = createTestChat();
    await chat.open();
    for (const { name } of commands) {
      const reply = await chat.openForm({ type: 'form', command: name, incident: 1 });
      if (reply.type !== 'form') continue;
      expect(reply.form.title.length).toBeLessThanOrEqual(24);
      expect(reply.form.submit.length).toBeLessThanOrEqual(24);
      const ids = reply.form.fields.map(({ id }) => id);
      expect(new Set(ids).size).toBe(ids.length);
    }
  });
});
