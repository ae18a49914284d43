import { closeSync, fdatasyncSync, openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { quantile } from './statistics.ts';

/** How long the disk takes to make a small write durable, in ms. */
export function diskSync(folder: string): { p50: number; p99: number } {
  const file = openSync(join(folder, 'sync'), 'w');
  const block = Buffer.alloc(4096, 1);
  const samples = Array.from({ length: 200 }, () => {
    const from = performance.now();
    writeSync(file, block);
    fdatasyncSync(file);
    return performance.now() - from;
  });
  closeSync(file);
  return { p50: quantile(samples, 0.5), p99: quantile(samples, 0.99) };
}

/** Processor time that a process has used, in ms; NaN where the system does not tell. A hundredth of a second is its grain. */
export function computedMs(pid: number): number {
  // Behind the name in parentheses the 12th and 13th fields are the user's and the system's time in ticks of 10 ms.
  const fields = readProc(pid, 'stat')
    ?.replace(/^.*\) /s, '')
    .split(' ');
  return fields === undefined ? Number.NaN : (Number(fields[11]) + Number(fields[12])) * 10;
}

/** Resident memory of a process in bytes, and what of it are files, Node itself among them; NaN where the system does not tell. */
export function residentBytes(pid: number): { all: number; files: number } {
  const status = readProc(pid, 'status') ?? '';
  const bytes = (field: string) => Number(new RegExp(`^${field}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1] ?? Number.NaN) * 1024;
  return { all: bytes('VmRSS'), files: bytes('RssFile') };
}

function readProc(pid: number, file: string): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return undefined;
  }
}
