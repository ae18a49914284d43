import { signatureOf } from '../../src/simulator/slack/wire/sign.ts';
import type { Delivery } from '../../src/simulator/slack/workspace-types.ts';
import type { World } from '../support/world.ts';

/** The latest request of a kind that the workspace has sent to the bot. */
export function latest(world: Pick<World, 'workspace'>, name: string): Delivery {
  const found = world.workspace.deliveries().findLast((delivery) => delivery.name === name);
  if (found === undefined) throw new Error(`no ${name} was sent`);
  return found;
}

/** Sends a body as Slack would: signed for now, or for another time or by somebody else. Resolves with the HTTP status. */
export async function sendSigned(
  world: Pick<World, 'workspace'>,
  request: Pick<Delivery, 'url' | 'headers' | 'body'>,
  how: { secret?: string; aheadMs?: number } = {},
): Promise<number> {
  const timestamp = String(Math.floor((Date.now() + (how.aheadMs ?? 0)) / 1000));
  const secret = how.secret ?? world.workspace.seed.app.signingSecret;
  const response = await fetch(request.url, {
    method: 'POST',
    headers: {
      'content-type': request.headers['content-type'] ?? '',
      'x-slack-request-timestamp': timestamp,
      'x-slack-signature': signatureOf(secret, timestamp, request.body),
    },
    body: request.body,
  });
  await response.arrayBuffer();
  return response.status;
}

/** The body of an interaction with other content. */
export function changedInteraction(delivery: Delivery, change: (payload: Record<string, unknown>) => Record<string, unknown>): Delivery {
  const payload: unknown = JSON.parse(new URLSearchParams(delivery.body).get('payload') ?? '{}');
  if (typeof payload !== 'object' || payload === null) throw new Error('that is not an interaction');
  return { ...delivery, body: new URLSearchParams({ payload: JSON.stringify(change({ ...payload })) }).toString() };
}

/** The body of a command with other fields. */
export function changedCommand(delivery: Delivery, fields: Readonly<Record<string, string>>): Delivery {
  return { ...delivery, body: new URLSearchParams({ ...Object.fromEntries(new URLSearchParams(delivery.body)), ...fields }).toString() };
}
