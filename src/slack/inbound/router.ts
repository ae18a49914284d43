import { TocsinError } from '../../kernel/errors.ts';
import type { SlackMetrics } from '../metrics.ts';
import { causeOfAction, onAction } from './actions.ts';
import { onCommand } from './commands.ts';
import type { Acknowledge, InboundDeps } from './deps.ts';
import { onMention } from './mentions.ts';
import { originOf, readInbound } from './payloads.ts';
import type { Inbound } from './payloads.ts';
import type { Seen } from './seen.ts';
import { onSubmission } from './submissions.ts';

export type RouterDeps = InboundDeps & { seen: Seen; command: string; metrics?: SlackMetrics };

/** The one way in for everything that people do in Slack. Always acknowledges; what we do not know, do not own or had before is left at that. */
export async function route(deps: RouterDeps, body: unknown, acknowledge: Acknowledge): Promise<void> {
  const inbound = readInbound(body);
  if (inbound === undefined || !isForUs(deps, inbound) || !deps.seen.first(keysOf(inbound))) {
    await acknowledge();
    return;
  }
  const ack = timed(deps, inbound.type, acknowledge);
  switch (inbound.type) {
    case 'command':
      await onCommand(deps, inbound.payload, ack);
      return;
    case 'action':
      await onAction(deps, inbound.payload, ack);
      return;
    case 'submission':
      await onSubmission(deps, inbound.payload, ack);
      return;
    case 'mention':
      if (!(await onMention(deps, inbound.payload))) {
        deps.seen.forget(keysOf(inbound));
        throw new TocsinError('timeout', 'a mention takes longer than Slack waits; Slack will send it again');
      }
      await ack();
      return;
  }
}

function timed({ clock, metrics }: RouterDeps, type: Inbound['type'], acknowledge: Acknowledge): Acknowledge {
  const started = clock.now().getTime();
  return async (body) => {
    await acknowledge(body);
    metrics?.acknowledged(type, Math.max(0, clock.now().getTime() - started) / 1000);
  };
}

function isForUs(deps: RouterDeps, inbound: Inbound): boolean {
  if (inbound.type === 'command' && inbound.payload.command !== deps.command) {
    deps.log.warn(
      { command: inbound.payload.command, ours: deps.command },
      'a command with another name arrived; check the name in the Slack app',
    );
  }
  const identity = deps.identity();
  const { teamId, appId } = originOf(inbound);
  // Until Slack told us who we are, the signature alone shows that the request is meant for this app.
  const isTeam = identity === undefined || teamId === undefined || teamId === identity.teamId;
  const isApp = identity?.appId === undefined || appId === undefined || appId === identity.appId;
  if (!isTeam || !isApp) deps.log.warn({ teamId, appId }, 'a request from another workspace or for another app was ignored');
  return isTeam && isApp;
}

function keysOf(inbound: Inbound): readonly string[] {
  switch (inbound.type) {
    case 'command':
      return [`command ${inbound.payload.trigger_id}`];
    case 'action':
      return [`action ${causeOfAction(inbound.payload)}`];
    case 'submission':
      // Sending the same answers again after a failure is meant; a repeat of one that worked is known by its cause.
      return [];
    case 'mention':
      return [`event ${inbound.payload.event_id}`, `message ${inbound.payload.event.channel} ${inbound.payload.event.ts}`];
  }
}
