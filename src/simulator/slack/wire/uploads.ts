import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Core } from '../core.ts';
import { sendAnswer, textAnswer } from './answer.ts';
import { readBody } from './request-body.ts';

const mostBytes = 33 * 1024 * 1024;
/** What faults call the bytes' own request, which is no method of the Web API. */
const uploadStep = 'upload';

/** The uploaded bytes: the body itself, or the one file of a multipart form, as the SDK sends it. */
async function fileBytes(contentType: string, body: Buffer): Promise<Buffer | undefined> {
  if (!contentType.startsWith('multipart/form-data')) return body;
  const form = await new Response(new Uint8Array(body), { headers: { 'content-type': contentType } }).formData();
  for (const [, value] of form) {
    return typeof value === 'string' ? Buffer.from(value) : Buffer.from(await value.arrayBuffer());
  }
  return undefined;
}

/** Takes the bytes of a file whose upload was announced. */
export async function takeUpload(core: Core, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const id = (request.url ?? '').split('/').at(-1) ?? '';
  const file = core.state.files.get(id);
  const body = await readBody(request, mostBytes);
  if (file === undefined || body === undefined) return sendAnswer(response, textAnswer(404, 'no such upload'));
  if (core.faults.hits('dropBeforeApply', uploadStep) !== undefined) return sendAnswer(response, { kind: 'drop' });
  const broken = core.faults.hits('serverErrorBeforeApply', uploadStep);
  if (broken !== undefined) return sendAnswer(response, textAnswer(broken.status ?? 503, 'upstream error'));
  const bytes = await fileBytes(request.headers['content-type'] ?? '', body);
  if (bytes?.length !== file.length) return sendAnswer(response, textAnswer(400, 'the length is not the announced one'));
  core.state.files.put({ ...file, content: bytes.toString('base64') });
  if (core.faults.hits('dropAfterApply', uploadStep) !== undefined) return sendAnswer(response, { kind: 'drop' });
  sendAnswer(response, textAnswer(200, `OK - ${bytes.length}`));
}

const pngSignature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

/** Gives a file to the page: pictures to look at, by what they are and not by their name; all else as a download, as it is not trusted. */
export function sendFile(core: Core, request: IncomingMessage, response: ServerResponse): void {
  const id = (request.url ?? '').split('/').at(-1)?.split('?', 1)[0] ?? '';
  const file = core.state.files.get(id);
  if (file?.content === undefined) return sendAnswer(response, textAnswer(404, 'no such file'));
  const content = Buffer.from(file.content, 'base64');
  const isPicture = content.subarray(0, pngSignature.length).equals(pngSignature);
  response.writeHead(200, {
    'content-type': isPicture ? 'image/png' : 'application/octet-stream',
    'content-disposition': `${isPicture ? 'inline' : 'attachment'}; filename*=UTF-8''${encodeURIComponent(file.name)}`,
    'x-content-type-options': 'nosniff',
  });
  response.end(content);
}
