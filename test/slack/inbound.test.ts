import { Registry } from 'prom-client';
import { describe, expect, it } from 'vitest';
import type { FormReply } from '../../src/chat/reply.ts';
import { TocsinError } from '../../src/kernel/errors.ts';
import { toInstant } from '../../src/kernel/instant.ts';
import { signatureOf } from '../../src/simulator/slack/wire/sign.ts';
import { createSlackMetrics } from '../../src/slack/metrics.ts';
import { figure } from '../support/figures.ts';
import { declareForm, eventually, say, startScene } from './setup.ts';
import type { Scene } from './setup.ts';

/** A message with buttons, posted the way the outbox does it. */
async function postCard(scene: Scene) {
  const outcome = await scene.slack.sender.post({
    lane: 'incidents',
    key: 'inc_7:card',
    message: {
      summary: 'INC-7 the queue overflows',
      blocks: [
        {
          type: 'actions',
          buttons: [
            { action: { type: 'run', command: 'ack', incident: 7 }, label: 'Acknowledge', description: 'Acknowledge INC-7' },
            { action: { type: 'form', command: 'update', incident: 7 }, label: 'Update', description: 'Update INC-7' },
          ],
          menu: {
            label: 'More...',
            description: 'More for INC-7',
            items: [
              { action: { type: 'run', command: 'timeline', incident: 7 }, label: 'Timeline' },
              { action: { type: 'form', command: 'assign', incident: 7 }, label: 'Assign' },
            ],
          },
        },
      ],
    },
    broadcast: false,
    plain: false,
    since: toInstant(scene.clock.now()),
  });
  if (outcome.type !== 'sent') throw new Error(`not posted: ${JSON.stringify(outcome)}`);
  return await scene.story.channel('#incidents').expectMessage(/queue overflows/);
}

describe('a command', () => {
  it('is answered to the one who asked, with mentions spelled out', async () => {
    const scene = await startScene();
    const channel = scene.story.channel('#incidents');
    const ana = scene.story.person('ana');
    await ana.types('/incident assign @ben a & <b>', { in: channel });
    await ana.seesOnlyToThem(/heard assign/);
    expect(scene.heard).toMatchObject([
      { what: 'command', text: 'assign <@U0BEN00000|ben> a & <b>', person: 'ana', channel: 'C0INCIDENTS' },
    ]);
    expect(scene.slack.status().lastRequestAt).toBeDefined();
  });

  it('that takes long is acknowledged in time and answered later', async () => {
    let finish: () => void = () => {};
    const finished = new Promise<void>((resolve) => {
      finish = resolve;
    });
    const registry = new Registry();
    const scene = await startScene({
      answers: { command: async () => finished.then(() => say('here it is')) },
      slack: { metrics: createSlackMetrics(registry) },
    });
    const ana = scene.story.person('ana');
    const typed = ana.types('/incident export', { in: scene.story.channel('#incidents') });
    await eventually(() => scene.heard.length > 0, 'the handler is asked');
    scene.clock.advance(2000);
    await typed;
    await ana.seesOnlyToThem(/Working on it/);
    finish();
    await ana.seesOnlyToThem(/here it is/);
    expect(await figure(registry, 'tocsin_slack_acknowledge_seconds_sum{type="command"}')).toBe(2);
  });

  it('can be answered by a form, and its answers come back by field', async () => {
    const scene = await startScene({ answers: { command: async () => declareForm } });
    const channel = scene.story.channel('#incidents');
    const ana = scene.story.person('ana');
    await ana.types('/incident update INC-7', { in: channel });
    await ana.modal.expect(/Update INC-7/);
    await ana.modal.fill({ text: 'the queue <drains>', phase: 'identified', who: 'ben' }).submit();
    await ana.modal.expectClosed();
    await ana.seesOnlyToThem(/thank you/);
    expect(scene.heard[1]).toMatchObject({
      what: 'submitForm',
      text: 'update',
      answers: { text: 'the queue <drains>', phase: 'identified', who: 'U0BEN00000' },
    });
  });

  it('whose trigger is too old for a form gets a button that opens it', async () => {
    const scene = await startScene({ answers: { command: async () => declareForm } });
    scene.workspace.faults.set({ serverErrorBeforeApply: { methods: ['views.open'], times: 1 } });
    const ana = scene.story.person('ana');
    await ana.types('/incident update INC-7', { in: scene.story.channel('#incidents') });
    const offer = await ana.seesOnlyToThem(/needs a few answers/);
    await offer.button('Open the form').pressedBy(ana);
    await ana.modal.expect(/Update INC-7/);
  });

  it.each([
    [new TocsinError('not_found', 'There is no INC-9.'), /There is no INC-9/],
    [new TocsinError('forbidden', 'guests only read.'), /Not allowed: guests only read/],
    [new TocsinError('internal', 'a secret detail'), /Something failed \(ref [0-9a-f]{8}\)/],
    [new Error('a secret detail'), /Something failed \(ref [0-9a-f]{8}\)/],
  ])('that fails says so: %s', async (error, words) => {
    const command = async () => {
      throw error;
    };
    const scene = await startScene({ answers: { command } });
    const ana = scene.story.person('ana');
    await ana.types('/incident ack INC-9', { in: scene.story.channel('#incidents') });
    const seen = await ana.seesOnlyToThem(words);
    expect(seen.now().visibleText).not.toContain('secret');
    const reference = /ref ([0-9a-f]{8})/.exec(seen.now().visibleText)?.[1];
    const errors = scene.logged.filter(({ level }) => level === 'error');
    expect(errors.map(({ fields }) => Reflect.get(fields, 'reference'))).toEqual(reference === undefined ? [] : [reference]);
  });

  it('works while the Web API refuses everything', async () => {
    const scene = await startScene();
    scene.workspace.faults.set({ tokenRevoked: {} });
    const ana = scene.story.person('ana');
    await ana.types('/incident status', { in: scene.story.channel('#incidents') });
    await ana.seesOnlyToThem(/heard status/);
  });
});

describe('a mention', () => {
  it('in a thread is answered there, to the one who asked', async () => {
    const scene = await startScene();
    const card = await postCard(scene);
    const ana = scene.story.person('ana');
    await ana.types('@tocsin ack', { in: scene.story.channel('#incidents'), thread: card });
    const answer = await ana.seesOnlyToThem(/heard ack/);
    expect(answer.now().threadTs).toBe(card.ts);
    expect(scene.heard).toMatchObject([{ what: 'command', text: 'ack', person: 'ana', threadTs: card.ts }]);
  });

  it('delivered twice is heard once', async () => {
    const scene = await startScene();
    scene.workspace.faults.set({ duplicateEvents: {} });
    const ana = scene.story.person('ana');
    await ana.types('@tocsin status', { in: scene.story.channel('#incidents') });
    await ana.seesOnlyToThem(/heard status/);
    await scene.story.settled();
    expect(scene.workspace.deliveries().filter(({ name }) => name === 'app_mention')).toHaveLength(2);
    expect(scene.heard).toHaveLength(1);
  });
});

describe('a button', () => {
  it('runs its command; two presses are two causes', async () => {
    const scene = await startScene();
    const card = await postCard(scene);
    const [ana, ben] = [scene.story.person('ana'), scene.story.person('ben')];
    await card.button('Acknowledge').pressedBy(ana);
    await card.button('Acknowledge').pressedBy(ben);
    scene.clock.advance(1000);
    await card.button('Acknowledge').pressedBy(ben);
    await eventually(() => scene.heard.length === 3, 'all three are heard');
    await ana.seesOnlyToThem(/pressed ack/);
    expect(new Set(scene.heard.map(({ cause }) => cause)).size).toBe(3);
    expect(scene.heard.map(({ person }) => person)).toEqual(['ana', 'ben', 'ben']);
  });

  it('opens a form, and complaints keep it open', async () => {
    let complaints = 1;
    const scene = await startScene({
      answers: {
        submitForm: async () =>
          complaints-- > 0
            ? { type: 'invalid', errors: { text: 'Please say more.' } }
            : { type: 'done', message: { summary: 'posted', blocks: [] } },
      },
    });
    const card = await postCard(scene);
    const ana = scene.story.person('ana');
    await card.button('Update').pressedBy(ana);
    await ana.modal.expect(/Update INC-7/);
    await ana.modal.expect(/What is new/);
    expect(await ana.modal.fill({ text: 'hm' }).submitExpectingErrors()).toEqual({ text: 'Please say more.' });
    await ana.modal.fill({ text: 'the queue drains' }).submit();
    await ana.seesOnlyToThem(/posted/);
    expect(scene.heard.filter(({ what }) => what === 'submitForm').map(({ answers }) => answers)).toEqual([
      { text: 'hm' },
      { text: 'the queue drains' },
    ]);
  });

  it('whose form there is none for says why in the modal', async () => {
    const scene = await startScene({
      answers: { openForm: async () => Promise.reject(new TocsinError('precondition', 'INC-7 is resolved.')) },
    });
    const card = await postCard(scene);
    const ana = scene.story.person('ana');
    await card.button('Update').pressedBy(ana);
    await ana.modal.expect(/INC-7 is resolved/);
  });

  it('in a menu works as one outside', async () => {
    const scene = await startScene();
    const card = await postCard(scene);
    const ana = scene.story.person('ana');
    await card.button('menu').pressedBy(ana, { selected: 'Timeline' });
    await ana.seesOnlyToThem(/pressed timeline/);
  });

  it('with a form that fails keeps what was typed', async () => {
    const scene = await startScene({
      answers: { submitForm: async () => Promise.reject(new TocsinError('unavailable', 'the store is away.')) },
    });
    const card = await postCard(scene);
    const ana = scene.story.person('ana');
    await card.button('Update').pressedBy(ana);
    await ana.modal.expect(/What is new/);
    expect(await ana.modal.fill({ text: 'x' }).submitExpectingErrors()).toEqual({ text: 'Not possible right now: the store is away.' });
    expect(await ana.modal.submitExpectingErrors()).toEqual({ text: 'Not possible right now: the store is away.' });
    expect(scene.heard.filter(({ what }) => what === 'submitForm')).toHaveLength(2);
  });
});

describe('a form that takes long', () => {
  it.each<[string, FormReply, RegExp]>([
    ['and works', { type: 'done', message: { summary: 'posted at last', blocks: [] } }, /posted at last/],
    ['and is refused', { type: 'invalid', errors: { text: 'Please say more.' } }, /Please say more. Nothing was changed/],
  ])('%s: is acknowledged in time, and the modal tells the end', async (_, reply, words) => {
    let finish: () => void = () => {};
    const finished = new Promise<void>((resolve) => {
      finish = resolve;
    });
    const scene = await startScene({ answers: { submitForm: async () => finished.then(() => reply) } });
    const card = await postCard(scene);
    const ana = scene.story.person('ana');
    await card.button('Update').pressedBy(ana);
    await ana.modal.expect(/What is new/);
    const sent = ana.modal.fill({ text: 'x' }).submit();
    await eventually(() => scene.heard.some(({ what }) => what === 'submitForm'), 'the handler is asked');
    scene.clock.advance(2000);
    await sent;
    await ana.modal.expect(/Working on it/);
    finish();
    await ana.modal.expect(words);
  });
});

describe('requests that must not be taken on', () => {
  it('a recorded request is answered and does nothing', async () => {
    const scene = await startScene();
    const ana = scene.story.person('ana');
    await ana.types('/incident ack INC-7', { in: scene.story.channel('#incidents') });
    const [delivery] = scene.workspace.deliveries();
    if (delivery === undefined) throw new Error('nothing was sent to the app');
    const again = await scene.workspace.replay(delivery);
    expect([again.status, again.responseBody]).toEqual([200, '']);
    expect(scene.heard).toHaveLength(1);
  });

  it('a wrong signature, another path and another verb are refused', async () => {
    const scene = await startScene();
    const headers = {
      'content-type': 'application/x-www-form-urlencoded',
      'x-slack-request-timestamp': String(Math.floor(Date.now() / 1000)),
      'x-slack-signature': `v0=${'0'.repeat(64)}`,
    };
    const forged = await fetch(scene.url, { method: 'POST', headers, body: 'command=%2Fincident&text=ack' });
    expect(forged.status).toBe(401);
    expect((await fetch(scene.url.replace('/slack/events', '/other'), { method: 'POST' })).status).toBe(404);
    expect((await fetch(scene.url)).status).toBe(404);
    expect(scene.heard).toEqual([]);
  });

  it('a time far ahead of ours is refused', async () => {
    const scene = await startScene();
    scene.workspace.faults.set({ clockSkew: { ms: 400_000 } });
    const outcome = await scene.story.person('ana').tries('/incident ack', { in: scene.story.channel('#incidents') });
    expect(outcome.ok).toBe(false);
    expect(scene.heard).toEqual([]);
  });

  it('what we have no use for is acknowledged', async () => {
    const scene = await startScene();
    await scene.workspace.raise({ type: 'channel_rename', channel: { id: 'C0INCIDENTS', name: 'x' } });
    expect(scene.workspace.deliveries().map(({ status }) => status)).toEqual([200]);
    expect(await scene.workspace.verifyRequestUrl()).toBe(true);
  });

  it.each([{}, { type: 'event_callback' }, { type: 'block_suggestion' }, { type: 'of_next_year', team: { id: 'T0TOCSIN00' } }])(
    'what not even the SDK knows is acknowledged: %j',
    async (payload) => {
      const scene = await startScene();
      const timestamp = String(Math.floor(Date.now() / 1000));
      const body = JSON.stringify(payload);
      const signature = signatureOf(scene.workspace.seed.app.signingSecret, timestamp, body);
      const headers = { 'content-type': 'application/json', 'x-slack-request-timestamp': timestamp, 'x-slack-signature': signature };
      expect((await fetch(scene.url, { method: 'POST', headers, body })).status).toBe(200);
      expect(scene.logged.filter(({ level }) => level === 'error')).toEqual([]);
    },
  );

  it.each([
    ['application/json', 'null'],
    ['application/json', '5'],
    ['application/x-www-form-urlencoded', 'payload=null'],
    ['application/x-www-form-urlencoded', 'payload=%22text%22'],
  ])('%s %s is refused, and the next request is served', async (contentType, body) => {
    const scene = await startScene();
    const timestamp = String(Math.floor(Date.now() / 1000));
    const signature = signatureOf(scene.workspace.seed.app.signingSecret, timestamp, body);
    const headers = { 'content-type': contentType, 'x-slack-request-timestamp': timestamp, 'x-slack-signature': signature };
    expect((await fetch(scene.url, { method: 'POST', headers, body })).status).toBe(400);
    await scene.story.person('ana').types('/incident help', { in: scene.story.channel('#incidents') });
    expect(scene.heard).toHaveLength(1);
  });
});
