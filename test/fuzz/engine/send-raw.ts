import { connect } from 'node:net';

/** Sends bytes, says that no more come, and resolves with the status codes of what was answered until the connection closed. */
export function sendRaw(port: number, bytes: string): Promise<{ statuses: readonly number[]; text: string }> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
    socket.on('data', (chunk) => void chunks.push(chunk));
    socket.once('end', () => socket.end());
    // Cut off is an answer, too: a server need not listen to what is no request.
    socket.on('error', () => socket.destroy());
    socket.once('close', () => {
      const text = Buffer.concat(chunks).toString('utf8');
      resolve({ text, statuses: [...text.matchAll(/^HTTP\/1\.[01] (\d{3})/gm)].map(([, status]) => Number(status)) });
    });
    socket.end(bytes);
  });
}
