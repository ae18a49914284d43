import { describe, expect, it } from 'vitest';
import { createManualClock } from '../../src/kernel/clock.ts';
import { silentLog } from '../../src/kernel/log.ts';
import { createShutdown } from '../../src/wiring/shutdown.ts';

const clock = () => createManualClock(new Date('2026-01-01T00:00:00Z'));
const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('a shutdown', () => {
  it('ends what comes after when what is before has ended, and everything once', async () => {
    const told: string[] = [];
    let release = () => {};
    const shutdown = createShutdown(
      [
        {
          name: 'intake',
          withinMs: 1000,
          stop: () => new Promise<void>((resolve) => (release = resolve)).then(() => void told.push('intake')),
        },
        { name: 'work', after: ['intake'], withinMs: 1000, stop: async () => void told.push('work') },
        { name: 'outbox', withinMs: 1000, stop: async () => void told.push('outbox') },
        { name: 'store', after: ['work', 'outbox'], withinMs: 1000, stop: async () => void told.push('store') },
      ],
      { clock: clock(), log: silentLog },
    );
    const stopped = shutdown.stop();
    await settled();
    expect([told, shutdown.left()]).toEqual([['outbox'], ['intake', 'work', 'store']]);
    release();
    await Promise.all([stopped, shutdown.stop()]);
    expect([told, shutdown.left()]).toEqual([['outbox', 'intake', 'work', 'store'], []]);
  });

  it('goes on without what hangs, and says what that is; what fails has ended', async () => {
    const time = clock();
    const told: string[] = [];
    const shutdown = createShutdown(
      [
        { name: 'outbox', withinMs: 8000, stop: () => new Promise(() => {}) },
        { name: 'steps', withinMs: 8000, stop: () => Promise.reject(new Error('broken')) },
        { name: 'store', after: ['outbox', 'steps'], withinMs: 1000, stop: async () => void told.push('store') },
      ],
      { clock: time, log: silentLog },
    );
    const stopped = shutdown.stop();
    await settled();
    time.advance(7999);
    await settled();
    expect(told).toEqual([]);
    time.advance(1);
    await stopped;
    expect([told, shutdown.left()]).toEqual([['store'], ['outbox']]);
  });
});
