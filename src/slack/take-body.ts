import type { IncomingMessage } from 'node:http';
import { bodies } from './bolt.ts';

/** 200: the SDK may go on, and finds the body read. Anything else is the answer. */
type Taken = 200 | 400 | 413;

/**
 * Reads a request's body for the SDK and looks whether it holds anything to look into: the SDK looks at `null` as well, where nobody waits
 * for its promise, and that ends the process. What is no JSON at all the SDK refuses by itself, after it has checked the signature.
 */
export async function takeBody(request: IncomingMessage): Promise<Taken> {
  try {
    const buffered = await bodies.bufferIncomingMessage(request, bodies.defaultBodyLimit);
    return isReadable(buffered) ? 200 : 400;
  } catch (error) {
    return bodies.isRawBodyError(error) && error.type === 'entity.too.large' ? 413 : 400;
  }
}

function isReadable(buffered: Parameters<typeof bodies.parseHTTPRequestBody>[0]): boolean {
  try {
    const body: unknown = bodies.parseHTTPRequestBody(buffered);
    return typeof body === 'object' && body !== null;
  } catch {
    return true; // told by the SDK, which answers 400 to a signed request and 401 to any other
  }
}
