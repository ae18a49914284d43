import type { Door, DoorCall, Session } from '../session.ts';
import { readWatch, type WatchCall } from './read-watch.ts';

/** Runs a command line in the interpreter, with the same doors and session. */
export type RunInner = (
  script: string,
  context: { session: Session; signal: AbortSignal },
) => Promise<{ exitCode: number; output: string }>;

/** Never more passes than this, however short the interval. */
const MAX_PASSES = 100;

/**
 * `watch` as a series with an end: the command runs at once and again at its interval until the session's time for endless things is over. Each answer
 * that differs from the one before is written with its time; the exit status is 0.
 */
export function createWatchDoor(runInner: RunInner): Door {
  return {
    name: 'watch',
    async run(call, session) {
      const read = readWatch(call.argv);
      if ('problem' in read) {
        call.err(`${read.problem}\n`);
        return 1;
      }
      return await repeat(read, { call, session, runInner });
    },
  };
}

async function repeat(
  read: WatchCall,
  { call, session, runInner }: { call: DoorCall; session: Session; runInner: RunInner },
): Promise<number> {
  const { clock } = session;
  // A plan only wants to know what would be done, and what was approved is done once.
  const untilMs = clock.now().getTime() + (session.mode === 'read' ? session.followMs : 0);
  let before: string | undefined;
  for (let pass = 1; pass <= MAX_PASSES && !call.signal.aborted; pass += 1) {
    const startedAt = clock.now();
    const { exitCode, output } = await runInner(read.command, { session, signal: call.signal });
    const isChanged = output !== before;
    if (isChanged) call.out(`${pass === 1 ? '' : '\n'}${title(read, startedAt)}${ended(output)}`);
    if (read.exitsOnError && exitCode !== 0) return exitCode;
    if (read.exitsOnChange && isChanged && pass > 1) return 0;
    before = output;
    if (clock.now().getTime() + read.everyMs > untilMs) break;
    await clock.sleep(read.everyMs, call.signal);
  }
  return 0;
}

function title({ everyMs, command, hasTitle }: WatchCall, at: Date): string {
  return !hasTitle ? '' : `Every ${(everyMs / 1000).toFixed(1)}s: ${command}    ${at.toISOString().slice(11, 19)} UTC\n`;
}

function ended(text: string): string {
  return text === '' || text.endsWith('\n') ? text : `${text}\n`;
}
