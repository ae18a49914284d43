import type { Clock } from '../kernel/clock.ts';
import type { Log } from '../kernel/log.ts';
import { startLoop } from '../kernel/loop.ts';
import type { Loop } from '../kernel/loop.ts';
import type { CallSlack } from './methods.ts';
import { failureOf } from './outcomes.ts';

/** Who we are in Slack, as auth.test tells it. */
export type Identity = {
  teamId: string;
  teamName: string;
  /** Where the workspace is in a browser, ending in a slash. */
  teamUrl?: string;
  botUserId: string;
  botId?: string;
  appId?: string;
};

/** Learns who we are as soon as Slack can be reached, and checks now and then that the token still works. */
export type IdentityKeeper = {
  /** Undefined until Slack could be asked for the first time. */
  current(): Identity | undefined;
  /** Why the last try failed. */
  problem(): string | undefined;
  start(): void;
  stop(): Promise<void>;
};

const checkEveryMs = 300_000;
const maxRetryMs = 60_000;

export function createIdentityKeeper(deps: { call: CallSlack; clock: Clock; log: Log; appId?: string }): IdentityKeeper {
  let identity: Identity | undefined;
  let problem: string | undefined = 'Slack was not asked yet';
  let failures = 0;
  let loop: Loop | undefined;

  async function learn(): Promise<number> {
    try {
      const answer = await deps.call('auth.test', {});
      const appId = deps.appId ?? answer.app_id;
      identity = {
        teamId: answer.team_id,
        teamName: answer.team ?? answer.team_id,
        ...(answer.url === undefined ? {} : { teamUrl: answer.url }),
        botUserId: answer.user_id,
        ...(answer.bot_id === undefined ? {} : { botId: answer.bot_id }),
        ...(appId === undefined ? {} : { appId }),
      };
      if (problem !== undefined) deps.log.info({ team: identity.teamName, bot: identity.botUserId }, 'connected to Slack');
      problem = undefined;
      failures = 0;
      return checkEveryMs;
    } catch (error) {
      failures += 1;
      problem = failureOf(error).reason;
      if (failures === 1) deps.log.warn({ reason: problem }, 'Slack does not know us now; asking again until it does');
      return Math.min(maxRetryMs, 1000 * 2 ** (failures - 1));
    }
  }
  return {
    current: () => identity,
    problem: () => problem,
    start() {
      loop ??= startLoop({ name: 'slack identity', clock: deps.clock, log: deps.log, idleMs: checkEveryMs, work: learn });
    },
    async stop() {
      await loop?.stop();
      loop = undefined;
    },
  };
}
