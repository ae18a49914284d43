import type { ServerResponse } from 'node:http';

/** What goes back over the wire, or what becomes of the connection instead. */
export type WireAnswer =
  | { kind: 'answer'; status: number; headers: Readonly<Record<string, string>>; body: string }
  /** The connection breaks before anything is sent. */
  | { kind: 'drop' }
  /** Half of the body, and then the connection breaks (`cut`) or stays open in silence (`stall`). */
  | { kind: 'cut' | 'stall'; headers: Readonly<Record<string, string>>; body: string };

export function jsonAnswer(body: unknown, headers: Readonly<Record<string, string>> = {}, status = 200): WireAnswer {
  return { kind: 'answer', status, headers: { 'content-type': 'application/json; charset=utf-8', ...headers }, body: JSON.stringify(body) };
}

export function textAnswer(status: number, body: string): WireAnswer {
  return { kind: 'answer', status, headers: { 'content-type': 'text/plain; charset=utf-8' }, body };
}

/** Sends an answer, or breaks or stalls the connection as it says. */
export function sendAnswer(response: ServerResponse, answer: WireAnswer): void {
  if (answer.kind === 'drop') {
    response.destroy();
    return;
  }
  if (answer.kind === 'answer') {
    response.writeHead(answer.status, { ...answer.headers, 'content-length': String(Buffer.byteLength(answer.body)) });
    response.end(answer.body);
    return;
  }
  const bytes = Buffer.from(answer.body);
  response.writeHead(200, { ...answer.headers, 'content-length': String(bytes.length) });
  response.write(bytes.subarray(0, Math.floor(bytes.length / 2)), () => {
    if (answer.kind === 'cut') response.destroy();
  });
}
