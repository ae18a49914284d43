import { z } from 'zod';
import { ApiError } from '../api-error.ts';
import { slackNowMs, type Core } from '../core.ts';
import { inventSecret } from '../identifiers.ts';
import { readContent, readMetadata, type Content } from '../methods/content.ts';
import { asApp, post } from '../posting.ts';
import { tsText } from '../state/message-log.ts';
import type { StoredMessage, StoredResponseUrl } from '../state/model.ts';

const lifeMs = 30 * 60_000;
const mostUses = 5;

/** What an app may answer in an acknowledgement or send to a response_url. */
const answer = z.looseObject({
  text: z.string().optional(),
  blocks: z.unknown().optional(),
  attachments: z.unknown().optional(),
  metadata: z.unknown().optional(),
  response_type: z.enum(['in_channel', 'ephemeral']).optional(),
  replace_original: z.boolean().optional(),
  delete_original: z.boolean().optional(),
  thread_ts: z.string().optional(),
});
type Answer = z.infer<typeof answer>;

/** Begins a response_url for somebody's action and gives its address. */
export function createResponseUrl(core: Core, about: Pick<StoredResponseUrl, 'channel' | 'user' | 'original'>): StoredResponseUrl {
  const created: StoredResponseUrl = { ...about, id: inventSecret(), uses: 0, createdMs: slackNowMs(core) };
  core.state.responseUrls.put(created);
  return created;
}

export function responseAddress(core: Core, responseUrl: StoredResponseUrl): string {
  return `${core.baseUrl()}/response-url/${core.seed.team.id}/${responseUrl.id}`;
}

function originalOf(core: Core, source: StoredResponseUrl): StoredMessage | undefined {
  if (source.original === undefined) return undefined;
  const log = core.state.log(source.channel);
  return source.original.isEphemeral ? log.findEphemeral(source.original.ts) : log.find(source.original.ts);
}

/** An ephemeral message stays one: it cannot be made public by replacing it. */
function replace(core: Core, original: StoredMessage, content: Content): void {
  core.state.saveMessage({ ...original, ...content, editedBy: core.seed.app.botUserId, editedTs: tsText(slackNowMs(core) * 1000) });
}

function threadOf(given: Answer, core: Core, channel: string): { threadTs?: string } {
  const usable = given.response_type === 'in_channel' && given.replace_original !== true && given.thread_ts !== undefined;
  const root = usable ? core.state.log(channel).find(given.thread_ts ?? '') : undefined;
  return root === undefined ? {} : { threadTs: root.ts };
}

function respond(core: Core, source: StoredResponseUrl, given: Answer): void {
  const original = originalOf(core, source);
  if (given.delete_original === true) {
    if (original !== undefined) core.state.removeMessage(original);
    return;
  }
  // The cumulative cap of chat.postMessage was not seen here.
  const content = readContent(given, undefined);
  if (given.replace_original === true && original !== undefined) return replace(core, original, content);
  const metadata = readMetadata(given.metadata);
  const isPublic = given.response_type === 'in_channel';
  post(core, {
    channel: source.channel,
    ...asApp(core),
    ...content,
    ...(isPublic ? threadOf(given, core, source.channel) : { onlyFor: source.user }),
    ...(isPublic && metadata !== undefined && metadata !== 'none' ? { metadata } : {}),
  });
}

/** Does what the body of an acknowledgement or of a response_url says. Throws ApiError for what Slack would refuse. */
export function applyAnswer(core: Core, source: StoredResponseUrl, body: unknown): void {
  const parsed = answer.safeParse(body);
  if (!parsed.success) throw new ApiError('invalid_payload');
  respond(core, source, parsed.data);
}

/** A POST to a response_url: five times within thirty minutes. */
export function useResponseUrl(core: Core, id: string, body: string): { status: number; text: string } {
  const found = core.state.responseUrls.get(id);
  if (found === undefined) return { status: 404, text: 'no_service' };
  if (slackNowMs(core) - found.createdMs > lifeMs) return { status: 404, text: 'expired_url' };
  if (found.uses >= mostUses) return { status: 404, text: 'used_url' };
  try {
    const given: unknown = JSON.parse(body);
    core.state.responseUrls.put({ ...found, uses: found.uses + 1 });
    applyAnswer(core, found, given);
    return { status: 200, text: 'ok' };
  } catch (error) {
    if (error instanceof ApiError) return { status: 400, text: error.error };
    if (error instanceof SyntaxError) return { status: 400, text: 'invalid_payload' };
    throw error;
  }
}
