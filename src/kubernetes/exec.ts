import { z } from 'zod';
import type { ExecOutcome, ExecRequest } from '../doors/cluster.ts';
import { describeError, TocsinError } from '../kernel/errors.ts';
import type { Connection } from './connection.ts';
import { runExecChannel } from './exec-channel.ts';
import { neverSent, translateFailure } from './failures.ts';
import { openWebsocket, type Handshake } from './open-websocket.ts';

/** Kubernetes' remote command protocols over WebSocket; only the fifth can end stdin. */
const protocols = ['v5.channel.k8s.io', 'v4.channel.k8s.io'];
const nameForm = /^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/;
const messageSchema = z.object({ message: z.string() });

/** Runs a command in a container and waits for its end. */
export async function execInPod(connection: Connection, request: ExecRequest): Promise<ExecOutcome> {
  const path = execPath(request);
  let handshake: Handshake;
  let hasBegun = false;
  try {
    request.signal.throwIfAborted();
    const way = await connection.way();
    hasBegun = true;
    handshake = await openWebsocket(way, { path, protocols, signal: request.signal });
  } catch (error) {
    if (!hasBegun || neverSent(error))
      throw translateFailure(error, { server: connection.server, method: 'POST', wasStopped: false, mayHaveArrived: false });
    return { type: 'lost', reason: `the connection ended before the command was confirmed: ${describeError(error)}` };
  }
  if (handshake.type === 'refused') return { type: 'refused', status: handshake.status, message: refusalMessage(handshake.body) };
  if (request.stdin !== undefined && handshake.protocol !== protocols[0]) {
    handshake.socket.destroy();
    return { type: 'lost', reason: 'the server is too old to be told where stdin ends, so the connection was closed at once' };
  }
  return runExecChannel(handshake, request);
}

function execPath(request: ExecRequest): string {
  const { namespace, pod, container, argv } = request;
  for (const name of [namespace, pod, container]) {
    if (!nameForm.test(name) || name.includes('..'))
      throw new TocsinError('invalid', `${JSON.stringify(name)} is no name of a namespace, pod or container`);
  }
  if (argv.length === 0) throw new TocsinError('invalid', 'there is no command to run in the container');
  const query = new URLSearchParams({ container, stdout: 'true', stderr: 'true', stdin: String(request.stdin !== undefined) });
  for (const word of argv) query.append('command', word);
  return `/api/v1/namespaces/${namespace}/pods/${pod}/exec?${query.toString()}`;
}

function refusalMessage(body: string): string {
  try {
    return messageSchema.parse(JSON.parse(body)).message;
  } catch {
    return body.trim();
  }
}
