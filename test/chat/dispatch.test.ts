import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { recordThread } from '../../src/incidents/record.ts';
import { TocsinError } from '../../src/kernel/errors.ts';
import { channel, createTestChat, formOf, linesOf, messageOf, openCritical } from './chat-desk.ts';
import type { TestChat } from './chat-desk.ts';

async function openTwo(chat: TestChat): Promise<void> {
  await chat.open({ title: 'First' });
  await chat.open({ title: 'Second' });
}

describe('what people may say', () => {
  it.each(['ack', 'ACK', 'acknowledge', 'ack INC-1', 'ack inc1', 'ack #1', 'ack 1', 'INC-1 ack', '1 ack', '  ack   1  '])(
    '%j acknowledges',
    async (text) => {
      const chat = createTestChat();
      await chat.open();
      expect(await chat.hear(text)).toContain('You acknowledged INC-1.');
    },
  );

  it.each([
    ['akc', 'Did you mean "ack"?'],
    ['resovle INC-1', 'Did you mean "resolve"?'],
    ['lsit', 'Did you mean "list"?'],
    ['sevrity', 'Did you mean "severity"?'],
    ['assing ic me', 'Did you mean "assign"?'],
  ])('%j gets a suggestion with the usage, and changes nothing', async (text, suggestion) => {
    const chat = createTestChat();
    const incident = await chat.open();
    const answer = await chat.hear(text);
    expect(answer).toContain(suggestion);
    expect(answer).toContain('Usage: /incident');
    expect((await chat.fresh(incident)).version).toBe(1);
  });

  it('points to the help for what comes near nothing', async () => {
    const chat = createTestChat();
    expect(await chat.hear('frobnicate the widget')).toBe('I do not know "frobnicate". What I do know: /incident help');
    expect(await chat.hear('help frobnicate')).toContain('There is no command "frobnicate"');
  });

  it('lists every command in the help, and explains each', async () => {
    const chat = createTestChat();
    const help = await chat.hear('help');
    for (const name of ['ack', 'declare', 'update', 'resolve', 'export']) expect(help).toContain(`/incident ${name}`);
    expect(await chat.hear('help sev')).toContain('Usage: /incident severity');
    expect(await chat.hear('? note')).toContain('Also called log, comment, jot');
  });

  it('names itself as the workspace calls it', async () => {
    const chat = createTestChat({ desk: { command: '/sos' } });
    expect(await chat.hear('help ack')).toContain('/sos ack');
    expect(await chat.hear('nothing-like-it')).not.toContain('/incident');
  });

  it('takes half of a surrogate pair, which no timeline can seal, for the replacement character', async () => {
    const chat = createTestChat();
    await chat.open();
    expect(await chat.hear('query up\udc00', { by: { id: 'U1', name: 'ada\ud83d' } })).toContain('Asking Prometheus: up\ufffd.');
    const form = formOf(await chat.say('query'));
    expect(linesOf(await chat.submit(form.action, { promql: 'down\ud83d', range: 'now' }))).toContain('Asking Prometheus: down\ufffd.');
  });

  it('refuses what it would otherwise overlook', async () => {
    const chat = createTestChat();
    const incident = await chat.open();
    expect(await chat.hear('ack please')).toContain('This takes nothing but the incident, and "please" is not one.');
    expect((await chat.fresh(incident)).state).toBe('triggered');
  });
});

describe('which incident is meant', () => {
  it('is the thread’s, whatever else is open', async () => {
    const chat = createTestChat();
    await openTwo(chat);
    const first = await chat.desk.incidents.getByNumber(1);
    if (first === undefined) throw new Error('the first incident is there');
    await recordThread(chat.change, { id: first.id, channel, ts: '111.222' });
    expect(await chat.hear('ack', { threadTs: '111.222' })).toContain('You acknowledged INC-1.');
    expect(await chat.hear('note 2 of 5 workers are back', { threadTs: '111.222' })).toContain('on the timeline of INC-1');
    expect(await chat.hear('note same cause as INC-2', { threadTs: '111.222' })).toContain('on the timeline of INC-1');
    expect(await chat.hear('ack INC-2', { threadTs: '111.222' })).toContain('You acknowledged INC-2.');
    expect(await chat.hear('show', { threadTs: '999.999' })).toContain('Which one do you mean?');
  });

  it('is the only one that is open, and a number in a text stays in the text', async () => {
    const chat = createTestChat();
    await chat.open();
    expect(await chat.hear('note 1 worker restarted')).toContain('on the timeline of INC-1');
    const last = (await chat.desk.incidents.getByNumber(1))?.pending.entries.at(-1);
    expect(last?.parts.text).toMatchObject({ value: '1 worker restarted' });
  });

  it('is the one that the command fits, when only one does', async () => {
    const chat = createTestChat();
    await openTwo(chat);
    await chat.say('ack INC-1');
    expect(await chat.hear('ack')).toContain('You acknowledged INC-2.');
  });

  it('is not an incident that is only listed while another has a thread', async () => {
    const chat = createTestChat();
    await chat.open({ severity: 'info' });
    await chat.open({ severity: 'critical' });
    expect(await chat.hear('ack')).toContain('You acknowledged INC-2.');
  });

  it('is asked when several may be meant, with a button for each and the words given back', async () => {
    const chat = createTestChat();
    await openTwo(chat);
    const reply = messageOf(await chat.say('note Restarted the <@U1|gpu> workers'));
    const text = linesOf({ type: 'message', message: reply });
    expect(text).toContain('More than one incident may be meant.');
    expect(text).toContain('> Restarted the @gpu workers');
    expect(text).toContain('Repeat it as: /incident note INC-2 Restarted the');
    const actions = reply.blocks.find((block) => block.type === 'actions');
    expect(actions?.buttons.map(({ action }) => action)).toEqual([
      { type: 'form', command: 'note', incident: 2 },
      { type: 'form', command: 'note', incident: 1 },
    ]);
    expect((await chat.desk.incidents.getByNumber(1))?.version).toBe(1);
  });

  it('takes an uncertain reference when nothing else tells', async () => {
    const chat = createTestChat();
    await openTwo(chat);
    expect(await chat.hear('note 2 the fix is out')).toContain('on the timeline of INC-2');
    expect(await chat.hear('note the fix is out INC-1')).toContain('on the timeline of INC-1');
    expect(await chat.hear('note 7 workers are back')).toContain('Which one do you mean?');
  });

  it('runs the command on the one that is chosen', async () => {
    const chat = createTestChat();
    await openTwo(chat);
    const reply = messageOf(await chat.say('ack'));
    const button = reply.blocks.flatMap((block) => (block.type === 'actions' ? block.buttons : []))[1];
    if (button === undefined) throw new Error('there is a second button');
    expect(linesOf(await chat.press(button.action))).toContain('You acknowledged INC-1.');
  });

  it('is nobody’s number: the latest are offered instead', async () => {
    const chat = createTestChat();
    await openTwo(chat);
    const text = await chat.hear('ack INC-99');
    expect(text).toContain('There is no INC-99. These are the latest:');
    expect(text).toContain('INC-2 Second');
  });

  it('offers at most the last five', async () => {
    const chat = createTestChat();
    for (let index = 0; index < 8; index += 1) await chat.open();
    const reply = messageOf(await chat.say('ack'));
    expect(reply.blocks.flatMap((block) => (block.type === 'actions' ? block.buttons : []))).toHaveLength(5);
  });

  it('says how to declare one when there is none', async () => {
    const chat = createTestChat();
    expect(await chat.hear('resolve')).toContain('There is no incident yet.');
    expect(await chat.hear('')).toContain('Nothing needs you now.');
  });
});

describe('buttons and forms', () => {
  it('of an older version, or of an incident that is gone, are answered', async () => {
    const chat = createTestChat();
    expect(linesOf(await chat.press({ type: 'run', command: 'gone', incident: 1 }))).toContain('older version');
    expect(linesOf(await chat.press({ type: 'run', command: 'ack', incident: 1 }))).toContain('not there any more');
    expect(linesOf(await chat.press({ type: 'run', command: 'ack' }))).toContain('not there any more');
    expect(linesOf(await chat.submit({ type: 'form', command: 'note', incident: 5 }, { text: 'x' }))).toContain('not there any more');
  });

  it('open nothing for a command that asks nothing, and say so', async () => {
    const chat = createTestChat();
    await chat.open();
    expect(linesOf(await chat.openForm({ type: 'form', command: 'ack', incident: 1 }))).toContain('nothing to fill in');
    expect(linesOf(await chat.submit({ type: 'form', command: 'ack', incident: 1 }, {}))).toContain('takes no form');
  });

  it('whose argument is of an older version, or made up, say what is expected', async () => {
    const chat = createTestChat();
    await openCritical(chat);
    for (const command of ['deny', 'breakglass'])
      expect(linesOf(await chat.openForm({ type: 'form', command, incident: 1, argument: '2.3' }))).toContain(
        'Say which one by its number',
      );
    expect(linesOf(await chat.openForm({ type: 'form', command: 'run', incident: 1, argument: 'x' }))).toContain('Say which step');
    expect(chat.logged).toEqual([]);
  });

  it('carry the incident to the command', async () => {
    const chat = createTestChat();
    await openTwo(chat);
    const form = formOf(await chat.openForm({ type: 'form', command: 'severity', incident: 2 }));
    expect(form.action).toEqual({ type: 'form', command: 'severity', incident: 2 });
    expect(linesOf(await chat.submit(form.action, { severity: 'critical' }))).toContain('INC-2 is 🔴 Critical now.');
    expect(await chat.submit(form.action, { severity: 'none of these' })).toMatchObject({
      type: 'invalid',
      errors: { severity: /Say which severity/ },
    });
  });
});

describe('failures', () => {
  function broken(error: Error): TestChat {
    const failing = async (): Promise<never> => {
      throw error;
    };
    const chat = createTestChat();
    return createTestChat({ desk: { incidents: { ...chat.store.incidents, list: failing } } });
  }

  it('that people may know of are told, with what to do', async () => {
    const chat = broken(new TocsinError('unavailable', 'The store cannot be reached.'));
    expect(await chat.hear('list')).toBe('The store cannot be reached. Please try again in a moment.');
    expect(chat.logged).toHaveLength(0);
  });

  it('that nobody foresaw get a reference, and are logged once under it', async () => {
    const chat = broken(new Error('secret detail'));
    const answer = await chat.hear('list');
    expect(answer).toMatch(/^Something failed \(ref_[0-9a-f]+\)/);
    expect(answer).not.toContain('secret');
    const reference = /ref_[0-9a-f]+/.exec(answer)?.[0];
    expect(chat.logged).toHaveLength(1);
    expect(chat.logged[0]?.fields).toMatchObject({ reference, error: 'secret detail' });
  });
});

it('answers whatever is typed', async () => {
  const chat = createTestChat();
  await openTwo(chat);
  const word = fc.constantFrom(
    'ack',
    'note',
    'update',
    'assign',
    'declare',
    'severity',
    'help',
    'resolve',
    'INC-1',
    '#2',
    '7',
    '<@U1|x>',
    '--runbook',
    'me',
    '\n',
    '`',
    '<!channel>',
    '',
  );
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(
        fc.string(),
        fc.array(word, { maxLength: 5 }).map((words) => words.join(' ')),
      ),
      async (text) => {
        const reply = await chat.say(text);
        const answer = reply.type === 'form' ? reply.form.title : linesOf(reply);
        expect(answer.length).toBeGreaterThan(0);
        expect(answer).not.toContain('Something failed');
      },
    ),
    { numRuns: 150 },
  );
});
