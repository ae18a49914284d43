import type { Output } from './script.ts';

/** Collects text of which only the first and the last part is kept. */
export type Keeper = { add(text: string): void; output(): Output };

/** Keeps `keptBytes` in all, half of it from each end. Text is cut between characters, and what lies between is counted. */
export function createKeeper(keptBytes: number): Keeper {
  const half = Math.floor(keptBytes / 2);
  let head = '';
  let tail = '';
  let headBytes = 0;
  let tailBytes = 0;
  let droppedBytes = 0;
  let isHeadFull = false;

  const addToHead = (text: string): string => {
    if (isHeadFull) return text;
    const bytes = Buffer.byteLength(text);
    if (headBytes + bytes <= half) {
      head += text;
      headBytes += bytes;
      return '';
    }
    isHeadFull = true;
    const fitting = cut(text, half - headBytes);
    head += fitting;
    headBytes += Buffer.byteLength(fitting);
    return text.slice(fitting.length);
  };
  const trim = (): void => {
    if (tailBytes <= half) return;
    const kept = cutFront(tail, half);
    const keptLength = Buffer.byteLength(kept);
    droppedBytes += tailBytes - keptLength;
    tail = kept;
    tailBytes = keptLength;
  };
  return {
    add(text) {
      const rest = addToHead(text);
      if (rest === '') return;
      tail += rest;
      tailBytes += Buffer.byteLength(rest);
      // Trimmed now and then, so that a megabyte in small pieces is not copied for each of them.
      if (tailBytes > 2 * half) trim();
    },
    output() {
      trim();
      return droppedBytes === 0 ? { head: head + tail, tail: '', droppedBytes } : { head, tail, droppedBytes };
    },
  };
}

/** The longest beginning of whole characters that fits. */
function cut(text: string, bytes: number): string {
  let end = Math.min(text.length, bytes);
  let fitting = text.slice(0, end);
  while (Buffer.byteLength(fitting) > bytes) {
    end -= Math.max(1, Math.floor((Buffer.byteLength(fitting) - bytes) / 4));
    fitting = text.slice(0, end);
  }
  return /[\uD800-\uDBFF]$/.test(fitting) ? fitting.slice(0, -1) : fitting;
}

/** The longest end of whole characters that fits. */
function cutFront(text: string, bytes: number): string {
  let fitting = text.slice(-bytes);
  while (Buffer.byteLength(fitting) > bytes) fitting = fitting.slice(Math.max(1, Math.floor((Buffer.byteLength(fitting) - bytes) / 4)));
  return /^[\uDC00-\uDFFF]/.test(fitting) ? fitting.slice(1) : fitting;
}
