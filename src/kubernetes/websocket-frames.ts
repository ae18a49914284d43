import { randomBytes } from 'node:crypto';

/** RFC 6455 frame kinds. */
export const opcodes = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;

export type Frame = { isLast: boolean; opcode: number; payload: Buffer };

const maxPayload = 16 * 1024 * 1024;

/** A client's frame: always whole, always masked. */
export function encodeFrame(opcode: number, payload: Buffer): Buffer {
  const mask = randomBytes(4);
  const masked = Buffer.from(payload);
  for (let index = 0; index < masked.length; index += 1) masked[index] = (masked[index] ?? 0) ^ (mask[index % 4] ?? 0);
  return Buffer.concat([head(opcode, payload.length), mask, masked]);
}

function head(opcode: number, length: number): Buffer {
  const first = 0x80 | opcode;
  if (length < 126) return Buffer.from([first, 0x80 | length]);
  if (length < 65_536) {
    const bytes = Buffer.from([first, 0x80 | 126, 0, 0]);
    bytes.writeUInt16BE(length, 2);
    return bytes;
  }
  const bytes = Buffer.alloc(10);
  bytes.set([first, 0x80 | 127]);
  bytes.writeBigUInt64BE(BigInt(length), 2);
  return bytes;
}

/** Collects bytes as they come and gives the frames that are complete. Throws when a server breaks the protocol. */
export function createFrameReader(): (bytes: Buffer) => readonly Frame[] {
  let pending: Buffer = Buffer.alloc(0);
  return (bytes) => {
    pending = pending.length === 0 ? bytes : Buffer.concat([pending, bytes]);
    const frames: Frame[] = [];
    for (;;) {
      const size = frameSize(pending);
      if (size === undefined || pending.length < size.end) return frames;
      const first = pending[0] ?? 0;
      frames.push({ isLast: (first & 0x80) !== 0, opcode: first & 0x0f, payload: pending.subarray(size.start, size.end) });
      pending = pending.subarray(size.end);
    }
  };
}

function frameSize(bytes: Buffer): { start: number; end: number } | undefined {
  if (bytes.length < 2) return undefined;
  const second = bytes[1] ?? 0;
  if ((second & 0x80) !== 0) throw new Error('the server sent a masked frame');
  const short = second & 0x7f;
  if (short < 126) return { start: 2, end: 2 + short };
  const start = short === 126 ? 4 : 10;
  if (bytes.length < start) return undefined;
  const length = short === 126 ? bytes.readUInt16BE(2) : Number(bytes.readBigUInt64BE(2));
  if (length > maxPayload) throw new Error('the server sent a frame of more than 16 MiB');
  return { start, end: start + length };
}
