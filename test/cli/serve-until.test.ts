import { describe, expect, it } from 'vitest';
import type { Tocsin } from '../../src/bot.ts';
import { serveUntil } from '../../src/cli/serve-until.ts';
import { createManualClock } from '../../src/kernel/clock.ts';
import type { Log } from '../../src/kernel/log.ts';
import { silentLog } from '../../src/kernel/log.ts';

const settled = () => new Promise((resolve) => setImmediate(resolve));

function scene() {
  const clock = createManualClock(new Date('2026-01-01T00:00:00Z'));
  const said: unknown[] = [];
  const log: Log = { ...silentLog, info: (_, message) => said.push(message), warn: (fields, message) => said.push(message, fields) };
  let interrupt = () => {};
  const interrupted = new Promise<void>((resolve) => (interrupt = resolve));
  const serve = (start: () => Promise<Tocsin>) => serveUntil(interrupted, { start, clock, log });
  return { clock, said, serve, interrupt: () => interrupt() };
}

const stopping = (left: readonly string[], stop: () => Promise<void>): Tocsin => ({
  webhookUrl: 'http://127.0.0.1:1/',
  stop,
  left: () => left,
});

describe('serving until it is interrupted', () => {
  it('ends with 0 when everything has stopped', async () => {
    const { serve, interrupt, said } = scene();
    const status = serve(async () => stopping([], async () => {}));
    await settled();
    interrupt();
    expect(await status).toBe(0);
    expect(said).toEqual(['tocsin is running', 'stopping', 'stopped']);
  });

  it('ends with 75 after ten seconds at most, and says what was left', async () => {
    const { serve, interrupt, said, clock } = scene();
    const status = serve(async () => stopping(['the outbox'], () => new Promise(() => {})));
    await settled();
    interrupt();
    await settled();
    clock.advance(10_000);
    expect(await status).toBe(75);
    expect(said.at(-1)).toEqual({ left: ['the outbox'] });
  });

  it('ends also when it was interrupted while it started', async () => {
    const { serve, interrupt, clock } = scene();
    const status = serve(() => new Promise(() => {}));
    interrupt();
    await settled();
    clock.advance(10_000);
    expect(await status).toBe(75);
  });

  it('fails as the start does', async () => {
    const { serve } = scene();
    await expect(serve(() => Promise.reject(new Error('the port is taken')))).rejects.toThrow('the port is taken');
  });
});
