import { pageChannel, pageMessage, pageView } from '../page/page-shapes.ts';
import type { WorkspaceSeed } from '../workspace-types.ts';
import type { Changes } from './changes.ts';
import { createCollection, type Collection } from './collection.ts';
import type { Documents } from './documents.ts';
import { createMessageLog, tsMicros, tsText, type MessageLog } from './message-log.ts';
import {
  storedCanvas,
  storedChannel,
  storedFile,
  storedMessage,
  storedResponseUrl,
  storedView,
  type StoredCanvas,
  type StoredChannel,
  type StoredFile,
  type StoredMessage,
  type StoredResponseUrl,
  type StoredView,
} from './model.ts';
import { peopleOf, type Person } from './people.ts';

/** Everything the workspace remembers. Each change is kept in the documents and told to the listeners. */
export type State = {
  readonly people: ReadonlyMap<string, Person>;
  channels(): readonly StoredChannel[];
  /** By id, name, or #name. */
  channel(nameOrId: string): StoredChannel | undefined;
  saveChannel(channel: StoredChannel): void;
  log(channel: string): MessageLog;
  /** A ts after every ts this channel has ever had. */
  nextTs(channel: string, nowMs: number): string;
  saveMessage(message: StoredMessage): void;
  removeMessage(message: StoredMessage): void;
  readonly views: Collection<StoredView>;
  saveView(view: StoredView): void;
  removeView(view: StoredView): void;
  readonly files: Collection<StoredFile>;
  readonly canvases: Collection<StoredCanvas>;
  saveCanvas(canvas: StoredCanvas): void;
  readonly responseUrls: Collection<StoredResponseUrl>;
};

function seeded(seed: WorkspaceSeed, nowMs: number): StoredChannel[] {
  return seed.channels.map((channel) => ({
    id: channel.id,
    name: channel.name,
    topic: channel.topic ?? '',
    kind: channel.isPrivate === true ? 'private' : 'public',
    isArchived: channel.isArchived === true,
    createdMs: nowMs,
    members: [...channel.members],
    lastTs: 0,
    pins: [],
    bookmarks: [],
  }));
}

export function createState(seed: WorkspaceSeed, changes: Changes, kept: { documents: Documents; nowMs: number }): State {
  const { documents, nowMs } = kept;
  const channels = createCollection(documents, 'channel', { schema: storedChannel, keyOf: (channel) => channel.id });
  for (const channel of seeded(seed, nowMs)) if (channels.get(channel.id) === undefined) channels.put(channel);
  const logs = new Map<string, MessageLog>();
  const lastTs = new Map<string, number>(channels.values().map((channel) => [channel.id, channel.lastTs]));

  function log(channel: string): MessageLog {
    const found = logs.get(channel) ?? createMessageLog();
    logs.set(channel, found);
    return found;
  }
  for (const document of documents.all('message')) {
    const message = storedMessage.parse(document);
    log(message.channel).put(message);
    lastTs.set(message.channel, Math.max(lastTs.get(message.channel) ?? 0, tsMicros(message.ts)));
  }

  function tell(message: StoredMessage): void {
    const messages = log(message.channel);
    changes.emit({ type: 'message', message: pageMessage(message, messages) });
    const root = message.threadTs === undefined || message.threadTs === message.ts ? undefined : messages.find(message.threadTs);
    if (root !== undefined && message.onlyFor === undefined) changes.emit({ type: 'message', message: pageMessage(root, messages) });
  }
  const canvases = createCollection(documents, 'canvas', { schema: storedCanvas, keyOf: (canvas) => canvas.id });
  const views = createCollection(documents, 'view', { schema: storedView, keyOf: (view) => view.id });

  function saveChannel(channel: StoredChannel): void {
    channels.put({ ...channel, lastTs: lastTs.get(channel.id) ?? 0 });
    changes.emit({ type: 'channel', channel: pageChannel(channel) });
  }
  return {
    people: peopleOf(seed),
    channels: () => channels.values(),
    channel(nameOrId) {
      const name = nameOrId.replace(/^#/, '');
      return channels.get(nameOrId) ?? channels.values().find((channel) => channel.name === name);
    },
    saveChannel,
    log,
    nextTs(channel, nowMs) {
      const next = Math.max(Math.floor(nowMs * 1000), (lastTs.get(channel) ?? 0) + 1);
      lastTs.set(channel, next);
      return tsText(next);
    },
    saveMessage(message) {
      log(message.channel).put(message);
      documents.put('message', `${message.channel}/${message.ts}`, message);
      tell(message);
    },
    removeMessage(message) {
      log(message.channel).remove(message.ts);
      documents.remove('message', `${message.channel}/${message.ts}`);
      const channel = channels.get(message.channel);
      // The highest ts must outlive the message that had it.
      if (channel !== undefined) channels.put({ ...channel, lastTs: lastTs.get(channel.id) ?? 0 });
      changes.emit({ type: 'deleted', channel: message.channel, ts: message.ts });
      const root = message.threadTs === undefined ? undefined : log(message.channel).find(message.threadTs);
      if (root !== undefined) changes.emit({ type: 'message', message: pageMessage(root, log(message.channel)) });
    },
    views,
    saveView(view) {
      views.put(view);
      changes.emit(view.content.type === 'home' ? { type: 'home', user: view.user } : { type: 'view', view: pageView(view) });
    },
    removeView(view) {
      views.remove(view.id);
      changes.emit({ type: 'view_closed', id: view.id, user: view.user });
    },
    canvases,
    saveCanvas(canvas) {
      canvases.put(canvas);
      changes.emit({ type: 'canvas', id: canvas.id });
    },
    files: createCollection(documents, 'file', { schema: storedFile, keyOf: (file) => file.id }),
    responseUrls: createCollection(documents, 'response_url', { schema: storedResponseUrl, keyOf: (url) => url.id }),
  };
}
