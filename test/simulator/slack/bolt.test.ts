import { App, HTTPReceiver, LogLevel } from '@slack/bolt';
import { expect, onTestFinished, test } from 'vitest';
import { incidents, simulate } from './support.ts';

/** An app as anybody would write it with Bolt; only the address of the API is ours. */
async function startBolt(apiUrl: string) {
  const receiver = new HTTPReceiver({ signingSecret: 'simulated-signing-secret', processBeforeResponse: true });
  const app = new App({
    token: 'xoxb-simulated-tocsin',
    botId: 'B0TOCSIN00',
    botUserId: 'U0TOCSIN00',
    receiver,
    convoStore: false,
    logLevel: LogLevel.ERROR,
    clientOptions: { slackApiUrl: apiUrl },
  });
  const button = (text: string, actionId: string) => ({
    type: 'button' as const,
    text: { type: 'plain_text' as const, text },
    action_id: actionId,
  });
  app.command('/incident', async ({ ack, command, client, respond }) => {
    if (command.text === 'form') {
      await client.views.open({
        trigger_id: command.trigger_id,
        view: {
          type: 'modal',
          callback_id: 'form',
          title: { type: 'plain_text', text: 'Declare' },
          submit: { type: 'plain_text', text: 'Go' },
          blocks: [
            {
              type: 'input',
              block_id: 'title',
              label: { type: 'plain_text', text: 'What happens?' },
              element: { type: 'plain_text_input', action_id: 'text' },
            },
          ],
        },
      });
      await ack();
      return;
    }
    await ack('on it');
    await respond({ text: `later: ${command.text}` });
  });
  app.view('form', async ({ ack, view, client, body }) => {
    const value = view.state.values['title']?.['text']?.value ?? '';
    if (value.length < 5) return ack({ response_action: 'errors', errors: { title: 'Say more' } });
    await ack();
    await client.chat.postMessage({
      channel: incidents,
      text: `SEV1 ${value} by <@${body.user.id}>`,
      blocks: [
        { type: 'section', text: { type: 'mrkdwn', text: `*SEV1* ${value}` } },
        { type: 'actions', elements: [button('Acknowledge', 'ack')] },
      ],
    });
    return undefined;
  });
  app.action('ack', async ({ ack, body, client }) => {
    await ack();
    if (body.type !== 'block_actions' || body.message === undefined) return;
    await client.chat.postMessage({ channel: incidents, thread_ts: body.message.ts, text: `acknowledged by <@${body.user.id}>` });
    await client.chat.update({ channel: incidents, ts: body.message.ts, text: 'acknowledged', blocks: [] });
    await client.chat.postEphemeral({ channel: incidents, user: body.user.id, text: 'you have it' });
  });
  app.event('app_mention', async ({ event, say }) => {
    await say({ text: `heard: ${event.text}`, thread_ts: event.thread_ts ?? event.ts });
  });
  app.event('app_home_opened', async ({ event, client }) => {
    await client.views.publish({
      user_id: event.user,
      view: { type: 'home', blocks: [{ type: 'section', text: { type: 'mrkdwn', text: 'all quiet' } }] },
    });
  });
  const server = await app.start(0);
  onTestFinished(async () => {
    await app.stop();
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return `http://127.0.0.1:${address.port}/slack/events`;
}

test('an unmodified Bolt app runs against the workspace: commands, modals, buttons, mentions, Home', async () => {
  const { workspace, listening, story } = await simulate();
  workspace.setRequestUrl(await startBolt(listening.apiUrl));
  const channel = story.channel('#incidents');
  const ana = story.person('ana');
  const ben = story.person('ben');

  expect(await workspace.verifyRequestUrl()).toBe(true);

  await ana.types('/incident status', { in: channel });
  await ana.seesOnlyToThem(/on it/);
  await ana.seesOnlyToThem(/later: status/);

  await ana.types('/incident form', { in: channel });
  await ana.modal.expect(/Declare/);
  expect(await ana.modal.fill({ 'What happens?': 'hm' }).submitExpectingErrors()).toEqual({ title: 'Say more' });
  await ana.modal.fill({ title: 'the queue overflows' }).submit();
  await ana.modal.expectClosed();

  const root = await channel.expectMessage(/SEV1.*queue overflows/);
  await root.button('Acknowledge').pressedBy(ben);
  await root.thread.expectReply(/acknowledged by <@U0BEN00000>/);
  await root.expectText(/^acknowledged$/);
  await ben.seesOnlyToThem(/you have it/);
  expect(root.now().edited).toBe(true);

  await ana.types('hey @tocsin, a <b> & c?', { in: channel, thread: root });
  await root.thread.expectReply(/heard: hey <@U0TOCSIN00>, a &lt;b&gt; &amp; c\?/);

  await workspace.person('chloe').opensHome();
  expect(JSON.stringify(workspace.person('chloe').home()?.view)).toContain('all quiet');
});
