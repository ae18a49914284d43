import { queryObjects } from 'node:v8';
import { pino } from 'pino';
import { describeProblems, readConfig } from '../config/config.ts';
import { createSteadyClock } from '../kernel/clock.ts';
import { startTocsin } from '../main.ts';
import { aboutProcess } from './about-process.ts';
import { readArguments } from './arguments.ts';
import { exitStatus, UsageError } from './cli-command.ts';
import type { CliCommand } from './cli-command.ts';
import { serveUntil } from './serve-until.ts';

/**
 * Runs the bot until it is interrupted. Exit status 78: the configuration is wrong, and all of it was said. 75: it was interrupted, and something
 * hung for longer than a stop may take; what that held is taken up by whichever process comes next.
 */
export const serve: CliCommand = {
  name: 'serve',
  summary: 'run the bot',
  usage: 'usage: tocsin serve\n\nConfigured by the environment and tocsin.yaml: see docs/CONFIGURATION.md.',
  async run(args, terminal) {
    if (readArguments(args, {}).positionals.length > 0) throw new UsageError('takes no arguments');
    const outcome = readConfig(terminal.env);
    if (!outcome.ok) {
      terminal.err(`tocsin serve: the configuration has ${outcome.problems.length} problem(s).\n${describeProblems(outcome.problems)}\n`);
      return exitStatus.config;
    }
    const clock = createSteadyClock();
    const log = pino({ level: outcome.config.LOG_LEVEL });
    const start = async () => {
      const tocsin = await startTocsin(outcome.config, { clock, log, aboutProcess });
      collectGarbage();
      return tocsin;
    };
    return serveUntil(terminal.interrupted, { start, clock, log });
  },
};

/** Loading leaves 40 MB behind that a bot at rest would keep for hours. Node documents this call as one that collects all garbage first. */
function collectGarbage(): void {
  queryObjects(SharedArrayBuffer, { format: 'count' });
}
