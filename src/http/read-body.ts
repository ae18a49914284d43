import type { IncomingMessage } from 'node:http';

export type Body = { type: 'text'; text: string } | { type: 'too_large' } | { type: 'no_room' } | { type: 'aborted' };

/** `take` is asked for room for each part before it is kept. */
type Bounds = { limit: number; take: (bytes: number) => boolean };

/** Reads a request's body as UTF-8 text and keeps no byte more than there is room for. What comes after that is thrown away unread. */
export function readBody(request: IncomingMessage, { limit, take }: Bounds): Promise<Body> {
  if (Number(request.headers['content-length'] ?? 0) > limit) {
    discard(request, limit);
    return Promise.resolve({ type: 'too_large' });
  }
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= limit && take(chunk.length)) return void chunks.push(chunk);
      chunks.length = 0;
      request.removeAllListeners('data');
      discard(request, limit);
      resolve({ type: size > limit ? 'too_large' : 'no_room' });
    });
    request.once('end', () => resolve({ type: 'text', text: Buffer.concat(chunks).toString('utf8') }));
    request.once('close', () => resolve({ type: 'aborted' }));
    request.once('error', () => resolve({ type: 'aborted' }));
  });
}

/** A client reads the answer only after it wrote its body, so more of it is swallowed; what has no end is cut off. */
function discard(request: IncomingMessage, most: number): void {
  let swallowed = 0;
  request.on('data', (chunk: Buffer) => {
    swallowed += chunk.length;
    if (swallowed > 4 * most) request.destroy();
  });
}
