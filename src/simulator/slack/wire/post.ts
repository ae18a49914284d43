import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';

/** What became of a POST. */
export type Posted =
  | { outcome: 'answered'; status: number; headers: Readonly<Record<string, string | string[] | undefined>>; body: string }
  | { outcome: 'timeout' }
  | { outcome: 'connection_failed' };

const mostAnswerBytes = 1024 * 1024;

/** Sends exactly these headers and bytes on a connection of its own, and waits at most `deadlineMs` of real time for the whole answer. */
export function postBytes(
  url: string,
  message: { headers: Readonly<Record<string, string>>; body: string },
  deadlineMs: number,
): Promise<Posted> {
  const send = url.startsWith('https:') ? httpsRequest : httpRequest;
  return new Promise((resolve) => {
    const bytes = Buffer.from(message.body);
    const headers = { ...message.headers, 'content-length': String(bytes.length), connection: 'close' };
    const request = send(url, { method: 'POST', headers, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      let size = 0;
      response.on('data', (chunk: Buffer) => {
        size += chunk.length;
        if (size <= mostAnswerBytes) chunks.push(chunk);
      });
      response.on('error', () => finish({ outcome: 'connection_failed' }));
      response.on('end', () => {
        finish({
          outcome: 'answered',
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: Buffer.concat(chunks).toString('utf8'),
        });
      });
    });
    const deadline = setTimeout(() => {
      finish({ outcome: 'timeout' });
      request.destroy();
    }, deadlineMs);
    const finish = (posted: Posted) => {
      clearTimeout(deadline);
      resolve(posted);
    };
    request.on('error', () => finish({ outcome: 'connection_failed' }));
    request.end(bytes);
  });
}
