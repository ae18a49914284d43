/**
 * What the browser page and the simulated workspace say to each other. The page reads `GET /sim/state`, follows `GET /sim/events`
 * (server-sent events, each a `PageEvent`), and acts through `POST /sim/act` with a `PageAct`, answered with a `PageOutcome`.
 */

export type PagePerson = {
  id: string;
  name: string;
  realName: string;
  title: string;
  color: string;
  isBot: boolean;
  isRestricted: boolean;
};
export type PageChannel = { id: string; name: string; topic: string; isArchived: boolean; members: readonly string[] };

export type PageMessage = {
  channel: string;
  ts: string;
  user: string;
  /** mrkdwn; the page escapes and renders it, and never trusts it. */
  text: string;
  /** Block Kit blocks as they were accepted. */
  blocks: readonly unknown[];
  threadTs?: string;
  replyCount: number;
  replyUsers: readonly string[];
  latestReply?: string;
  edited: boolean;
  isBroadcast: boolean;
  /** Set for an ephemeral message: the only person who sees it. */
  onlyFor?: string;
  reactions: readonly { name: string; users: readonly string[] }[];
  /** Uploaded files, each to be fetched from its `url` on this server. */
  files?: readonly { id: string; title: string; name: string; size: number; url: string }[];
};

export type PageView = {
  id: string;
  /** Who looks at it. */
  user: string;
  hash: string;
  /** The view object as it was accepted: title, blocks, submit, close. */
  view: unknown;
  /** Validation messages of the last submission, by block id. */
  errors: Readonly<Record<string, string>>;
};

/** A slash command. `subcommands` are the words that may follow it, for suggestions while one types. */
export type PageCommand = { command: string; description: string; usageHint: string; subcommands: readonly PageSubcommand[] };

export type PageSubcommand = { name: string; usage: string; summary: string };

export type PageSample = { id: string; title: string; description: string };

export type PageState = {
  team: { id: string; name: string };
  people: readonly PagePerson[];
  channels: readonly PageChannel[];
  messages: readonly PageMessage[];
  /** Open modals, the topmost of each person last. */
  views: readonly PageView[];
  commands: readonly PageCommand[];
  /** Alerts that can be fired from the page. */
  samples: readonly PageSample[];
  /** The faults now set, by name. */
  faults: Readonly<Record<string, unknown>>;
  /** What the simulation says about itself (a status line for the page). */
  notice: string;
};

export type PageEvent =
  | { type: 'message'; message: PageMessage }
  | { type: 'deleted'; channel: string; ts: string }
  | { type: 'channel'; channel: PageChannel }
  | { type: 'view'; view: PageView }
  | { type: 'view_closed'; id: string; user: string }
  | { type: 'notice'; notice: string }
  | { type: 'faults'; faults: Readonly<Record<string, unknown>> }
  /** The state is not a small step from the last one: read it anew. */
  | { type: 'reload' };

export type PageAct =
  | { act: 'say'; as: string; channel: string; text: string; threadTs?: string }
  | { act: 'press'; as: string; channel: string; ts: string; blockId: string; actionId: string; value?: string; selected?: string }
  | { act: 'submit'; as: string; viewId: string; values: Readonly<Record<string, Readonly<Record<string, PageInput>>>> }
  | { act: 'close'; as: string; viewId: string }
  | { act: 'view_press'; as: string; viewId: string; blockId: string; actionId: string; value?: string; selected?: string }
  | { act: 'fire'; as: string; sample: string }
  | { act: 'resolve'; as: string; sample: string };

/** What a person put into one input of a modal. */
export type PageInput =
  | { type: 'text'; value: string }
  | { type: 'option'; value: string | null }
  | { type: 'options'; values: readonly string[] }
  | { type: 'user'; value: string | null };

/** `error` is the short text that Slack would show the person, such as "operation_timeout". */
export type PageOutcome = { ok: true; viewErrors?: Readonly<Record<string, string>> } | { ok: false; error: string };
