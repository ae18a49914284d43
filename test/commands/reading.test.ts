import { describe, expect, it } from 'vitest';
import { createTestChat, linesOf, messageOf, openCritical } from '../chat/chat-desk.ts';
import { ben } from '../support/desk.ts';

describe('list, now, show, catchup, timeline, export', () => {
  it('list what is open first, what is only listed, what is over', async () => {
    const chat = createTestChat();
    await chat.open({ title: 'Old' });
    await chat.say('resolve INC-1 done');
    await chat.open({ title: 'Mild', severity: 'warning' });
    await chat.open({ title: 'Note', severity: 'info' });
    await chat.open({ title: 'Grave', severity: 'critical' });
    chat.clock.advance(3 * 60_000);
    expect(await chat.hear('list')).toBe(
      [
        '2 incidents open',
        '- 🔴 Critical · INC-4 Grave · triggered · 3 min · no IC',
        '- 🟠 Warning · INC-2 Mild · triggered · 3 min · no IC',
        'For information only',
        '- 🔵 Info · INC-3 Note · triggered · 3 min',
        'Resolved lately',
        '- 🟠 Warning · INC-1 Old · resolved 3 min ago',
        '  (One of them in full: /incident show INC-4 · something new? /incident declare)',
      ].join('\n'),
    );
  });

  it('say what needs this person now, with buttons that do it', async () => {
    const chat = createTestChat();
    await chat.open({ title: 'Mild' });
    await chat.open({ title: 'Grave', severity: 'critical' });
    await chat.say('ack INC-1', { by: ben });
    const reply = messageOf(await chat.say(''));
    const text = linesOf({ type: 'message', message: reply });
    expect(text).toMatch(
      /1 incident waits for somebody to acknowledge\.\nWaiting for somebody\n- .*INC-2 Grave.*Next: acknowledge it\nWith others\n- .*INC-1 Mild/,
    );
    const actions = reply.blocks.find((block) => block.type === 'actions');
    expect(actions?.buttons.map(({ action }) => action)).toEqual([
      { type: 'run', command: 'ack', incident: 2 },
      { type: 'run', command: 'show', incident: 1 },
      { type: 'form', command: 'declare' },
    ]);
    await chat.say('ack INC-2');
    expect(await chat.hear('')).toContain('You are on 1 incident.');
    expect(await chat.hear('', { by: { id: 'U9', name: 'cleo' } })).toContain('others are on what is open');
  });

  it('show the drafts as drafts', async () => {
    const chat = createTestChat();
    await openCritical(chat);
    const text = await chat.hear('show');
    expect(text).toContain('Customer Communication · draft, nobody has sent it');
    expect(text).toContain('Resolution Update · draft, nobody has sent it');
    expect(text).toContain('> - Root cause: [? Brief description]');
    expect(text).toContain('Still to fill in: Root cause, Resolution, Prevention and Monitoring');
    expect(await chat.hear('INC-1')).toBe(text);
    expect(await chat.hear('1')).toBe(text);
  });

  it('catch people up from the record alone', async () => {
    const chat = createTestChat();
    await openCritical(chat);
    await chat.say('ack');
    await chat.say('note The deploy looks guilty');
    chat.clock.advance(14 * 60_000);
    const text = await chat.hear('catchup');
    expect(text).toContain('🔴 Critical · Investigating · 14 min · no incident commander · acknowledged by @ana');
    expect(text).toContain('- 2026-03-01 03:00 · @ana noted: The deploy looks guilty');
    expect(text).toContain('- Nobody has these roles: incident commander, communications lead and scribe.');
    expect(text).toContain('- Not known yet: Current error rate and ETA.');
    expect(text).toContain('Next: somebody takes IC');
    expect(await chat.hear('catchup')).toBe(text);
    expect(text.split('\n').filter((line) => line.startsWith('- 2026'))).toHaveLength(4);
  });

  it('show the latest of the timeline and how to get it all', async () => {
    const chat = createTestChat();
    await chat.open();
    for (let index = 1; index <= 20; index += 1) await chat.say(`note thought ${index}.`);
    const lines = (await chat.hear('timeline')).split('\n');
    expect(lines[0]).toBe('Timeline of INC-1, the last 15 of 21 entries');
    expect(lines.filter((line) => line.startsWith('- 2026-03-01 03:00 · @ana noted: thought'))).toHaveLength(15);
    expect(lines.at(-1)).toContain('/incident export INC-1');
  });

  it('link to both forms of the export', async () => {
    const chat = createTestChat();
    await chat.open();
    const text = JSON.stringify(messageOf(await chat.say('export')));
    expect(text).toContain('https://tocsin.example/export/1.md');
    expect(text).toContain('https://tocsin.example/export/1.json');
    expect(text).toContain('tocsin verify FILE');
  });
});
