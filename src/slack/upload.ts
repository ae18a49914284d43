import type { MessageFile } from '../chat/message.ts';
import { TocsinError } from '../kernel/errors.ts';
import type { CallSlack } from './methods.ts';

export type UploadTarget = { channel: string; threadTs?: string; comment: string };

/** An upload that nobody can see yet: repeating it does no harm. */
export async function uploadUnseen(write: CallSlack, file: MessageFile, timeoutMs: number): Promise<string> {
  const content = Buffer.from(file.base64, 'base64');
  const { upload_url, file_id } = await write('files.getUploadURLExternal', { filename: file.name, length: content.length });
  const answer = await fetch(upload_url, { method: 'POST', body: content, redirect: 'error', signal: AbortSignal.timeout(timeoutMs) });
  await answer.body?.cancel();
  if (!answer.ok) throw new TocsinError('unavailable', `the upload was answered with status ${answer.status}`);
  return file_id;
}

/** Puts an uploaded file where people see it. Slack answers before its message is there and names no ts. */
export async function shareFile(write: CallSlack, id: string, request: UploadTarget & { title: string }): Promise<void> {
  const { channel, threadTs, comment, title } = request;
  await write('files.completeUploadExternal', {
    files: JSON.stringify([{ id, title }]),
    channel_id: channel,
    initial_comment: comment,
    ...(threadTs === undefined ? {} : { thread_ts: threadTs }),
  });
}
