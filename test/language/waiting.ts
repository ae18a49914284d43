import type { ManualClock } from '../../src/kernel/clock.ts';
import type { SlackWorkspace } from '../../src/simulator/slack/workspace-types.ts';

export type WaitOptions = {
  /** Moved on to its next sleeper when nothing happens, so that paced and scheduled work costs no real time. */
  clock?: ManualClock;
  /** Real milliseconds until waiting is given up; 10,000 by default. */
  ceilingMs?: number;
  /** Real milliseconds without any change that count as "nothing happens"; 20 by default. */
  quietMs?: number;
};

export type Waiter = {
  /** The first defined value of `probe`, tried again after every change; fails with `explain()` at the ceiling. */
  until<Found>(probe: () => Found | undefined, explain: () => string): Promise<Found>;
  /** Resolves when nothing has changed and nothing was under way for the quiet time. The clock stands still. */
  settled(): Promise<void>;
  /** Lets this much of the manual clock's time pass, in up to sixty steps of at least a second, with everything settled in between. */
  passes(ms: number): Promise<void>;
};

/** Waits for the next change, at most `ms` of real time; tells whether one came. */
function nextChange(workspace: SlackWorkspace, ms: number): Promise<boolean> {
  return new Promise((resolve) => {
    const stop = workspace.onChange(() => end(true));
    const timer = setTimeout(() => end(false), ms);
    const end = (changed: boolean) => {
      clearTimeout(timer);
      stop();
      resolve(changed);
    };
  });
}

export function createWaiter(workspace: SlackWorkspace, options: WaitOptions = {}): Waiter {
  const { clock, ceilingMs = 10_000, quietMs = 20 } = options;

  async function settled(): Promise<void> {
    const giveUp = Date.now() + ceilingMs;
    while ((await nextChange(workspace, quietMs)) || workspace.inFlight() > 0) {
      if (Date.now() > giveUp) throw new Error('the workspace does not come to rest');
    }
  }
  return {
    async until(probe, explain) {
      const giveUp = Date.now() + ceilingMs;
      for (;;) {
        const found = probe();
        if (found !== undefined) return found;
        if (Date.now() > giveUp) throw new Error(explain());
        const changed = await nextChange(workspace, quietMs);
        // Time stands still while the app is asked something: its answer must not come "too late".
        if (!changed && workspace.inFlight() === 0) clock?.advanceToNext();
      }
    },
    settled,
    async passes(ms) {
      if (clock === undefined) throw new Error('time can only be made to pass with a manual clock');
      const stepMs = Math.max(1000, Math.ceil(ms / 60));
      for (let left = ms; left > 0; left -= stepMs) {
        clock.advance(Math.min(left, stepMs));
        await settled();
      }
    },
  };
}
