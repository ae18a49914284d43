import type { Duplex } from 'node:stream';
import { z } from 'zod';
import type { ExecOutcome, ExecRequest } from '../doors/cluster.ts';
import { createFrameReader, encodeFrame, opcodes, type Frame } from './websocket-frames.ts';

/** The first byte of each message says what it is about. */
const channels = { stdin: 0, stdout: 1, stderr: 2, result: 3, close: 255 } as const;
const pingMs = 5000;
const silentMs = 30_000;
const closeMs = 2000;
const stdinPiece = 32_768;

const resultSchema = z.object({
  status: z.string().optional(),
  reason: z.string().optional(),
  message: z.string().optional(),
  details: z.object({ causes: z.array(z.object({ reason: z.string().optional(), message: z.string().optional() })).default([]) }).nullish(),
});

type Opened = { socket: Duplex; early: Buffer };

/**
 * Speaks the channel protocol on an open socket until the command's result is there and the socket is closed. A socket that ends without a result is `lost`:
 * so is one that gives no sign of life, and one that we close because the signal asks for it.
 */
export function runExecChannel({ socket, early }: Opened, request: ExecRequest): Promise<ExecOutcome> {
  return new Promise((resolve) => {
    const decoders = { stdout: new TextDecoder(), stderr: new TextDecoder() };
    const readFrames = createFrameReader();
    const parts: Buffer[] = [];
    let result: ExecOutcome | undefined;
    let lostReason = 'the connection ended without a result';
    let heardAt = performance.now();

    const emit = (stream: 'stdout' | 'stderr', bytes: Buffer | undefined) => {
      const text = bytes === undefined ? decoders[stream].decode() : decoders[stream].decode(bytes, { stream: true });
      if (text !== '') request.onOutput(stream, text);
    };
    const finish = () => {
      clearInterval(pinging);
      clearTimeout(closing);
      request.signal.removeEventListener('abort', onAbort);
      emit('stdout', undefined);
      emit('stderr', undefined);
      resolve(result ?? { type: 'lost', reason: lostReason });
    };
    const drop = (reason: string) => {
      lostReason = reason;
      socket.destroy();
    };
    const onAbort = () => drop('it was stopped before it ended');
    const onMessage = (message: Buffer) => {
      const body = message.subarray(1);
      if (message[0] === channels.stdout) emit('stdout', body);
      else if (message[0] === channels.stderr) emit('stderr', body);
      else if (message[0] === channels.result) {
        result = readResult(body.toString('utf8'));
        socket.write(encodeFrame(opcodes.close, Buffer.from([0x03, 0xe8])));
        closing = setTimeout(() => socket.destroy(), closeMs);
      }
    };
    const onFrame = (frame: Frame) => {
      if (frame.opcode === opcodes.ping) socket.write(encodeFrame(opcodes.pong, frame.payload));
      else if (frame.opcode === opcodes.close) socket.end();
      else if (frame.opcode <= opcodes.binary) {
        parts.push(frame.payload);
        if (frame.isLast) onMessage(Buffer.concat(parts.splice(0)));
      }
    };
    const onBytes = (bytes: Buffer) => {
      heardAt = performance.now();
      try {
        readFrames(bytes).forEach(onFrame);
      } catch (error) {
        drop(error instanceof Error ? error.message : String(error));
      }
    };
    const ping = () => {
      if (performance.now() - heardAt > silentMs) drop('the connection gave no sign of life for 30 seconds');
      else socket.write(encodeFrame(opcodes.ping, Buffer.alloc(0)));
    };

    let closing: NodeJS.Timeout | undefined;
    const pinging = setInterval(ping, pingMs);
    socket.on('error', (error) => {
      lostReason = `the connection failed: ${error.message}`;
    });
    socket.on('close', finish);
    socket.on('end', () => socket.end());
    socket.on('data', onBytes);
    if (early.length > 0) onBytes(early);
    if (request.signal.aborted) onAbort();
    else request.signal.addEventListener('abort', onAbort, { once: true });
    if (request.stdin !== undefined) sendStdin(socket, request.stdin);
  });
}

function sendStdin(socket: Duplex, stdin: string): void {
  const bytes = Buffer.from(stdin, 'utf8');
  for (let start = 0; start < bytes.length; start += stdinPiece) {
    socket.write(encodeFrame(opcodes.binary, Buffer.concat([Buffer.from([channels.stdin]), bytes.subarray(start, start + stdinPiece)])));
  }
  socket.write(encodeFrame(opcodes.binary, Buffer.from([channels.close, channels.stdin])));
}

/** The `Status` that ends a remote command. */
function readResult(text: string): ExecOutcome {
  try {
    const result = resultSchema.parse(JSON.parse(text));
    if (result.status === 'Success') return { type: 'exited', exitCode: 0 };
    const code = result.details?.causes.find((cause) => cause.reason === 'ExitCode')?.message;
    if (result.reason === 'NonZeroExitCode' && code !== undefined && /^\d+$/.test(code)) return { type: 'exited', exitCode: Number(code) };
    return { type: 'failed', message: result.message ?? text };
  } catch {
    return { type: 'failed', message: text };
  }
}
