import { Readable } from 'node:stream';

/** The text of an answer, of which at most `maxBytes` are read. Throws when the connection breaks or the signal aborts. */
export async function readBody(
  stream: unknown,
  { maxBytes, signal }: { maxBytes: number; signal: AbortSignal },
): Promise<{ text: string; isCut: boolean }> {
  if (!(stream instanceof Readable)) return { text: '', isCut: false };
  const chunks: Buffer[] = [];
  let bytes = 0;
  const end = (): unknown => stream.destroy(new Error('the answer was given up'));
  signal.addEventListener('abort', end, { once: true });
  if (signal.aborted) end();
  try {
    for await (const chunk of stream) {
      const piece = Buffer.from(chunk instanceof Uint8Array ? chunk : String(chunk));
      chunks.push(piece.subarray(0, maxBytes - bytes));
      bytes += piece.length;
      if (bytes > maxBytes) break;
    }
  } finally {
    signal.removeEventListener('abort', end);
    stream.destroy();
  }
  return { text: Buffer.concat(chunks).toString('utf8'), isCut: bytes > maxBytes };
}
