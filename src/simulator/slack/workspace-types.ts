import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Clock } from '../../kernel/clock.ts';
import type { Log } from '../../kernel/log.ts';
import type { FaultControl } from './faults.ts';
import type { PageAct, PageInput, PageMessage, PageOutcome, PageSample, PageState, PageSubcommand, PageView } from './page-contract.ts';
import type { WorkspaceChange } from './state/changes.ts';

/** A person of the simulated workspace. `name` is the handle without the at sign. */
export type SeedPerson = {
  id: string;
  name: string;
  realName: string;
  title: string;
  color: string;
  isAdmin?: boolean;
  /** A multi-channel guest. */
  isRestricted?: boolean;
  /** A single-channel guest. */
  isUltraRestricted?: boolean;
  /** From another organisation, through a shared channel. */
  isStranger?: boolean;
  /** Deactivated: Slack goes on answering who it was. */
  isDeleted?: boolean;
  timeZone?: string;
};

/** `members` are user ids, the bot's among them where it has joined. */
type SeedChannel = {
  id: string;
  name: string;
  topic?: string;
  isPrivate?: boolean;
  isArchived?: boolean;
  members: readonly string[];
};

type SeedUsergroup = { id: string; handle: string; name: string; users: readonly string[] };

/** `shouldEscape` (default true) turns `@ana` in the text into `<@U…|ana>`, as the app's manifest asks for. */
type SeedCommand = {
  command: string;
  description: string;
  usageHint: string;
  shouldEscape?: boolean;
  /** Slack knows nothing of these; the page suggests them. */
  subcommands?: readonly PageSubcommand[];
};

/** The app under test as Slack knows it. The token must start with `xoxb-simulated-`. */
export type SeedApp = {
  appId: string;
  name: string;
  botUserId: string;
  botId: string;
  botToken: string;
  signingSecret: string;
  scopes: readonly string[];
  /** Where commands, events and interactions go; may be set later with `setRequestUrl`. */
  requestUrl?: string;
  commands: readonly SeedCommand[];
  /** The bot events it subscribed to, such as `app_mention` or `message.channels`. */
  events: readonly string[];
};

/** Who and what is in the workspace, apart from the machinery. `exampleWorkspace()` gives one. */
export type WorkspaceSeed = {
  team: { id: string; name: string; domain: string };
  people: readonly SeedPerson[];
  channels: readonly SeedChannel[];
  usergroups: readonly SeedUsergroup[];
  app: SeedApp;
};

export type SlackWorkspaceOptions = WorkspaceSeed & {
  clock: Clock;
  log: Log;
  /** A SQLite file: what it holds survives a restart and a kill. In memory without it. */
  storage?: string;
  /** The pace: rate limits per method and 1 post/s per channel. Sizes are always enforced. `strict` by default. */
  limits?: 'strict' | 'off';
  /** How many posts a channel takes at once before the 1/s pace bites; 3 by default. */
  postBurst?: number;
  /** The clock of request signatures: the machine's by default, because Bolt compares them with the machine's time whatever clock we use. */
  signingClock?: Pick<Clock, 'now'>;
  /** Real milliseconds until a command, action or event counts as not acknowledged; 3,000 by default. */
  ackDeadlineMs?: number;
  /** Waits on the workspace's clock before the three repetitions of an event; 0, 60 and 300 seconds by default. */
  eventRetryDelaysMs?: readonly number[];
  /** A free team has no user groups; `paid` by default. */
  plan?: 'free' | 'paid';
  /** Alerts that the page offers to fire, and what firing and resolving one does. */
  samples?: readonly PageSample[];
  onFire?: (sample: string, person: string) => Promise<void> | void;
  onResolve?: (sample: string, person: string) => Promise<void> | void;
};

/** A message as people see it, with the text of its blocks flattened beside. */
export type SeenMessage = PageMessage & {
  /** `text` and every text inside the blocks, one per line: what a person can read. */
  readonly visibleText: string;
  /** What the app keeps with it, and people do not see. */
  readonly metadata?: { event_type: string; event_payload: Readonly<Record<string, unknown>> };
};

/** One signed request that the workspace sent to the app, with the answer it got. */
export type Delivery = {
  kind: 'command' | 'interaction' | 'event' | 'url_verification';
  /** The command, the interaction's type, or the event's type. */
  name: string;
  url: string;
  headers: Readonly<Record<string, string>>;
  body: string;
  /** HTTP status; undefined when no answer came in time or the connection failed. */
  status?: number;
  responseBody?: string;
};

/** One Web API call as it arrived, the token left out. */
export type RecordedCall = { method: string; args: Readonly<Record<string, unknown>>; error?: string; at: Date };

export type WorkspaceStats = {
  /** Calls of a method so far, refused ones included. */
  calls(method: string): number;
  /** Calls of a method answered with 429 so far. */
  rateLimited(method: string): number;
  /** Accepted posts in a channel (id or name), and the most that fell into any one second, accepted or attempted. */
  posts(channel: string): { accepted: number; mostPerSecond: number; mostAttemptedPerSecond: number };
  /** The last 1,000 calls, oldest first. */
  recentCalls(): readonly RecordedCall[];
};

/** A channel as its members see it. */
export type SimulatedChannel = {
  readonly id: string;
  readonly name: string;
  /** What the channel shows, oldest first: no thread replies (unless broadcast) and no ephemerals. */
  messages(): readonly SeenMessage[];
  /** The replies of a thread, oldest first, without its root. */
  thread(rootTs: string): readonly SeenMessage[];
  /** Ephemeral messages of one person (name or id), oldest first. */
  ephemeralsFor(person: string): readonly SeenMessage[];
  find(ts: string): SeenMessage | undefined;
  members(): readonly string[];
  /** Also tells the app, when it subscribed to channel_archive. */
  archive(): void;
  unarchive(): void;
  rename(name: string): void;
  invite(userId: string): void;
  remove(userId: string): void;
  /** The markdown of the channel's canvas, when it has one. */
  canvas(): string | undefined;
  pins(): readonly string[];
  bookmarks(): readonly { id: string; title: string; link: string }[];
};

export type FormValues = Readonly<Record<string, string | readonly string[] | PageInput | null>>;

/** What a person does. Every promise ends when the app has acknowledged, or did not in time. */
export type SimulatedPerson = {
  readonly id: string;
  readonly name: string;
  /** Sends a message (or a slash command, when the text starts with one); `thread` is the root's ts. The channel `@tocsin` is the bot's direct messages. */
  types(channel: string, text: string, options?: { thread?: string }): Promise<PageOutcome>;
  /** The same for a slash command only. */
  command(channel: string, text: string): Promise<PageOutcome>;
  /** Presses the element with this label or action id; `selected` chooses an option by its value or label, or a user. */
  press(message: { channel: string; ts: string }, element: string, options?: { selected?: string }): Promise<PageOutcome>;
  /** Presses an element inside the open modal. */
  pressInView(element: string, options?: { selected?: string }): Promise<PageOutcome>;
  /** The modal on top, if one is open. */
  view(): PageView | undefined;
  /** Remembers values for the open modal, by label, block id or action id, until `submit`. */
  fill(values: FormValues): void;
  submit(): Promise<PageOutcome>;
  closeView(): Promise<PageOutcome>;
  /** Opens the app's Home tab: the app hears app_home_opened. */
  opensHome(): Promise<void>;
  /** The Home view published for this person. */
  home(): PageView | undefined;
};

export type ListeningWorkspace = {
  /** `http://127.0.0.1:port` */
  url: string;
  /** Ends in `/api/`, as `slackApiUrl` wants it. */
  apiUrl: string;
  close(): Promise<void>;
};

export type SlackWorkspace = {
  readonly seed: WorkspaceSeed;
  /** By handle or id; throws TocsinError `not_found`. */
  person(nameOrId: string): SimulatedPerson;
  /** By `#name`, name or id; throws TocsinError `not_found`. */
  channel(nameOrId: string): SimulatedChannel;
  /** Called after every change that somebody could see; the result takes the listener off. */
  onChange(listener: (change: WorkspaceChange) => void): () => void;
  readonly faults: FaultControl;
  readonly stats: WorkspaceStats;
  setRequestUrl(url: string): void;
  /** Requests to the app and Web API calls that are not answered yet. */
  inFlight(): number;
  /** The last 1,000 requests sent to the app, oldest first. */
  deliveries(): readonly Delivery[];
  /** Sends the identical signed request again: same headers, same bytes. */
  replay(delivery: Delivery): Promise<Delivery>;
  /** Sends an event of any type, with retries, as if Slack had raised it; ends when it was delivered or given up. */
  raise(event: { type: string } & Record<string, unknown>): Promise<void>;
  /** Sends url_verification as the app's settings page does; true when the challenge came back. */
  verifyRequestUrl(): Promise<boolean>;
  /** A file's bytes as uploaded. */
  file(id: string): { name: string; title: string; content: Buffer } | undefined;
  /** A canvas's markdown. */
  canvas(id: string): string | undefined;
  pageState(): PageState;
  act(act: PageAct): Promise<PageOutcome>;
  /** Sets the status line of the page. */
  setNotice(text: string): void;
  /** `pages` answers what is not an API path, and tells whether it did. Binds 127.0.0.1 only. */
  listen(options: { port: number; pages?: (request: IncomingMessage, response: ServerResponse) => boolean }): Promise<ListeningWorkspace>;
  /** Stops listening and sending, and closes the storage. */
  close(): Promise<void>;
};
