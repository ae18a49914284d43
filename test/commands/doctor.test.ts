import { describe, expect, it } from 'vitest';
import { textOf } from '../../src/export/entry-parts.ts';
import { readTimeline } from '../../src/export/read-timeline.ts';
import type { Execution } from '../../src/incidents/execution.ts';
import type { IncidentId } from '../../src/incidents/incident.ts';
import { addMs, toInstant } from '../../src/kernel/instant.ts';
import { firing, webhookBody } from '../alerts/support/payload.ts';
import { createTestChat, linesOf, messageOf, openCritical } from '../chat/chat-desk.ts';
import type { TestChat } from '../chat/chat-desk.ts';
import { ben, testStart } from '../support/desk.ts';
import { exampleDelivery, exampleOutboxMessage } from '../support/examples.ts';
import { exampleExecutionId } from '../support/execution-examples.ts';

const start = toInstant(testStart);
const signal = new AbortController().signal;
const retryDeliveries = { type: 'run', command: 'doctor', argument: 'retry.deliveries' } as const;
const retryMessages = { type: 'run', command: 'doctor', argument: 'retry.messages' } as const;

async function receive(chat: TestChat, overrides: Parameters<typeof exampleDelivery>[0] = {}): Promise<void> {
  await chat.store.deliveries.append(exampleDelivery({ receivedAt: start, notBefore: start, state: 'done', ...overrides }));
}

async function park(chat: TestChat, id: string): Promise<void> {
  const body = webhookBody([firing({ name: 'QueueOverflow' }), firing({ name: 'DiskFull' })]);
  await receive(chat, { id, body, state: 'parked', outcome: 'failed 5 times: a defect' });
}

/** The card of the incident and a reply, which chat takes in no form. */
async function giveUp(chat: TestChat): Promise<void> {
  await openCritical(chat);
  await chat.relay();
  chat.fakeChat.script.push(...Array.from({ length: 40 }, () => 'bad_payload' as const));
  while ((await chat.store.outbox.counts()).due > 0) {
    const waitMs = await chat.outbox.run(signal);
    chat.clock.advance(Math.max(waitMs ?? 1, 1));
  }
  chat.fakeChat.script.length = 0;
}

function aMitigation(overrides: Partial<Execution>): Execution {
  return {
    number: 1,
    id: exampleExecutionId('exe_1'),
    type: 'mitigation',
    state: 'proposed',
    title: 'Scale up',
    requestedBy: ben,
    requestedAt: start,
    finding: '',
    risk: 'medium',
    namespaces: [],
    targets: [],
    quorum: 1,
    votes: [],
    token: 1,
    ...overrides,
  };
}

const buttonsOf = async (chat: TestChat) =>
  messageOf(await chat.say('doctor')).blocks.flatMap((block) =>
    block.type === 'actions' ? block.buttons.map(({ action }) => action) : [],
  );

describe('the doctor', () => {
  it('says in one line that all is well, with the figures', async () => {
    const chat = createTestChat();
    await receive(chat);
    chat.clock.advance(40_000);
    expect(await chat.hear('doctor')).toBe(
      'All is well. store 0 ms · deliveries: 0 waiting, 0 parked, 0 rejected · messages: 0 waiting, 0 unconfirmed, 0 given up · 0 unknown · due work 0 s late · last webhook 40 s ago · Alertmanager not compared',
    );
  });

  it('tells of requests that were sent away for as long as it matters', async () => {
    const chat = createTestChat({ sentAway: { count: 2, lastAt: start } });
    await receive(chat);
    expect((await chat.hear('doctor')).split('\n').slice(1, 3)).toEqual([
      '2 webhook requests were sent away with 503, the last at 03:00: more came at once than there is room for',
      'Next: nothing; Alertmanager sends them again by itself. If it goes on, look at the disk of the store, or run another process.',
    ]);
    chat.clock.advance(15 * 60_000 + 1);
    expect(await chat.hear('doctor')).toContain('All is well.');
  });

  it('shows the latest parked deliveries with why and what is in them, and offers to try again', async () => {
    const chat = createTestChat();
    for (const id of ['dlv_1', 'dlv_2', 'dlv_3', 'dlv_4']) await park(chat, id);
    await receive(chat, { id: 'dlv_5', body: '{}', state: 'parked', outcome: 'the body has no list "alerts"' });
    const lines = (await chat.hear('doctor')).split('\n');
    expect(lines.slice(0, 6)).toEqual([
      '1 thing needs a look.',
      '5 deliveries are parked: alerts in them could not be applied',
      '- dlv_5 · 03:00 · unreadable · the body has no list "alerts"',
      '- dlv_4 · 03:00 · receiver tocsin · QueueOverflow and DiskFull · failed 5 times: a defect',
      '- dlv_3 · 03:00 · receiver tocsin · QueueOverflow and DiskFull · failed 5 times: a defect',
      'Next: repair what the reason names, then try again. What newer deliveries settled meanwhile stays as it is.',
    ]);
    expect(lines[6]).toBe('[Try 5 parked deliveries again]');
    expect(await buttonsOf(chat)).toEqual([retryDeliveries]);
  });

  it('has parked deliveries tried again once, however often it is pressed, and logs by whom', async () => {
    const chat = createTestChat();
    await park(chat, 'dlv_1');
    await park(chat, 'dlv_2');
    const answers = await Promise.all([chat.press(retryDeliveries), chat.press(retryDeliveries, { by: ben })]);
    const texts = answers.map(linesOf).toSorted();
    expect(await chat.store.deliveries.counts()).toMatchObject({ waiting: 2, parked: 0 });
    expect(texts.join(' ')).toContain('tried again.');
    expect(linesOf(await chat.press(retryDeliveries))).toContain('Nothing to try again: it is not parked now.');
    const counted = chat.logged.filter(({ message }) => message === 'parked deliveries are tried again').map(({ fields }) => fields);
    expect(counted.map((fields) => Number(Reflect.get(fields, 'count'))).reduce((sum, count) => sum + count, 0)).toBe(2);
    expect(counted[0]).toMatchObject({ by: { name: expect.stringMatching(/ana|ben/) } });
  });

  it('takes one delivery by its id, and complains about other words', async () => {
    const chat = createTestChat();
    await park(chat, 'dlv_1');
    await park(chat, 'dlv_2');
    expect(await chat.hear('doctor retry dlv_2')).toContain('1 delivery is tried again.');
    expect(await chat.store.deliveries.get('dlv_2')).toMatchObject({
      state: 'waiting',
      outcome: 'to be tried again, asked for by ana',
    });
    expect(await chat.hear('doctor retry dlv_9')).toContain('Nothing to try again');
    for (const text of ['doctor retry', 'doctor retry everything', 'doctor deliveries', 'doctor retry messages now'])
      expect(await chat.hear(text)).toContain('Usage: /incident doctor [retry deliveries|messages]');
    expect(await chat.store.deliveries.counts()).toMatchObject({ waiting: 1, parked: 1 });
  });

  it('shows messages that were given up, has them tried again, and their incident tells by whom', async () => {
    const chat = createTestChat();
    await receive(chat);
    await giveUp(chat);
    const { dead } = await chat.store.outbox.counts();
    expect(dead).toBeGreaterThan(1);
    const text = await chat.hear('doctor');
    expect(text).toContain(`${dead} messages were given up: chat took them in no form`);
    expect(text).toMatch(/- INC-1 · .* · (invalid_blocks|the thread could not be opened: invalid_blocks)/);
    expect(await buttonsOf(chat)).toEqual([retryMessages]);

    expect(linesOf(await chat.press(retryMessages, { by: ben }))).toContain(`${dead} messages are tried again.`);
    expect(linesOf(await chat.press(retryMessages, { by: ben }))).toContain('no message is given up now.');
    expect(await chat.store.outbox.counts()).toMatchObject({ dead: 0, due: dead });
    const [incident] = await chat.store.incidents.list({ limit: 1 });
    const entries = incident === undefined ? [] : await readTimeline(chat.desk.timeline, incident);
    expect(entries.filter(({ kind }) => kind === 'note').map(textOf)).toEqual([
      `Asked for ${dead} messages to be tried again that chat had not taken.`,
    ]);
    // The note itself is no message: a chat that takes nothing would not take it either.
    await chat.relay();
    expect(await chat.store.outbox.counts()).toMatchObject({ dead: 0, due: dead });

    while ((await chat.store.outbox.counts()).due > 0) chat.clock.advance(Math.max((await chat.outbox.run(signal)) ?? 1, 1));
    expect(chat.fakeChat.shown).toHaveLength(dead);
    expect(chat.fakeChat.shown.every(({ plain }) => !plain)).toBe(true);
  });

  it('tries messages again whose incident is gone, without a note', async () => {
    const chat = createTestChat();
    await receive(chat);
    await chat.store.outbox.want([exampleOutboxMessage({ incidentId: 'inc_gone' as IncidentId, state: 'dead', problem: 'too long' })]);
    expect(await chat.hear('doctor')).toContain('an incident that is gone · its card · too long');
    expect(await chat.hear('doctor retry messages')).toContain('1 message is tried again.');
  });

  it('says what stands still and why, all of it or one channel', async () => {
    const chat = createTestChat();
    await receive(chat);
    await chat.store.outbox.want([exampleOutboxMessage({ notBefore: start })]);
    chat.fakeChat.script.push('channel_missing');
    await chat.outbox.run(signal);
    expect(await chat.hear('doctor')).toMatch(/Nothing is posted to #incidents since 03:00: no such channel\nNext: create or unarchive/);
    chat.clock.advance(60_000);
    chat.fakeChat.script.push('misconfigured');
    await chat.outbox.run(signal);
    expect(await chat.hear('doctor')).toMatch(
      /Nothing is posted at all since 03:01: token_revoked\nNext: repair the app's token or scopes/,
    );
    chat.clock.advance(60_000);
    await chat.outbox.run(signal);
    expect(await chat.hear('doctor')).toContain('All is well.');
  });

  it('sees what another process knows: messages that wait, with what they met last', async () => {
    const chat = createTestChat();
    await receive(chat);
    const waiting = { notBefore: addMs(start, -120_000), problem: 'not_in_channel' };
    await chat.store.outbox.want([exampleOutboxMessage(waiting), exampleOutboxMessage({ key: 'b', state: 'ambiguous', notBefore: start })]);
    const text = await chat.hear('doctor');
    expect(text).toContain('2 messages wait for #incidents, the oldest since 02:58: not_in_channel');
    expect(text).toContain('1 message is being looked for');
  });

  it('says which changes are unknown until they are taken back, what is late, and that no webhook ever came', async () => {
    const chat = createTestChat();
    const incident = await openCritical(chat);
    const unknown = aMitigation({ number: 3, title: 'Scale the workers', state: 'unknown' });
    const late = addMs(start, -90_000);
    const changed = { ...incident, version: incident.version + 1, executions: [unknown], due: { measure: late } };
    await chat.store.incidents.replace(changed, incident.version);
    await chat.store.deliveries.append(exampleDelivery({ receivedAt: late, notBefore: late }));
    const text = await chat.hear('doctor');
    expect(text).toContain('Of 1 change nobody knows whether it happened\n- INC-1 #3 · Scale the workers\nNext: look at the object itself');
    expect(text).toContain('Due work is 1 min late');
    expect(text).toContain('1 delivery waits, the oldest since 02:58');
    const undone = aMitigation({ number: 4, type: 'undo', undoOf: 3, state: 'applied' });
    await chat.store.incidents.replace({ ...changed, version: changed.version + 1, executions: [unknown, undone] }, changed.version);
    expect(await chat.hear('doctor')).not.toContain('nobody knows whether it happened');
    expect(await createTestChat().hear('doctor')).toContain('No webhook has ever come');
  });

  it('explains rejected requests, and is well all the same', async () => {
    const chat = createTestChat();
    await receive(chat, { state: 'rejected' });
    expect(await chat.hear('doctor')).toMatch(/^All is well\..* 1 rejected .*\n {2}\(Rejected requests were no notifications/);
  });

  it('says so when the store cannot be used', async () => {
    const chat = createTestChat();
    await chat.store.close();
    expect(await chat.hear('doctor')).toBe(
      'The store cannot be used now. The store is closed.\nNext: Nothing can be recorded until it is back, and Alertmanager is told to send again. Look at the database and at its disk.',
    );
  });
});
