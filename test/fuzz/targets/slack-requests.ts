import assert from 'node:assert/strict';
import { z } from 'zod';
import { silentLog } from '../../../src/kernel/log.ts';
import { acceptBlocks } from '../../../src/simulator/slack/blocks/accept.ts';
import { acceptView } from '../../../src/simulator/slack/blocks/view.ts';
import { signatureOf } from '../../../src/simulator/slack/wire/sign.ts';
import { seedAlert, startWorld } from '../../support/world.ts';
import { createTarget } from '../engine/target.ts';
import { slackRequest, written } from '../given/slack.ts';

const acknowledgement = z.looseObject({
  blocks: z.unknown().optional(),
  view: z.unknown().optional(),
  errors: z.record(z.string(), z.string()).optional(),
});

async function openWorld() {
  const errors: string[] = [];
  const log = { ...silentLog, error: (fields: object, message: string) => void errors.push(`${message}: ${JSON.stringify(fields)}`) };
  const world = await startWorld({ log });
  await world.notify(seedAlert);
  return { world, errors };
}

/** What the acknowledgement shows has to be what Slack takes. */
function checkAnswer(body: string): void {
  if (!body.startsWith('{')) return;
  const { blocks, view, errors = {} } = acknowledgement.parse(JSON.parse(body));
  acceptBlocks(blocks, 12_000);
  if (view !== undefined) acceptView(view, 'modal');
  for (const complaint of Object.values(errors)) assert.notEqual(complaint.trim(), '');
  assert.doesNotMatch(body, /Something failed/);
}

export const slackRequests = createTarget({
  name: 'slack-requests',
  promises:
    'any well-signed request is answered below 500 and in a form that Slack takes, nothing fails unexpectedly, and the next one is served',
  share: 5,
  given: slackRequest,
  open: openWorld,
  async run(request, { world, errors }) {
    const { contentType, body } = written(request);
    errors.length = 0;
    const timestamp = String(Math.floor(Date.now() / 1000));
    const response = await fetch(world.tocsin().slackUrl ?? '', {
      method: 'POST',
      headers: {
        'content-type': contentType,
        'x-slack-request-timestamp': timestamp,
        'x-slack-signature': signatureOf(world.workspace.seed.app.signingSecret, timestamp, body),
      },
      body,
    });
    const text = await response.text();
    assert.ok(response.status < 500, `answered ${response.status}: ${text}; ${errors.join('; ')}`);
    if (response.status === 200) checkAnswer(text);
    assert.deepEqual(errors, []);
  },
  close: async ({ world }) => world.end(),
});
