import type { Clock } from '../kernel/clock.ts';
import { laneNames } from '../outbox/message.ts';
import type { LaneName } from '../outbox/message.ts';
import type { CallSlack } from './methods.ts';
import { failureOf } from './outcomes.ts';
import type { Failure } from './outcomes.ts';

export type ChannelNames = Readonly<Record<LaneName, string>>;

export type Resolved = { type: 'resolved'; id: string } | { type: 'unresolved'; failure: Failure };

/** Which channel a lane posts to. Ids are taken as they are; names are looked up once Slack answers, and again while they are unknown. */
export type Channels = {
  idOf(lane: LaneName): Promise<Resolved>;
  /** The channel takes nothing any more: a name is looked up again, because another channel may have it by now. */
  forget(lane: LaneName): void;
  known(): Readonly<Partial<Record<LaneName, string>>>;
};

/** How long a lookup that found no such channel is believed. */
const missingForMs = 30_000;

export function createChannels(deps: { call: CallSlack; clock: Clock; names: ChannelNames }): Channels {
  const ids = new Map<LaneName, string>();
  const missing = new Map<LaneName, number>();
  for (const lane of laneNames) if (isChannelId(deps.names[lane])) ids.set(lane, deps.names[lane]);
  let running: Promise<Failure | undefined> | undefined;

  async function lookUp(): Promise<Failure | undefined> {
    const byName = new Map<string, string>();
    try {
      let cursor = '';
      do {
        const page = await deps.call('conversations.list', {
          types: 'public_channel',
          exclude_archived: true,
          limit: 500,
          ...(cursor === '' ? {} : { cursor }),
        });
        for (const channel of page.channels) if (channel.name !== undefined) byName.set(channel.name, channel.id);
        cursor = page.response_metadata?.next_cursor ?? '';
      } while (cursor !== '');
    } catch (error) {
      return notPosted(failureOf(error));
    }
    for (const lane of laneNames) {
      const id = byName.get(plainName(deps.names[lane]));
      if (ids.has(lane)) continue;
      if (id === undefined) missing.set(lane, deps.clock.now().getTime());
      else ids.set(lane, id);
    }
    return undefined;
  }

  return {
    forget(lane) {
      if (!isChannelId(deps.names[lane])) ids.delete(lane);
    },
    known: () => Object.fromEntries(ids),
    async idOf(lane) {
      const known = ids.get(lane);
      if (known !== undefined) return { type: 'resolved', id: known };
      const askedAt = missing.get(lane) ?? Number.NEGATIVE_INFINITY;
      if (deps.clock.now().getTime() - askedAt >= missingForMs) {
        running ??= lookUp().finally(() => (running = undefined));
        const failure = await running;
        if (failure !== undefined) return { type: 'unresolved', failure };
      }
      const id = ids.get(lane);
      if (id !== undefined) return { type: 'resolved', id };
      const reason = `there is no public channel #${plainName(deps.names[lane])}; create it, or configure a private one by its id`;
      return { type: 'unresolved', failure: { type: 'misconfigured', what: 'channel', reason } };
    },
  };
}

function isChannelId(text: string): boolean {
  return /^[CG][A-Z0-9]{6,}$/.test(text);
}

function plainName(name: string): string {
  return name.replace(/^#/, '');
}

/** A lookup that failed in any way has certainly posted nothing. */
function notPosted(failure: Failure): Failure {
  return failure.type === 'misconfigured' || failure.type === 'not_applied' ? failure : { type: 'not_applied', reason: failure.reason };
}
