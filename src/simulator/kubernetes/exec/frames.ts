/** One WebSocket frame that the client sent, unmasked. */
export type Frame = { opcode: number; payload: Buffer };

export const opcodes = { text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;
const mostBytes = 1024 * 1024;

/** A frame as a server sends it: whole and unmasked. */
export function writeFrame(opcode: number, payload: Buffer): Buffer {
  const { length } = payload;
  if (length < 126) return Buffer.concat([Buffer.from([0x80 | opcode, length]), payload]);
  const head = Buffer.alloc(length < 65_536 ? 4 : 10);
  head[0] = 0x80 | opcode;
  if (length < 65_536) {
    head[1] = 126;
    head.writeUInt16BE(length, 2);
  } else {
    head[1] = 127;
    head.writeBigUInt64BE(BigInt(length), 2);
  }
  return Buffer.concat([head, payload]);
}

/** Takes frames off the front of what arrived; undefined instead of frames for what no client may send. */
export function readFrames(buffer: Buffer): { frames: readonly Frame[]; rest: Buffer } | undefined {
  const frames: Frame[] = [];
  let rest = buffer;
  for (;;) {
    const size = sizeOf(rest);
    if (size === undefined) return { frames, rest };
    if (size === 'wrong') return undefined;
    const { start, length } = size;
    if (rest.length < start + 4 + length) return { frames, rest };
    const mask = rest.subarray(start, start + 4);
    const payload = Buffer.from(rest.subarray(start + 4, start + 4 + length));
    for (let index = 0; index < payload.length; index += 1) payload[index] = (payload[index] ?? 0) ^ (mask[index % 4] ?? 0);
    frames.push({ opcode: (rest[0] ?? 0) & 0x0f, payload });
    rest = rest.subarray(start + 4 + length);
  }
}

function sizeOf(buffer: Buffer): { start: number; length: number } | 'wrong' | undefined {
  const second = buffer[1];
  if (second === undefined) return undefined;
  if ((second & 0x80) === 0) return 'wrong';
  const short = second & 0x7f;
  const start = short < 126 ? 2 : short === 126 ? 4 : 10;
  if (buffer.length < start) return undefined;
  const length = short < 126 ? short : short === 126 ? buffer.readUInt16BE(2) : Number(buffer.readBigUInt64BE(2));
  return length > mostBytes ? 'wrong' : { start, length };
}
