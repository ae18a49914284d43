import { z } from 'zod';
import { ApiError } from '../api-error.ts';
import { acceptBlocks, decoded } from '../blocks/accept.ts';
import { cumulativeCap, slackNowMs, type Core } from '../core.ts';
import { inventSlackId } from '../identifiers.ts';
import { asApp, post } from '../posting.ts';
import type { StoredChannel, StoredFile } from '../state/model.ts';
import type { otherTable } from '../tables/other.ts';
import type { Args, Handlers, Result } from './handler.ts';
import { requirePostable, requireThread } from './target.ts';

type FileMethod = 'files.getUploadURLExternal' | 'files.completeUploadExternal' | 'files.info';
type CompleteArgs = Args<(typeof otherTable)['files.completeUploadExternal']>;

/** 1 GB is Slack's bound; a simulated workspace keeps uploads in memory. */
const mostBytes = 32 * 1024 * 1024;

function shape(core: Core, file: StoredFile): Result {
  const share = (entry: StoredFile['shares'][number]) => ({
    ts: entry.ts,
    ...(entry.threadTs === undefined ? {} : { thread_ts: entry.threadTs }),
  });
  const byChannel = Map.groupBy(file.shares, (entry) => entry.channel);
  return {
    id: file.id,
    name: file.name,
    title: file.title,
    size: file.length,
    user: core.seed.app.botUserId,
    created: Math.floor(file.createdMs / 1000),
    timestamp: Math.floor(file.createdMs / 1000),
    mode: 'hosted',
    is_external: false,
    url_private: `${core.baseUrl()}/files/${file.id}`,
    permalink: `${core.baseUrl()}/files/${file.id}`,
    channels: [...byChannel.keys()],
    shares: { public: Object.fromEntries([...byChannel].map(([channel, entries]) => [channel, entries.map(share)])) },
  };
}

function requestUpload(core: Core, args: Args<(typeof otherTable)['files.getUploadURLExternal']>): Result {
  if (args.length < 1 || args.length > mostBytes) throw new ApiError('file_upload_size_restricted');
  const file: StoredFile = {
    id: inventSlackId('F'),
    name: args.filename,
    title: args.filename,
    length: args.length,
    createdMs: slackNowMs(core),
    shares: [],
  };
  core.state.files.put(file);
  return { upload_url: `${core.baseUrl()}/upload/v1/${file.id}`, file_id: file.id };
}

const completed = z.array(z.object({ id: z.string(), title: z.string().optional() })).min(1);

function uploaded(core: Core, args: CompleteArgs): StoredFile[] {
  const parsed = completed.safeParse(decoded(args.files, 'invalid_arguments'));
  if (!parsed.success) throw new ApiError('invalid_arguments', ['must be a list of {id, title} [json-pointer:/files]']);
  return parsed.data.map(({ id, title }) => {
    const file = core.state.files.get(id);
    if (file?.content === undefined) throw new ApiError('file_not_found');
    return { ...file, title: title ?? file.title };
  });
}

/** Shares uploaded files. Slack answers before the message is there, so no ts comes back. */
function complete(core: Core, args: CompleteArgs): Result {
  const files = uploaded(core, args);
  const target = args.channel_id ?? args.channels;
  if (target === undefined) {
    files.forEach((file) => core.state.files.put(file));
    return { files: files.map((file) => shape(core, file)) };
  }
  const channel = requireShareable(core, target, args.thread_ts);
  const message = post(core, {
    channel: channel.id,
    ...asApp(core),
    text: args.initial_comment ?? '',
    blocks: acceptBlocks(args.blocks, cumulativeCap(core)),
    files: files.map((file) => ({ id: file.id, title: file.title, name: file.name, size: file.length })),
    ...(args.thread_ts === undefined ? {} : { threadTs: args.thread_ts }),
  });
  const share = { channel: channel.id, ts: message.ts, ...(args.thread_ts === undefined ? {} : { threadTs: args.thread_ts }) };
  const shared = files.map((file) => ({ ...file, shares: [...file.shares, share] }));
  shared.forEach((file) => core.state.files.put(file));
  return { files: shared.map((file) => shape(core, file)) };
}

/** This method knows no error of its own for an archived channel or a thread that is not there. */
function requireShareable(core: Core, target: string, threadTs: string | undefined): StoredChannel {
  try {
    const channel = requirePostable(core, target);
    if (threadTs !== undefined) requireThread(core, channel, threadTs);
    return channel;
  } catch (error) {
    const known = error instanceof ApiError && ['is_archived', 'cannot_reply_to_message'].includes(error.error);
    throw known ? new ApiError('posting_to_channel_denied') : error;
  }
}

export const fileHandlers: Pick<Handlers<typeof otherTable>, FileMethod> = {
  'files.getUploadURLExternal': requestUpload,
  'files.completeUploadExternal': complete,
  'files.info': (core, args) => {
    const file = core.state.files.get(args.file);
    if (file === undefined) throw new ApiError('file_not_found');
    return { file: shape(core, file), comments: [] };
  },
};
