import { readArguments } from '../arguments.ts';
import { UsageError } from '../cli-command.ts';

/** How the try-out was asked to run. */
export type TryOptions = { port: number; data: string; speed: number; readyFile?: string; empty: boolean };

export const usage = [
  'usage: npm start -- [--port N] [--data DIR] [--speed N] [--empty] [--ready-file FILE]',
  '',
  '  --port N           where the page is (default 4400; 0 takes any free port)',
  '  --data DIR         what survives a restart (default .tocsin)',
  '  --speed N          how much faster than life the simulated incident goes (default 1)',
  '  --empty            no sample content',
  '  --ready-file FILE  write the addresses there as JSON once everything runs',
].join('\n');

export function readTryOptions(args: readonly string[]): TryOptions {
  const { values, positionals } = readArguments(args, {
    port: { type: 'string', default: '4400' },
    data: { type: 'string', default: '.tocsin' },
    speed: { type: 'string', default: '1' },
    'ready-file': { type: 'string' },
    empty: { type: 'boolean', default: false },
  });
  if (positionals.length > 0) throw new UsageError(`does not know what "${positionals.join(' ')}" means`);
  const port = Number(values.port);
  if (!/^\d+$/.test(values.port) || port > 65_535) throw new UsageError(`--port wants a number from 0 to 65535, not "${values.port}"`);
  const speed = Number(values.speed);
  if (!Number.isFinite(speed) || speed <= 0 || speed > 1000)
    throw new UsageError(`--speed wants a number from 0.1 to 1000, not "${values.speed}"`);
  const readyFile = values['ready-file'];
  return { port, data: values.data, speed, empty: values.empty, ...(readyFile === undefined ? {} : { readyFile }) };
}
