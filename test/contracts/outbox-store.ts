import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { OutboxMessage } from '../../src/outbox/message.ts';
import type { OutboxStore } from '../../src/outbox/ports.ts';
import { after, exampleOutboxMessage, exampleStart } from '../support/examples.ts';
import type { StoreUnderTest } from './store.ts';

const keysOf = (messages: readonly OutboxMessage[]) => messages.map((message) => message.key);

/** Sends until chat shows what is wanted, as a lane does: read, send, compare-and-set. */
async function sendAll(outbox: OutboxStore, key: string): Promise<void> {
  for (;;) {
    const message = await outbox.get(key);
    if (message === undefined || message.state === 'idle') return;
    await outbox.replace({ ...message, state: 'idle', sent: message.wanted, version: message.version + 1 }, message.version);
  }
}

export function describeOutboxStore(underTest: StoreUnderTest): void {
  describe('outbox', () => {
    describeMessages(underTest);
    describeWanting(underTest);
    describeLanes(underTest);
  });
}

function describeMessages({ store }: StoreUnderTest): void {
  test('messages are kept whole and replaced by compare-and-set', async () => {
    const { outbox } = store();
    const first = exampleOutboxMessage({ view: { type: 'entry', seq: 3, broadcast: true }, parentKey: 'inc_1:card' });
    const second: OutboxMessage = {
      ...first,
      version: 2,
      state: 'ambiguous',
      firstTriedAt: after(1),
      attempt: { token: 1, revision: 1, digest: 'd' },
      doubt: { since: after(1), absentSince: after(2) },
      plain: true,
      resent: true,
      posted: { channel: 'C1', ts: '1.2' },
      shownDigest: 'd',
    };
    expect(await outbox.get(first.key)).toBeUndefined();
    expect(await outbox.replace(second, 1)).toBe(false);
    await outbox.want([first]);
    expect(await outbox.get(first.key)).toEqual(first);
    expect(await outbox.replace(second, 1)).toBe(true);
    expect(await outbox.replace({ ...second, problem: 'late' }, 1)).toBe(false);
    expect(await outbox.get(first.key)).toEqual(second);
    expect(await outbox.getByPost('C1', '1.2')).toEqual(second);
    expect(await outbox.getByPost('C2', '1.2')).toBeUndefined();
  });

  test('unsent messages of a lane come by priority, then order', async () => {
    const { outbox } = store();
    const messages = [
      exampleOutboxMessage({ key: 'c', priority: 1, order: '0002' }),
      exampleOutboxMessage({ key: 'a', priority: 0, order: '0009', state: 'sending' }),
      exampleOutboxMessage({ key: 'b', priority: 1, order: '0001', state: 'ambiguous' }),
      exampleOutboxMessage({ key: 'later', priority: 0, notBefore: after(10) }),
      exampleOutboxMessage({ key: 'idle', priority: 0, state: 'idle', notBefore: after(-9) }),
      exampleOutboxMessage({ key: 'dead', priority: 0, state: 'dead', notBefore: after(-9), problem: 'too long' }),
      exampleOutboxMessage({ key: 'other', priority: 0, lane: 'oncall', notBefore: after(-5) }),
    ];
    await outbox.want(messages);
    expect(keysOf(await outbox.listDue('incidents', exampleStart, 10))).toEqual(['a', 'b', 'c']);
    expect(keysOf(await outbox.listDue('incidents', exampleStart, 2))).toEqual(['a', 'b']);
    expect(keysOf(await outbox.listDue('incidents', after(10), 10))).toEqual(['later', 'a', 'b', 'c']);
    expect(await outbox.nextDueAt('incidents')).toBe(exampleStart);
    expect(await outbox.nextDueAt('oncall')).toBe(after(-5));
    expect(await outbox.counts()).toEqual({ idle: 1, due: 3, sending: 1, ambiguous: 1, dead: 1 });
    expect(keysOf(await outbox.listDead(10))).toEqual(['dead']);
  });

  test('threads that wait can be counted and listed apart from everything else', async () => {
    const { outbox } = store();
    await outbox.want([
      exampleOutboxMessage({ key: 'second', priority: 0, order: '0002' }),
      exampleOutboxMessage({ key: 'first', priority: 1, order: '0001', state: 'ambiguous' }),
      exampleOutboxMessage({ key: 'late', priority: 1.5, order: '0003', notBefore: after(60) }),
      exampleOutboxMessage({ key: 'storm', priority: -1, order: '0000', view: { type: 'storm', number: 1, card: 1 } }),
      exampleOutboxMessage({ key: 'reply', priority: 3, order: '0000' }),
      exampleOutboxMessage({ key: 'edit', priority: 4, order: '0000', posted: { channel: 'C1', ts: '1.1' } }),
      exampleOutboxMessage({ key: 'shown', priority: 0, order: '0000', state: 'idle' }),
      exampleOutboxMessage({ key: 'other', priority: 0, order: '0000', lane: 'oncall' }),
    ]);
    expect(await outbox.countRoots('incidents')).toBe(3);
    expect(await outbox.countRoots('incidents', 2)).toBe(2);
    expect(await outbox.countRoots('oncall', 9)).toBe(1);
    expect(keysOf(await outbox.listRoots('incidents', 10))).toEqual(['first', 'second', 'late']);
    expect(keysOf(await outbox.listRoots('incidents', 1))).toEqual(['first']);
    expect([await outbox.countWaiting('incidents'), await outbox.countWaiting('oncall')]).toEqual([6, 1]);
    expect(keysOf(await outbox.listLongestWaiting('incidents', 2))).toEqual(['edit', 'first']);
    expect(keysOf(await outbox.listLongestWaiting('incidents', 9)).at(-1)).toBe('late');
  });

  test('a message need not be about an incident', async () => {
    const { outbox } = store();
    const { incidentId: _none, ...message } = exampleOutboxMessage({ key: 'storm:1:card:1', view: { type: 'storm', number: 1, card: 1 } });
    await outbox.want([message]);
    expect(await outbox.get(message.key)).toEqual(message);
  });

  test('what was folded is added up from a time on', async () => {
    const { outbox } = store();
    expect(await outbox.countFolded('incidents', exampleStart)).toBe(0);
    await outbox.want([
      exampleOutboxMessage({ key: 'before', order: `${after(-1)}:1`, folded: 5 }),
      exampleOutboxMessage({ key: 'then', order: `${exampleStart}:1`, folded: 2 }),
      exampleOutboxMessage({ key: 'later', order: `${after(9)}:1`, folded: 3 }),
      exampleOutboxMessage({ key: 'none', order: `${after(9)}:2` }),
      exampleOutboxMessage({ key: 'other', order: `${after(9)}:3`, folded: 7, lane: 'oncall' }),
    ]);
    expect(await outbox.countFolded('incidents', exampleStart)).toBe(5);
  });

  test('those that are in chat can be asked for alone', async () => {
    const { outbox } = store();
    const posted = (key: string) => ({ ...exampleOutboxMessage({ key, priority: 4 }), posted: { channel: 'C1', ts: `1.${key}` } });
    await outbox.want([exampleOutboxMessage({ key: 'post' }), posted('2'), posted('1'), { ...posted('3'), notBefore: after(10) }]);
    expect(keysOf(await outbox.listDueEdits('incidents', exampleStart, 10))).toEqual(['1', '2']);
    expect(keysOf(await outbox.listDueEdits('incidents', exampleStart, 1))).toEqual(['1']);
    expect(await outbox.listDueEdits('oncall', exampleStart, 10)).toEqual([]);
  });

  test('messages are wanted by the hundreds, and once more', async () => {
    const { outbox } = store();
    const wishes = (wanted: number) =>
      Array.from({ length: 250 }, (_, index) => exampleOutboxMessage({ key: `inc_${index}:card`, wanted }));
    await outbox.want(wishes(1));
    await outbox.want(wishes(2));
    const found = await outbox.listDue('incidents', after(1_000_000), 500);
    expect(found.map(({ wanted }) => wanted)).toEqual(wishes(2).map(() => 2));
  });

  test('a lane with nothing to send has no due time', async () => {
    const { outbox } = store();
    expect(await outbox.nextDueAt('incidents')).toBeUndefined();
    await outbox.want([exampleOutboxMessage({ state: 'idle' })]);
    expect(await outbox.nextDueAt('incidents')).toBeUndefined();
  });
}

function describeWanting({ store, handles }: StoreUnderTest): void {
  test('wanting more of an idle message makes it due at the wish`s time', async () => {
    const { outbox } = store();
    const idle = exampleOutboxMessage({ state: 'idle', sent: 1, posted: { channel: 'C1', ts: '1.2' } });
    await outbox.want([idle]);
    const wish = exampleOutboxMessage({ wanted: 2, notBefore: after(5), priority: 9, order: '9999' });
    await outbox.want([wish]);
    const due = { ...idle, wanted: 2, state: 'due', notBefore: after(5), version: 2 } as const;
    expect(await outbox.get(idle.key)).toEqual(due);
    expect(keysOf(await outbox.listDue('incidents', after(5), 10))).toEqual([idle.key]);
    await outbox.want([wish]);
    expect(await outbox.get(idle.key)).toEqual(due);
  });

  test.for(['due', 'sending', 'ambiguous', 'dead'] as const)('wanting more of a message that is %s is taken along by it', async (state) => {
    const { outbox } = store();
    const message = exampleOutboxMessage({ state, wanted: 2, notBefore: after(30) });
    await outbox.want([message]);
    await outbox.want([exampleOutboxMessage({ wanted: 3 })]);
    const raised = { ...message, wanted: 3, version: 2, folded: 1 };
    expect(await outbox.get(message.key)).toEqual(raised);
    await outbox.want([exampleOutboxMessage({ wanted: 2 })]);
    expect(await outbox.get(message.key)).toEqual(raised);
  });

  test('a message that a storm`s message spoke for stays as it is', async () => {
    const { outbox } = store();
    const spokenFor = exampleOutboxMessage({ state: 'idle', sent: 1, inStorm: 3 });
    await outbox.want([spokenFor]);
    await outbox.want([exampleOutboxMessage({ wanted: 2 })]);
    expect(await outbox.get(spokenFor.key)).toEqual({ ...spokenFor, wanted: 2, version: 2 });
    expect(await outbox.nextDueAt('incidents')).toBeUndefined();
  });

  test('one call may want several revisions of several messages', async () => {
    const { outbox } = store();
    await outbox.want([]);
    await outbox.want([
      exampleOutboxMessage({ key: 'a' }),
      exampleOutboxMessage({ key: 'b', wanted: 4 }),
      exampleOutboxMessage({ key: 'a', wanted: 3 }),
      exampleOutboxMessage({ key: 'a', wanted: 2 }),
    ]);
    expect((await outbox.get('a'))?.wanted).toBe(3);
    expect((await outbox.get('b'))?.wanted).toBe(4);
  });

  test('20 simultaneous wishes for a message that is being sent lose no raise', async () => {
    const [one, other] = await handles();
    const { key } = exampleOutboxMessage();
    await one.outbox.want([exampleOutboxMessage()]);
    const wishes = Array.from({ length: 20 }, (_, index) =>
      (index % 2 === 0 ? one : other).outbox.want([exampleOutboxMessage({ wanted: index + 2 })]),
    );
    const senders = Array.from({ length: 5 }, (_, index) => sendAll((index % 2 === 0 ? one : other).outbox, key));
    await Promise.all([...wishes, ...senders]);
    const before = await one.outbox.get(key);
    expect(before?.wanted).toBe(21);
    expect(before?.state === 'idle' ? before.sent : 'still due').toBe(before?.state === 'idle' ? 21 : 'still due');
    await sendAll(one.outbox, key);
    expect(await one.outbox.get(key)).toMatchObject({ state: 'idle', wanted: 21, sent: 21 });
  });

  test('20 simultaneous first wishes make one message with the highest revision', async () => {
    const [one, other] = await handles();
    const wishes = Array.from({ length: 20 }, (_, index) =>
      (index % 2 === 0 ? one : other).outbox.want([
        exampleOutboxMessage({ wanted: index + 1 }),
        exampleOutboxMessage({ key: 'second', wanted: 20 - index }),
      ]),
    );
    await Promise.all(wishes);
    expect(await one.outbox.get(exampleOutboxMessage().key)).toMatchObject({ wanted: 20, state: 'due' });
    expect(await one.outbox.get('second')).toMatchObject({ wanted: 20, state: 'due' });
  });

  test('behaves like a map of messages, whatever the order of wishes, answers and stale answers', async () => {
    let run = 0;
    const step = fc.record({
      key: fc.integer({ min: 0, max: 2 }),
      wanted: fc.integer({ min: 1, max: 5 }),
      act: fc.constantFrom('want', 'want', 'idle', 'sending', 'dead', 'stale'),
    });
    const property = fc.asyncProperty(fc.array(step, { maxLength: 20 }), async (steps) => {
      run += 1;
      const model = new Map<string, OutboxMessage>();
      for (const { key, wanted, act } of steps) await play({ outbox: store().outbox, model, key: `run${run}-${key}`, wanted, act });
      for (const [key, message] of model) expect(await store().outbox.get(key)).toEqual(message);
    });
    await fc.assert(property, { numRuns: 30 });
  });
}

type Play = {
  outbox: OutboxStore;
  model: Map<string, OutboxMessage>;
  key: string;
  wanted: number;
  act: 'want' | 'idle' | 'sending' | 'dead' | 'stale';
};

async function play({ outbox, model, key, wanted, act }: Play): Promise<void> {
  const known = model.get(key);
  if (act === 'want') {
    const wish = exampleOutboxMessage({ key, wanted, notBefore: after(wanted) });
    await outbox.want([wish]);
    if (known === undefined) model.set(key, wish);
    else if (wanted > known.wanted && known.state === 'idle') {
      model.set(key, { ...known, wanted, version: known.version + 1, state: 'due', notBefore: after(wanted) });
    } else if (wanted > known.wanted) model.set(key, { ...known, wanted, version: known.version + 1, folded: (known.folded ?? 0) + 1 });
    return;
  }
  if (known === undefined) return;
  const expected = act === 'stale' ? known.version - 1 : known.version;
  const next: OutboxMessage = {
    ...known,
    state: act === 'stale' ? 'due' : act,
    sent: act === 'idle' ? known.wanted : known.sent,
    version: expected + 1,
  };
  expect(await outbox.replace(next, expected)).toBe(act !== 'stale');
  if (act !== 'stale') model.set(key, next);
}

function describeLanes({ store, handles }: StoreUnderTest): void {
  test('a lane belongs to one owner until its lease has run out, and each new owner gets a higher token', async () => {
    const { outbox } = store();
    const lease = (owner: string, seconds: number) =>
      outbox.leaseLane({ lane: 'incidents', owner, now: after(seconds), until: after(seconds + 30) });
    expect(await lease('a', 0)).toMatchObject({ lane: 'incidents', owner: 'a', token: 1, until: after(30) });
    expect(await lease('b', 29)).toBeUndefined();
    expect(await lease('a', 29)).toMatchObject({ owner: 'a', token: 1, until: after(59) });
    expect(await lease('b', 58)).toBeUndefined();
    expect(await lease('b', 59)).toMatchObject({ owner: 'b', token: 2, until: after(89) });
    expect(await lease('a', 60)).toBeUndefined();
    expect(await lease('a', 89)).toMatchObject({ owner: 'a', token: 3 });
    expect(await outbox.leaseLane({ lane: 'oncall', owner: 'b', now: after(0), until: after(30) })).toMatchObject({ token: 1 });
  });

  test('a successor knows the last post, which only the present token may note', async () => {
    const { outbox } = store();
    expect(await outbox.notePost('incidents', 1, after(1))).toBe(false);
    await outbox.leaseLane({ lane: 'incidents', owner: 'a', now: after(0), until: after(30) });
    expect(await outbox.notePost('incidents', 1, after(12))).toBe(true);
    expect(await outbox.notePost('incidents', 1, after(11))).toBe(true);
    const successor = await outbox.leaseLane({ lane: 'incidents', owner: 'b', now: after(30), until: after(60) });
    expect(successor).toMatchObject({ owner: 'b', token: 2, lastPostAt: after(12) });
    expect(await outbox.notePost('incidents', 1, after(31))).toBe(false);
    const renewed = await outbox.leaseLane({ lane: 'incidents', owner: 'b', now: after(31), until: after(61) });
    expect(renewed).toMatchObject({ lastPostAt: after(12) });
  });

  test('what stands still is remembered once, until somebody ends it', async () => {
    const { outbox } = store();
    const pause = { scope: 'oncall', reason: 'not_in_channel', since: after(1) } as const;
    expect(await outbox.listPauses()).toEqual([]);
    expect(await outbox.endPause('oncall')).toBe(false);
    expect(await outbox.beginPause(pause)).toBe(true);
    expect(await outbox.beginPause({ ...pause, reason: 'is_archived', since: after(2) })).toBe(false);
    expect(await outbox.beginPause({ ...pause, scope: 'workspace' })).toBe(true);
    expect(await outbox.listPauses()).toEqual([pause, { ...pause, scope: 'workspace' }]);
    const [one, other] = await handles();
    const ended = await Promise.all([one.outbox.endPause('oncall'), other.outbox.endPause('oncall'), one.outbox.endPause('oncall')]);
    expect(ended.filter(Boolean)).toEqual([true]);
    expect(await other.outbox.listPauses()).toEqual([{ ...pause, scope: 'workspace' }]);
  });

  test('of many who ask for a free or expired lane at once exactly one gets it', async () => {
    const [one, other] = await handles();
    const race = (seconds: number) =>
      Promise.all(
        Array.from({ length: 20 }, (_, index) =>
          (index % 2 === 0 ? one : other).outbox.leaseLane({
            lane: 'incidents',
            owner: `owner-${seconds}-${index}`,
            now: after(seconds),
            until: after(seconds + 30),
          }),
        ),
      );
    const tokens = async (seconds: number) => (await race(seconds)).flatMap((lease) => (lease === undefined ? [] : [lease.token]));
    expect(await tokens(0)).toEqual([1]);
    expect(await tokens(10)).toEqual([]);
    expect(await tokens(30)).toEqual([2]);
  });
}
