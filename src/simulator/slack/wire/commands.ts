import { ApiError } from '../api-error.ts';
import { isArchived, slackNowMs, type Core } from '../core.ts';
import type { PageOutcome } from '../page-contract.ts';
import { tellPrivately } from '../posting.ts';
import type { StoredChannel, StoredResponseUrl } from '../state/model.ts';
import type { Person } from '../state/people.ts';
import { failureOf, isAcknowledged, type AppLink } from './app-link.ts';
import { verificationToken } from './payloads.ts';
import { applyAnswer, createResponseUrl, responseAddress } from './responses.ts';
import { commandText } from './typed-text.ts';

/** A slash command as a person typed it. */
export type TypedCommand = { person: Person; channel: StoredChannel; text: string; threadTs?: string | undefined };

function refused(core: Core, typed: TypedCommand): { error: string } | undefined {
  const [name = ''] = typed.text.split(/\s/, 1);
  if (typed.threadTs !== undefined) return { error: `${name} is not supported in threads. Sorry!` };
  if (isArchived(core, typed.channel)) return { error: 'is_archived' };
  if (!core.seed.app.commands.some((command) => command.command === name)) return { error: `${name} is not a valid command.` };
  return undefined;
}

function commandBody(core: Core, typed: TypedCommand, source: StoredResponseUrl): string {
  const { team, app } = core.seed;
  const [name = ''] = typed.text.split(/\s/, 1);
  const shouldEscape = app.commands.find((command) => command.command === name)?.shouldEscape !== false;
  return new URLSearchParams({
    token: verificationToken,
    team_id: team.id,
    team_domain: team.domain,
    channel_id: typed.channel.id,
    channel_name: typed.channel.kind === 'im' ? 'directmessage' : typed.channel.name,
    user_id: typed.person.id,
    user_name: typed.person.name,
    command: name,
    text: commandText(core, typed.text.slice(name.length).trim(), shouldEscape),
    api_app_id: app.appId,
    is_enterprise_install: 'false',
    response_url: responseAddress(core, source),
    trigger_id: core.triggers.create({ user: typed.person.id }, slackNowMs(core)),
  }).toString();
}

/** The acknowledgement of a command may carry an answer: plain text, or JSON as for a response_url. */
function applyAcknowledgement(core: Core, source: StoredResponseUrl, posted: { headers: object; body: string }): void {
  if (posted.body.trim() === '') return;
  const type = String(Reflect.get(posted.headers, 'content-type') ?? '');
  if (!type.startsWith('application/json')) return applyAnswer(core, source, { text: posted.body });
  let body: unknown;
  try {
    body = JSON.parse(posted.body);
  } catch {
    throw new ApiError('invalid_payload');
  }
  applyAnswer(core, source, body);
}

/** Sends a slash command to the app. What fails, Slackbot tells the person, who sees it only there. */
export async function runCommand(core: Core, link: AppLink, typed: TypedCommand): Promise<PageOutcome> {
  const refusal = refused(core, typed);
  if (refusal !== undefined) return { ok: false, error: refusal.error };
  const [name = ''] = typed.text.split(/\s/, 1);
  const source = createResponseUrl(core, { channel: typed.channel.id, user: typed.person.id });
  const posted = await link.send({
    kind: 'command',
    name,
    contentType: 'application/x-www-form-urlencoded',
    body: commandBody(core, typed, source),
  });
  const error = isAcknowledged(posted) ? acknowledged(core, source, posted) : failureOf(posted);
  if (error === undefined) return { ok: true };
  tellPrivately(core, { channel: typed.channel.id, user: typed.person.id, text: `${name} failed with the error "${error}"` });
  return { ok: false, error };
}

function acknowledged(core: Core, source: StoredResponseUrl, posted: { headers: object; body: string }): string | undefined {
  try {
    applyAcknowledgement(core, source, posted);
    return undefined;
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    core.log.warn({ error: error.message }, 'the answer to a command was refused');
    return 'invalid_command_response';
  }
}
