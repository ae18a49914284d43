import type { VerbContext } from '../verb.ts';

/** Asks at once and then at intervals until the condition holds, the time is up or the run is stopped. */
export async function poll(
  limits: { intervalMs: number; timeoutMs: number },
  context: VerbContext,
  condition: () => Promise<boolean>,
): Promise<'held' | 'timed out'> {
  const { clock } = context.session;
  const endMs = clock.now().getTime() + limits.timeoutMs;
  for (;;) {
    if (await condition()) return 'held';
    if (context.signal.aborted || clock.now().getTime() >= endMs) return 'timed out';
    await clock.sleep(Math.min(limits.intervalMs, endMs - clock.now().getTime()), context.signal);
  }
}
