import { monitorEventLoopDelay } from 'node:perf_hooks';

/** The monitor's own timer; what it counts beyond this is delay. */
const resolutionMs = 10;

export type Delay = { p99: number; max: number };

/** How late this process's event loop was between two moments, in ms, beyond the monitor's own timer. */
export function watchEventLoop(): { end(): Delay } {
  const delay = monitorEventLoopDelay({ resolution: resolutionMs });
  delay.enable();
  return {
    end() {
      delay.disable();
      const beyond = (nanoseconds: number) => Math.max(0, nanoseconds / 1e6 - resolutionMs);
      return { p99: beyond(delay.percentile(99)), max: beyond(delay.max) };
    },
  };
}
