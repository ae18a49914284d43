import type { Tocsin } from '../bot.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Log } from '../kernel/log.ts';
import { exitStatus } from './cli-command.ts';

type Serving = { start: () => Promise<Tocsin>; clock: Clock; log: Log };

/** From the interruption on. Kubernetes sends SIGKILL 30 s after SIGTERM, other supervisors after 10 s. */
const stopWithinMs = 9800;

/** Starts the bot, and stops it when it is interrupted: also while it starts. Resolves with the exit status. */
export async function serveUntil(interrupted: Promise<void>, { start, clock, log }: Serving): Promise<number> {
  let tocsin: Tocsin | undefined;
  const running = start().then((started) => {
    tocsin = started;
    log.info({ webhook: started.webhookUrl, slack: started.slackUrl ?? 'Socket Mode' }, 'tocsin is running');
  });
  const done = new AbortController();
  const deadline = interrupted.then(() => {
    log.info({}, 'stopping');
    return clock.sleep(stopWithinMs, done.signal);
  });
  const stopped = running.then(() => interrupted).then(async () => await tocsin?.stop());
  await Promise.race([stopped, deadline]).finally(() => done.abort());
  const left = tocsin?.left() ?? ['the start'];
  if (left.length === 0) {
    log.info({}, 'stopped');
    return exitStatus.ok;
  }
  log.warn({ left }, 'stopped with work left over; what it held is taken up by the next process');
  return exitStatus.cutOff;
}
