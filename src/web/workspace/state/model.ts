import type { PageEvent, PageMessage, PageState } from '../../../simulator/slack/page-contract.ts';
import type { Press } from '../blocks/scope.ts';

export type Connection = 'connecting' | 'live' | 'reconnecting';

/** A short notice in the corner. `hint` says what to do next. */
export type Toast = {
  id: number;
  tone: 'error' | 'info';
  text: string;
  hint: string;
  /** Only for screens where the thread covers the channel. */
  narrowOnly?: boolean;
};

/** A press that waits for the person to confirm it. */
export type PendingPress = { press: Press; target: PressTarget };

/** What the pressed block belongs to. */
export type PressTarget = { kind: 'message'; channel: string; ts: string } | { kind: 'view'; viewId: string };

/** A press or an order on its way: its element is shown as busy until the answer. */
export type BusyKey = string;

/** Everything the page knows. One value, changed only by the reducer. */
export type Model = {
  /** Null until the first answer of the simulation. */
  workspace: PageState | null;
  connection: Connection;
  /** Why there is no workspace yet. */
  problem: string | null;
  actingAs: string;
  channelId: string;
  threadTs: string | null;
  /** Whether nothing of the open thread had been in sight before: then one reads it from its beginning. */
  threadIsFresh: boolean;
  /** The newest message that was in sight, by channel id, and by `channel/root ts` for a thread. */
  seen: Readonly<Record<string, string>>;
  /** False while the browser tab is in the background: then nothing counts as seen. */
  isInSight: boolean;
  toasts: readonly Toast[];
  pending: PendingPress | null;
  busy: readonly BusyKey[];
  sidebarOpen: boolean;
  /** Samples that were fired from this page and not resolved yet. */
  fired: readonly string[];
  now: number;
};

export type Step =
  | { type: 'loaded'; workspace: PageState }
  | { type: 'unreachable'; problem: string }
  | { type: 'event'; event: PageEvent }
  | { type: 'connection'; connection: Connection }
  | { type: 'act_as'; person: string }
  | { type: 'open_channel'; channel: string }
  | { type: 'open_thread'; channel: string; ts: string }
  | { type: 'close_thread' }
  | { type: 'sidebar'; open: boolean }
  | { type: 'in_sight'; value: boolean }
  | { type: 'toast'; tone: Toast['tone']; text: string; hint: string }
  | { type: 'dismiss'; id: number }
  | { type: 'ask'; pending: PendingPress }
  | { type: 'asked' }
  | { type: 'busy'; key: BusyKey; value: boolean }
  | { type: 'view_errors'; viewId: string; errors: Readonly<Record<string, string>> }
  | { type: 'fired'; sample: string; value: boolean }
  | { type: 'tick'; now: number };

/** What the address bar and this tab's storage remember from before a reload. */
export type Remembered = { actingAs: string; channelId: string; threadTs: string | null; now: number };

export function initialModel(remembered: Remembered): Model {
  return {
    workspace: null,
    connection: 'connecting',
    problem: null,
    actingAs: remembered.actingAs,
    channelId: remembered.channelId,
    threadTs: remembered.threadTs,
    threadIsFresh: false,
    seen: {},
    isInSight: true,
    toasts: [],
    pending: null,
    busy: [],
    sidebarOpen: false,
    fired: [],
    now: remembered.now,
  };
}

/** The key under which a thread's last seen reply is kept. */
export function threadKey(channel: string, ts: string): string {
  return `${channel}/${ts}`;
}

/** The key of an interactive element that may be on its way. */
export function busyKey(target: PressTarget, blockId: string, actionId: string): BusyKey {
  const place = target.kind === 'message' ? `${target.channel}/${target.ts}` : target.viewId;
  return `${place}/${blockId}/${actionId}`;
}

/** A reply lives in its thread only, unless it was sent to the channel too. */
export function isInChannel(message: PageMessage): boolean {
  return message.threadTs === undefined || message.threadTs === message.ts || message.isBroadcast;
}
