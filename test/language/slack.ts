import { textsOf } from '../../src/simulator/slack/blocks/visible.ts';
import type { PageOutcome, PageView } from '../../src/simulator/slack/page-contract.ts';
import type {
  FormValues,
  SeenMessage,
  SimulatedChannel,
  SimulatedPerson,
  SlackWorkspace,
} from '../../src/simulator/slack/workspace-types.ts';
import { createWaiter, type WaitOptions, type Waiter } from './waiting.ts';

/** A story told in a Slack workspace: people act, and everybody sees what the bot does. */
export type SlackStory = {
  channel(name: string): ChannelStory;
  person(name: string): PersonStory;
} & Pick<Waiter, 'settled' | 'passes' | 'until'>;

type ChannelStory = {
  readonly id: string;
  readonly name: string;
  /** Waits for a message of the channel (not of a thread) that matches; the newest one counts. */
  expectMessage(pattern: RegExp): Promise<MessageStory>;
  /** Fails when such a message is there once everything has settled. */
  expectNoMessage(pattern: RegExp): Promise<void>;
  messages(): readonly SeenMessage[];
};

export type MessageStory = {
  readonly channel: string;
  readonly ts: string;
  /** The message as it is now. */
  now(): SeenMessage;
  /** Waits until the message, which may be edited in the meantime, matches. */
  expectText(pattern: RegExp): Promise<void>;
  /** A button or menu by its label or action id, as it is drawn now. */
  button(label: string): ButtonStory;
  hasButton(label: string): boolean;
  readonly thread: ThreadStory;
};

type ButtonStory = {
  /** Presses it; fails when the app does not acknowledge. */
  pressedBy(person: PersonStory, options?: { selected?: string }): Promise<void>;
};

type ThreadStory = {
  expectReply(pattern: RegExp): Promise<MessageStory>;
  expectNoReply(pattern: RegExp): Promise<void>;
  replies(): readonly SeenMessage[];
};

type PersonStory = {
  readonly id: string;
  readonly simulated: SimulatedPerson;
  /** Writes a message or a slash command; fails when the app does not acknowledge. */
  types(text: string, place: { in: ChannelStory; thread?: MessageStory }): Promise<void>;
  /** The same, with the outcome handed back instead of judged. */
  tries(text: string, place: { in: ChannelStory; thread?: MessageStory }): Promise<PageOutcome>;
  /** Waits for an ephemeral message to this person, in any channel unless one is named. */
  seesOnlyToThem(pattern: RegExp, place?: { in: ChannelStory }): Promise<MessageStory>;
  readonly modal: ModalStory;
};

type ModalStory = {
  /** Waits until a modal is open whose title or content matches. */
  expect(pattern: RegExp): Promise<PageView>;
  fill(values: FormValues): ModalStory;
  /** Submits the modal, waiting for one to be open; fails when the app does not accept it. */
  submit(): Promise<void>;
  /** Submits and hands the validation errors back, by block id; fails when there are none. */
  submitExpectingErrors(): Promise<Readonly<Record<string, string>>>;
  presses(label: string, options?: { selected?: string }): Promise<void>;
  close(): Promise<void>;
  expectClosed(): Promise<void>;
};

function listed(messages: readonly SeenMessage[]): string {
  const lines = messages.slice(-15).map((message) => `  [${message.ts} ${message.user}] ${message.visibleText.replaceAll('\n', ' | ')}`);
  return lines.length === 0 ? 'there was nothing' : `there was:\n${lines.join('\n')}`;
}

function newest(messages: readonly SeenMessage[], pattern: RegExp): SeenMessage | undefined {
  return messages.findLast((message) => pattern.test(message.visibleText));
}

function requireOk(outcome: PageOutcome, what: string): void {
  if (!outcome.ok) throw new Error(`${what} failed: ${outcome.error}`);
}

type Scene = { workspace: SlackWorkspace; waiter: Waiter };

/** A list of messages that a story waits for: a channel, a thread, or what only one person sees. */
function expectIn(scene: Scene, list: { name: string; read: () => readonly SeenMessage[] }) {
  const some = async (pattern: RegExp): Promise<MessageStory> => {
    const found = await scene.waiter.until(
      () => newest(list.read(), pattern),
      () => `expected ${String(pattern)} ${list.name}; ${listed(list.read())}`,
    );
    return createMessage(scene, found);
  };
  const none = async (pattern: RegExp): Promise<void> => {
    await scene.waiter.settled();
    const found = newest(list.read(), pattern);
    if (found !== undefined) throw new Error(`expected nothing like ${String(pattern)} ${list.name}; ${listed([found])}`);
  };
  return { some, none };
}

function createMessage(scene: Scene, seen: SeenMessage): MessageStory {
  const channel = scene.workspace.channel(seen.channel);
  const now = () => {
    const ephemerals = seen.onlyFor === undefined ? [] : channel.ephemeralsFor(seen.onlyFor);
    return channel.find(seen.ts) ?? ephemerals.find((message) => message.ts === seen.ts) ?? seen;
  };
  const replies = () => channel.thread(seen.ts);
  const thread = expectIn(scene, { name: `in the thread of ${seen.ts}`, read: replies });
  return {
    channel: seen.channel,
    ts: seen.ts,
    now,
    async expectText(pattern) {
      await scene.waiter.until(
        () => (pattern.test(now().visibleText) ? true : undefined),
        () => `expected the message ${seen.ts} to become ${String(pattern)}; ${listed([now()])}`,
      );
    },
    button(label) {
      const drawn = now();
      return {
        async pressedBy(person, options = {}) {
          requireOk(await person.simulated.press(drawn, label, options), `pressing "${label}"`);
        },
      };
    },
    hasButton: (label) => JSON.stringify(now().blocks).includes(`"text":${JSON.stringify(label)}`),
    thread: { expectReply: thread.some, expectNoReply: thread.none, replies },
  };
}

function createChannelStory(scene: Scene, channel: SimulatedChannel): ChannelStory {
  const expectation = expectIn(scene, { name: `in #${channel.name}`, read: channel.messages.bind(channel) });
  return {
    id: channel.id,
    name: channel.name,
    expectMessage: expectation.some,
    expectNoMessage: expectation.none,
    messages: () => channel.messages(),
  };
}

function createModal(scene: Scene, person: SimulatedPerson): ModalStory {
  const describeView = () => {
    const view = person.view();
    return view === undefined ? 'no modal is open' : `the open one says: ${textsOf(view.view).join(' | ')}`;
  };
  const open = (pattern: RegExp) =>
    scene.waiter.until(
      () => {
        const view = person.view();
        return view !== undefined && pattern.test(textsOf(view.view).join('\n')) ? view : undefined;
      },
      () => `expected a modal like ${String(pattern)} for ${person.name}; ${describeView()}`,
    );
  const modal: ModalStory = {
    expect: open,
    fill(values) {
      person.fill(values);
      return modal;
    },
    async submit() {
      await open(/(?:)/);
      const outcome = await person.submit();
      requireOk(outcome, 'submitting the modal');
      if (outcome.ok && outcome.viewErrors !== undefined) throw new Error(`the modal was refused: ${JSON.stringify(outcome.viewErrors)}`);
    },
    async submitExpectingErrors() {
      await open(/(?:)/);
      const outcome = await person.submit();
      requireOk(outcome, 'submitting the modal');
      if (!outcome.ok || outcome.viewErrors === undefined) throw new Error('the modal was accepted, and errors were expected');
      return outcome.viewErrors;
    },
    async presses(label, options = {}) {
      await open(/(?:)/);
      requireOk(await person.pressInView(label, options), `pressing "${label}" in the modal`);
    },
    async close() {
      requireOk(await person.closeView(), 'closing the modal');
    },
    async expectClosed() {
      await scene.waiter.until(
        () => (person.view() === undefined ? true : undefined),
        () => `expected no modal for ${person.name}; ${describeView()}`,
      );
    },
  };
  return modal;
}

function createPersonStory(scene: Scene, person: SimulatedPerson): PersonStory {
  const tries: PersonStory['tries'] = (text, place) =>
    person.types(place.in.id, text, place.thread === undefined ? {} : { thread: place.thread.ts });
  return {
    id: person.id,
    simulated: person,
    tries,
    async types(text, place) {
      requireOk(await tries(text, place), `typing "${text}"`);
    },
    seesOnlyToThem(pattern, place) {
      const channels = place === undefined ? scene.workspace.pageState().channels.map((channel) => channel.id) : [place.in.id];
      const read = () => channels.flatMap((channel) => scene.workspace.channel(channel).ephemeralsFor(person.id));
      return expectIn(scene, { name: `only to ${person.name}`, read }).some(pattern);
    },
    modal: createModal(scene, person),
  };
}

/** Begins a story. With a manual clock, waiting moves it on whenever nothing happens. */
export function slackStory(workspace: SlackWorkspace, options: WaitOptions = {}): SlackStory {
  const scene: Scene = { workspace, waiter: createWaiter(workspace, options) };
  return {
    channel: (name) => createChannelStory(scene, workspace.channel(name)),
    person: (name) => createPersonStory(scene, workspace.person(name)),
    settled: () => scene.waiter.settled(),
    passes: (ms) => scene.waiter.passes(ms),
    until: (probe, explain) => scene.waiter.until(probe, explain),
  };
}
