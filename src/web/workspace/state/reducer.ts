import type { PageEvent, PageMessage, PageState } from '../../../simulator/slack/page-contract.ts';
import { isInChannel, threadKey, type Model, type Step, type Toast } from './model.ts';

/** The next model. Pure: the same steps give the same page. */
export function reduce(model: Model, step: Step): Model {
  switch (step.type) {
    case 'loaded':
      return markSeen(loaded(model, step.workspace));
    case 'event':
      return model.workspace === null
        ? model
        : markSeen(told({ ...model, workspace: applyEvent(model.workspace, step.event) }, step.event));
    case 'open_channel':
      return markSeen({ ...model, channelId: step.channel, threadTs: null, sidebarOpen: false });
    case 'open_thread':
      return markSeen({ ...model, channelId: step.channel, threadTs: step.ts, threadIsFresh: isFresh(model, step), sidebarOpen: false });
    case 'in_sight':
      return markSeen({ ...model, isInSight: step.value });
    default:
      return reduceSmall(model, step);
  }
}

function isFresh(model: Model, { channel, ts }: { channel: string; ts: string }): boolean {
  if (model.channelId === channel && model.threadTs === ts) return model.threadIsFresh;
  return model.seen[threadKey(channel, ts)] === undefined;
}

/** An answer in the channel is out of sight where the thread covers it: said, so that a press in the thread never seems to do nothing. */
function told(model: Model, event: PageEvent): Model {
  if (event.type !== 'message' || model.threadTs === null) return model;
  const { onlyFor, threadTs, channel } = event.message;
  if (onlyFor !== model.actingAs || threadTs !== undefined || channel !== model.channelId) return model;
  const text = 'The answer is in the channel';
  return withToast(model, { tone: 'info', text, hint: 'Only you see it. Go back from the thread to read it.', narrowOnly: true });
}

function withToast(model: Model, toast: Omit<Toast, 'id'>): Model {
  const id = Math.max(0, ...model.toasts.map((other) => other.id)) + 1;
  const others = model.toasts.filter(({ text }) => text !== toast.text);
  return { ...model, toasts: [...others, { id, ...toast }].slice(-3) };
}

type SmallStep = Exclude<Step, { type: 'loaded' | 'event' | 'open_channel' | 'open_thread' | 'in_sight' }>;

function reduceSmall(model: Model, step: SmallStep): Model {
  switch (step.type) {
    case 'unreachable':
      return { ...model, problem: step.problem };
    case 'connection':
      return { ...model, connection: step.connection };
    case 'act_as':
      return { ...model, actingAs: step.person, pending: null };
    case 'close_thread':
      return { ...model, threadTs: null };
    case 'sidebar':
      return { ...model, sidebarOpen: step.open };
    case 'view_errors':
      return { ...model, workspace: withViewErrors(model.workspace, step) };
    case 'tick':
      return { ...model, now: step.now };
    default:
      return reduceNotices(model, step);
  }
}

type NoticeStep = Extract<Step, { type: 'toast' | 'dismiss' | 'ask' | 'asked' | 'busy' | 'fired' }>;

function reduceNotices(model: Model, step: NoticeStep): Model {
  switch (step.type) {
    case 'toast': {
      const { tone, text, hint } = step;
      return withToast(model, { tone, text, hint });
    }
    case 'dismiss':
      return { ...model, toasts: model.toasts.filter((toast) => toast.id !== step.id) };
    case 'ask':
      return { ...model, pending: step.pending };
    case 'asked':
      return { ...model, pending: null };
    case 'busy':
      return { ...model, busy: toggled(model.busy, step.key, step.value) };
    case 'fired':
      return { ...model, fired: toggled(model.fired, step.sample, step.value) };
  }
}

function toggled(list: readonly string[], item: string, isIn: boolean): readonly string[] {
  const others = list.filter((other) => other !== item);
  return isIn ? [...others, item] : others;
}

/** A fresh state. The first one counts as read, so that a person starts with a calm sidebar; later ones keep what was seen. */
function loaded(model: Model, workspace: PageState): Model {
  const sorted = { ...workspace, messages: [...workspace.messages].sort(byTs) };
  const people = workspace.people.filter((person) => !person.isBot);
  const actingAs = people.some((person) => person.id === model.actingAs) ? model.actingAs : (people[0]?.id ?? '');
  const known = workspace.channels.some((channel) => channel.id === model.channelId);
  return {
    ...model,
    workspace: sorted,
    problem: null,
    actingAs,
    channelId: known ? model.channelId : firstChannel(workspace),
    threadTs: known ? rootOf(sorted.messages, model) : null,
    seen: model.workspace === null ? newest(sorted.messages) : model.seen,
  };
}

/** The thread that is named by its root, or by one of its replies, as in a permalink. */
function rootOf(messages: readonly PageMessage[], place: Pick<Model, 'channelId' | 'threadTs'>): string | null {
  const named = messages.find((message) => message.channel === place.channelId && message.ts === place.threadTs);
  return named?.threadTs ?? place.threadTs;
}

function firstChannel(workspace: PageState): string {
  const incidents = workspace.channels.find((channel) => channel.name === 'incidents');
  return (incidents ?? workspace.channels[0])?.id ?? '';
}

function newest(messages: readonly PageMessage[]): Readonly<Record<string, string>> {
  const seen: Record<string, string> = {};
  for (const message of messages) {
    if (isInChannel(message)) seen[message.channel] = message.ts;
    if (message.threadTs !== undefined) seen[threadKey(message.channel, message.threadTs)] = message.ts;
  }
  return seen;
}

function applyEvent(workspace: PageState, event: PageEvent): PageState {
  switch (event.type) {
    case 'message':
      return { ...workspace, messages: withMessage(workspace.messages, event.message) };
    case 'deleted':
      return { ...workspace, messages: workspace.messages.filter((one) => one.channel !== event.channel || one.ts !== event.ts) };
    case 'channel':
      return { ...workspace, channels: replacedById(workspace.channels, event.channel) };
    case 'view':
      return { ...workspace, views: replacedById(workspace.views, event.view) };
    case 'view_closed':
      return { ...workspace, views: workspace.views.filter((view) => view.id !== event.id) };
    case 'notice':
      return { ...workspace, notice: event.notice };
    case 'faults':
      return { ...workspace, faults: event.faults };
    case 'reload':
      return workspace;
  }
}

function withMessage(messages: readonly PageMessage[], message: PageMessage): readonly PageMessage[] {
  const index = messages.findIndex((other) => other.channel === message.channel && other.ts === message.ts);
  if (index >= 0) return messages.with(index, message);
  const last = messages.at(-1);
  if (last === undefined || byTs(last, message) <= 0) return [...messages, message];
  return [...messages, message].sort(byTs);
}

// A ts is seconds and microseconds of fixed width, so the order of the texts is the order of the times.
function byTs(a: PageMessage, b: PageMessage): number {
  if (a.ts === b.ts) return 0;
  return a.ts < b.ts ? -1 : 1;
}

function replacedById<T extends { id: string }>(list: readonly T[], item: T): readonly T[] {
  const index = list.findIndex((other) => other.id === item.id);
  return index < 0 ? [...list, item] : list.with(index, item);
}

function withViewErrors(workspace: PageState | null, step: Step & { type: 'view_errors' }): PageState | null {
  if (workspace === null) return null;
  const views = workspace.views.map((view) => (view.id === step.viewId ? { ...view, errors: step.errors } : view));
  return { ...workspace, views };
}

/** What is on the screen of a tab in sight is seen. */
function markSeen(model: Model): Model {
  if (model.workspace === null || !model.isInSight) return model;
  const seen: Record<string, string> = { ...model.seen };
  const mark = (key: string, message: PageMessage | undefined) => {
    if (message !== undefined && message.ts > (seen[key] ?? '')) seen[key] = message.ts;
  };
  const { channelId, threadTs } = model;
  const here = model.workspace.messages.filter((message) => message.channel === channelId);
  mark(channelId, here.findLast(isInChannel));
  if (threadTs !== null) {
    mark(
      threadKey(channelId, threadTs),
      here.findLast((message) => message.threadTs === threadTs),
    );
  }
  return { ...model, seen };
}
