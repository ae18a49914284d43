import { closeSync, existsSync, openSync, readFileSync, readSync, statSync } from 'node:fs';

/** What opening the database would drop although it was acknowledged: SQLite ends its recovery, silently, at the first bad frame. In frames. */
type LogDamage = { readable: number; lost: number };

/** https://sqlite.org/fileformat2.html#walformat */
const headerBytes = 32;
const frameHeaderBytes = 24;
const magics: readonly number[] = [0x377f0682, 0x377f0683];

type Log = { pageSize: number; salt: Buffer; isBigEndian: boolean; sum: Sum };
type Sum = [number, number];
type Frames = {
  /** Up to and with the last whole commit. */ readable: number;
  /** Commit frames of this log behind the first bad frame. */ commitsBehind: number;
};

/**
 * Looks at the write-ahead log beside a database before SQLite does. A tail that was being written when the process died is no damage: nobody was
 * told that it is kept. Damage is certain where the index of the process before knows more commits than can be read, and, where there is no index,
 * where two commits follow a bad frame: the second began when the first was on the disk.
 */
export function findLogDamage(path: string): LogDamage | undefined {
  const known = knownFrames(`${path}-shm`);
  const seen = readLog(`${path}-wal`);
  if (seen === undefined) return undefined;
  const { log, frames } = seen;
  const isSameLog = known?.salt.equals(log.salt) === true;
  // Another process writes right now, and what was read is of two moments.
  if (isSameLog && knownFrames(`${path}-shm`)?.salt.equals(log.salt) !== true) return undefined;
  const lost = isSameLog ? known.frames - frames.readable : frames.commitsBehind - 1;
  return lost > 0 ? { readable: frames.readable, lost } : undefined;
}

/** The wal-index: how many frames were committed, of which log. Undefined when it is not there, or is not whole. */
function knownFrames(path: string): { frames: number; salt: Buffer } | undefined {
  if (!existsSync(path)) return undefined;
  const bytes = readFileSync(path).subarray(0, 96);
  const isWhole = bytes.length === 96 && bytes.subarray(0, 48).equals(bytes.subarray(48)) && bytes[12] === 1;
  return isWhole ? { frames: bytes.readUInt32LE(16), salt: bytes.subarray(32, 40) } : undefined;
}

function readLog(path: string): { log: Log; frames: Frames } | undefined {
  if (!existsSync(path) || statSync(path).size < headerBytes) return undefined;
  const file = openSync(path, 'r');
  try {
    const header = readAt(file, 0, headerBytes);
    const log = header === undefined ? undefined : readHeader(header);
    return log === undefined ? undefined : { log, frames: readFrames(file, log) };
  } finally {
    closeSync(file);
  }
}

function readHeader(header: Buffer): Log | undefined {
  const magic = header.readUInt32BE(0);
  if (!magics.includes(magic)) return undefined;
  const isBigEndian = (magic & 1) === 1;
  const sum = added([0, 0], header.subarray(0, 24), isBigEndian);
  const isWhole = sum[0] === header.readUInt32BE(24) && sum[1] === header.readUInt32BE(28);
  return isWhole ? { pageSize: header.readUInt32BE(8), salt: header.subarray(16, 24), isBigEndian, sum } : undefined;
}

function readFrames(file: number, { pageSize, salt, isBigEndian, sum: first }: Log): Frames {
  const size = frameHeaderBytes + pageSize;
  let sum = first;
  let isGood = true;
  let [readable, commitsBehind] = [0, 0];
  for (let number = 1; ; number += 1) {
    const frame = readAt(file, headerBytes + (number - 1) * size, size);
    if (frame === undefined) return { readable, commitsBehind };
    // Behind the end of this log stand the frames of the one before.
    const isOfThisLog = frame.subarray(8, 16).equals(salt);
    const isCommit = frame.readUInt32BE(4) !== 0;
    if (isGood) {
      sum = added(added(sum, frame.subarray(0, 8), isBigEndian), frame.subarray(frameHeaderBytes), isBigEndian);
      isGood = isOfThisLog && sum[0] === frame.readUInt32BE(16) && sum[1] === frame.readUInt32BE(20);
    }
    if (isGood && isCommit) readable = number;
    if (!isGood && isCommit && isOfThisLog) commitsBehind += 1;
  }
}

function readAt(file: number, position: number, length: number): Buffer | undefined {
  const bytes = Buffer.alloc(length);
  return readSync(file, bytes, 0, length, position) === length ? bytes : undefined;
}

/** The format's own checksum over pairs of words. */
function added([one, two]: Sum, bytes: Buffer, isBigEndian: boolean): Sum {
  for (let at = 0; at < bytes.length; at += 8) {
    one = (one + (isBigEndian ? bytes.readUInt32BE(at) : bytes.readUInt32LE(at)) + two) >>> 0;
    two = (two + (isBigEndian ? bytes.readUInt32BE(at + 4) : bytes.readUInt32LE(at + 4)) + one) >>> 0;
  }
  return [one, two];
}
