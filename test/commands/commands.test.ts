import { describe, expect, it } from 'vitest';
import { textOf } from '../../src/export/entry-parts.ts';
import { readTimeline } from '../../src/export/read-timeline.ts';
import type { Incident } from '../../src/incidents/incident.ts';
import { recordMeasurement } from '../../src/incidents/record.ts';
import { toInstant } from '../../src/kernel/instant.ts';
import { createTestChat, formOf, linesOf, openCritical, shippedRunbook } from '../chat/chat-desk.ts';
import type { TestChat } from '../chat/chat-desk.ts';
import { ana, ben } from '../support/desk.ts';

const kinds = async (chat: TestChat, incident: Incident) =>
  (await readTimeline(chat.desk.timeline, await chat.fresh(incident))).map(({ kind }) => kind);

describe('ack', () => {
  it('confirms, and whoever comes later hears who was first and when', async () => {
    const chat = createTestChat();
    const incident = await chat.open();
    expect(await chat.hear('ack')).toBe('You acknowledged INC-1. The thread shows it.');
    chat.clock.advance(5 * 60_000);
    expect(await chat.hear('ack', { by: ben })).toBe('@ana acknowledged INC-1 already, at 03:00 (5 min ago).');
    expect(await chat.hear('ack INC-1')).toBe('You acknowledged INC-1 already, at 03:00 (5 min ago).');
    expect((await kinds(chat, incident)).filter((kind) => kind === 'acknowledged')).toHaveLength(1);
  });

  it('answers a request that is delivered twice the same way, and does it once', async () => {
    const chat = createTestChat();
    const incident = await chat.open();
    const first = await chat.hear('ack', { cause: 'once' });
    expect(await chat.hear('ack', { cause: 'once' })).toBe(first);
    expect((await kinds(chat, incident)).filter((kind) => kind === 'acknowledged')).toHaveLength(1);
  });

  it('tells the truth to each of two people who press at the same time', async () => {
    const chat = createTestChat();
    await chat.open();
    const action = { type: 'run', command: 'ack', incident: 1 } as const;
    const answers = (await Promise.all([chat.press(action, { by: ana }), chat.press(action, { by: ben })])).map(linesOf);
    expect(answers.filter((text) => text.startsWith('You acknowledged INC-1.'))).toHaveLength(1);
    expect(answers.filter((text) => text.includes('acknowledged INC-1 already'))).toHaveLength(1);
  });

  it('says what to do when the incident is over', async () => {
    const chat = createTestChat();
    await chat.open();
    await chat.say('resolve INC-1 over');
    expect(await chat.hear('ack INC-1')).toBe('INC-1 cannot be acknowledged: it is resolved; reopen it first.');
  });
});

describe('lead and assign', () => {
  it('give roles to oneself, to others and to nobody', async () => {
    const chat = createTestChat();
    const incident = await chat.open();
    expect(await chat.hear('lead')).toBe('You are incident commander of INC-1 now. The thread shows it.');
    expect(await chat.hear('assign comms <@U0BEN00000|ben>')).toContain('@ben is communications lead of INC-1 now.');
    expect(await chat.hear('assign INC-1 scribe to me')).toContain('You are scribe of INC-1 now.');
    expect(await chat.hear('assign me as incident commander')).toContain('You are incident commander of INC-1 already.');
    expect(await chat.hear('assign ic none')).toContain('Nobody is incident commander of INC-1 now.');
    expect((await chat.fresh(incident)).roles).toEqual({ communications: ben, scribe: ana });
  });

  it('find out the name of a person who is known by id alone', async () => {
    const chat = createTestChat();
    const incident = await chat.open();
    await chat.say('assign ic <@U0BEN00000>');
    await chat.submit({ type: 'form', command: 'assign', incident: 1 }, { role: 'scribe', person: 'U0UNKNOWN' });
    expect((await chat.fresh(incident)).roles).toEqual({ commander: ben, scribe: { id: 'U0UNKNOWN', name: 'U0UNKNOWN' } });
  });

  it.each([
    ['assign foo', 'Say which role'],
    ['assign ic', 'Say who gets the role'],
    ['assign ic @ben', 'Say who gets the role'],
    ['assign comms me you', 'Say who gets the role'],
  ])('%j is answered with the usage and an example', async (text, problem) => {
    const chat = createTestChat();
    await chat.open();
    const answer = await chat.hear(text);
    expect(answer).toContain(problem);
    expect(answer).toContain('Usage: /incident assign');
    expect(answer).toContain('For example: /incident assign ic me');
  });

  it('take a role away by a form without a person', async () => {
    const chat = createTestChat();
    const incident = await chat.open();
    await chat.say('lead');
    const form = formOf(await chat.say('assign'));
    expect(form.fields.map(({ id }) => id)).toEqual(['role', 'person']);
    expect(linesOf(await chat.submit(form.action, { role: 'commander' }))).toContain('Nobody is incident commander');
    expect((await chat.fresh(incident)).roles).toEqual({});
  });
});

describe('note', () => {
  it('keeps the words as they are, with people by name', async () => {
    const chat = createTestChat();
    const incident = await chat.open();
    expect(await chat.hear('note 4 workers restarted by <@U0BEN00000|ben>\nerrors fall, now 10')).toContain(
      'Your note is on the timeline of INC-1.',
    );
    const entries = await readTimeline(chat.desk.timeline, await chat.fresh(incident));
    expect(entries.map(textOf).at(-1)).toBe('4 workers restarted by @ben\nerrors fall, now 10');
  });

  it('works after the end, and says so when the incident has no thread', async () => {
    const chat = createTestChat();
    await chat.open({ severity: 'info' });
    expect(await chat.hear('note a thought')).toContain('INC-1 has no thread');
    await chat.say('resolve INC-1 done');
    expect(await chat.hear('note INC-1 an afterthought')).toContain('Your note is on the timeline of INC-1.');
  });

  it('opens a form when nothing is typed, and keeps what was written when it cannot be taken', async () => {
    const chat = createTestChat();
    await chat.open();
    const form = formOf(await chat.say('note'));
    expect(form.action).toEqual({ type: 'form', command: 'note', incident: 1 });
    expect(await chat.submit(form.action, { text: '   ' })).toEqual({ type: 'invalid', errors: { text: 'Write the note.' } });
    expect(await chat.submit(form.action, { text: 'x'.repeat(3001) })).toMatchObject({ type: 'invalid', errors: { text: /too long/ } });
    expect(linesOf(await chat.submit(form.action, { text: 'seen' }))).toContain('Your note is on the timeline');
  });
});

describe('update', () => {
  it('posts words with a phase', async () => {
    const chat = createTestChat();
    const incident = await openCritical(chat);
    expect(await chat.hear('update Monitoring: The fix is out')).toBe('Your update is out for INC-1. The thread and the channel show it.');
    expect((await chat.fresh(incident)).latestUpdate).toMatchObject({ text: 'The fix is out', phase: 'monitoring' });
    await chat.say('update More to come');
    expect((await chat.fresh(incident)).latestUpdate).toMatchObject({ text: 'More to come', phase: 'monitoring' });
  });

  it('offers the runbook’s own words, filled with what is known, holes visible', async () => {
    const chat = createTestChat();
    const incident = await openCritical(chat);
    const measurement = { label: 'Current error rate', promql: 'q', at: toInstant(chat.clock.now()), unit: '%', value: 7.4 };
    await recordMeasurement(chat.change, { id: incident.id, measurement });
    const form = formOf(await chat.say('update identified'));
    const [phase, text] = form.fields;
    expect(phase).toMatchObject({ type: 'choice', initial: 'identified' });
    expect(text).toMatchObject({ type: 'text', multiline: true });
    const initial = text?.type === 'text' ? (text.initial ?? '') : '';
    expect(initial).toContain('- Current error rate: 7.4%');
    expect(initial).toContain('- ETA: ⟨ETA: to be filled⟩');
    expect(linesOf(await chat.submit(form.action, { phase: 'identified', text: initial }))).toContain('Still to fill in: ETA.');
  });

  it('is refused after the end, before anybody fills in a form', async () => {
    const chat = createTestChat();
    await chat.open();
    await chat.say('resolve INC-1 done');
    expect(linesOf(await chat.openForm({ type: 'form', command: 'update', incident: 1 }))).toContain('it is resolved; reopen it first');
    expect(await chat.hear('update INC-1 more')).toContain('it is resolved; reopen it first');
  });

  it('keeps the form open with the reason when the incident ended meanwhile', async () => {
    const chat = createTestChat();
    await chat.open();
    const { action } = formOf(await chat.say('update'));
    await chat.say('resolve INC-1 done', { by: ben });
    expect(await chat.submit(action, { phase: 'monitoring', text: 'still at it' })).toEqual({
      type: 'invalid',
      errors: { text: 'INC-1 takes no updates: it is resolved; reopen it first.' },
    });
  });
});

describe('severity', () => {
  it.each([
    ['sev critical', 'INC-1 is 🔴 Critical now.'],
    ['severity SEV1', 'INC-1 is 🔴 Critical now.'],
    ['severity INC-1 info', 'INC-1 is 🔵 Info now.'],
    ['severity p1 1', 'INC-1 is 🔴 Critical now.'],
    ['severity warning', 'INC-1 is warning already.'],
  ])('%j', async (text, answer) => {
    const chat = createTestChat();
    await chat.open({ severity: 'warning' });
    expect(await chat.hear(text)).toContain(answer);
  });

  it('is asked for in a form, and complained about with an example', async () => {
    const chat = createTestChat();
    await chat.open();
    expect(formOf(await chat.say('severity')).fields[0]).toMatchObject({ type: 'choice', initial: 'warning' });
    expect(await chat.hear('severity terrible')).toContain('For example: /incident severity critical');
  });
});

describe('declare', () => {
  it('opens an incident once per request', async () => {
    const chat = createTestChat();
    const first = await chat.hear('declare critical Videos do not play', { cause: 'same' });
    expect(first).toBe(
      'You declared INC-1, 🔴 Critical. No runbook fits its title. Its thread opens in a moment. You are not on it yet: /incident ack INC-1',
    );
    expect(await chat.hear('declare critical Videos do not play', { cause: 'same' })).toContain('You had declared INC-1');
    expect(await chat.desk.incidents.list({ limit: 9 })).toHaveLength(1);
  });

  it('takes severity, impact and service from the runbook that fits the title', async () => {
    const chat = createTestChat();
    expect(await chat.hear('declare Video processing error budget exhausted')).toContain(
      '🔴 Critical. Runbook: Video Processing Error Budget Exhausted.',
    );
    const incident = await chat.desk.incidents.getByNumber(1);
    expect(incident).toMatchObject({
      severity: 'critical',
      impact: 'Users cannot process videos or get poor quality results',
      state: 'triggered',
    });
    expect(incident?.runbook?.digest).toBe(shippedRunbook().digest);
  });

  it.each(['--runbook video-processing-error-budget', '--runbook="Video Processing"', '—runbook "error budget"'])(
    'takes the runbook that is named: %s',
    async (option) => {
      const chat = createTestChat();
      expect(await chat.hear(`declare warning Something odd ${option}`)).toContain(
        '🟠 Warning. Runbook: Video Processing Error Budget Exhausted.',
      );
      expect((await chat.desk.incidents.getByNumber(1))?.title).toBe('Something odd');
    },
  );

  it('suggests a runbook when the name is not quite right', async () => {
    const chat = createTestChat();
    expect(await chat.hear('declare Odd --runbook video-procesing-error-bugdet')).toContain('Did you mean video-processing-error-budget');
    expect(await chat.desk.incidents.list({ limit: 9 })).toHaveLength(0);
  });

  it('asks in a form, and opens from it', async () => {
    const chat = createTestChat();
    const form = formOf(await chat.say('declare'));
    expect(form.action).toEqual({ type: 'form', command: 'declare' });
    expect(await chat.submit(form.action, { title: 'x', severity: 'info' })).toEqual({
      type: 'invalid',
      errors: { title: 'Say in a few words what is wrong.' },
    });
    const done = await chat.submit(form.action, { title: 'Uploads are slow', severity: 'critical', impact: 'Nobody can upload' });
    expect(linesOf(done)).toContain('You declared INC-1');
    expect(await chat.desk.incidents.getByNumber(1)).toMatchObject({
      impact: 'Nobody can upload',
      severity: 'critical',
      origin: { type: 'user', ...ana },
    });
  });

  it('complains about a title that is none, with an example', async () => {
    const chat = createTestChat();
    expect(await chat.hear('declare critical')).toContain('Say in a few words what is wrong.');
    expect(await chat.hear(`declare ${'long '.repeat(60)}`)).toContain('too long for a title');
    expect(await chat.hear('declare critical')).toContain('For example: /incident declare critical');
  });
});

describe('resolve and reopen', () => {
  it('end an incident with words, once, and open it again', async () => {
    const chat = createTestChat();
    const incident = await chat.open();
    chat.clock.advance(65 * 60_000);
    expect(await chat.hear('resolve Rolled back')).toBe(
      'You resolved INC-1 after 1 h 5 min. Take the record with you: /incident export INC-1',
    );
    expect(await chat.hear('resolve INC-1 again', { by: ben })).toBe('INC-1 is resolved already.');
    expect(await chat.hear('reopen The errors are back')).toContain('Which one do you mean?');
    expect(await chat.hear('reopen INC-1 The errors are back')).toContain('INC-1 is open again');
    expect(await chat.hear('reopen INC-1')).toBe('INC-1 is open already.');
    expect((await chat.fresh(incident)).state).toBe('triggered');
  });

  it('offers the runbook’s closing message, warns while alerts fire, and needs no words', async () => {
    const chat = createTestChat();
    await openCritical(chat);
    const form = formOf(await chat.press({ type: 'run', command: 'resolve', incident: 1 }));
    expect(JSON.stringify(form.intro)).toContain('1 alert still fires.');
    const [field] = form.fields;
    expect(field).toMatchObject({ optional: true });
    expect(field?.type === 'text' ? field.initial : '').toContain('- Root cause: ⟨Root cause: to be filled⟩');
    expect(linesOf(await chat.submit(form.action, {}))).toContain('You resolved INC-1');
  });
});
