import type { Clock } from '../../kernel/clock.ts';
import type { Log } from '../../kernel/log.ts';
import type { FaultEngine } from './fault-engine.ts';
import type { Pace } from './pace.ts';
import type { Changes } from './state/changes.ts';
import type { StoredChannel } from './state/model.ts';
import type { State } from './state/state.ts';
import { messageLimits } from './tables/block-limits.ts';
import type { Triggers } from './triggers.ts';
import type { WorkspaceSeed } from './workspace-types.ts';

/** What the parts of the workspace share. */
export type Core = {
  readonly seed: WorkspaceSeed;
  readonly clock: Clock;
  /** The same with fractions of a millisecond. */
  readonly fineMs: () => number;
  readonly log: Log;
  readonly plan: 'free' | 'paid';
  readonly state: State;
  readonly changes: Changes;
  readonly faults: FaultEngine;
  readonly pace: Pace;
  readonly triggers: Triggers;
  /** Where this workspace listens, such as `http://127.0.0.1:4242`. */
  baseUrl(): string;
};

/** Slack's idea of the time, which a fault may skew against everybody else's. */
export function slackNowMs(core: Core): number {
  return core.clock.now().getTime() + skewMs(core);
}

/** The same as its timestamps have it: with fractions of a millisecond. */
export function slackStampMs(core: Core): number {
  return core.fineMs() + skewMs(core);
}

function skewMs({ faults }: Core): number {
  return faults.setting('clockSkew')?.ms ?? 0;
}

/** Archived in truth, or by the fault that says so. */
export function isArchived(core: Core, channel: StoredChannel): boolean {
  const faulty = core.faults.setting('channelArchived')?.channels ?? [];
  return channel.isArchived || faulty.some((name) => name === channel.id || name.replace(/^#/, '') === channel.name);
}

/** The most text that all blocks of a message may hold together. */
export function cumulativeCap(core: Core): number | undefined {
  const setting = core.faults.setting('cumulativeCap') ?? { enabled: true };
  return setting.enabled ? (setting.characters ?? messageLimits.cumulativeBlockText) : undefined;
}
