import type { Door } from '../doors/session.ts';

const UNITS: Readonly<Record<string, number>> = { '': 1, s: 1, m: 60, h: 3600, d: 86_400 };

/** `sleep` by the session's clock. A plan does not wait: nothing happened that it could wait for. */
export const sleepProgram: Door = {
  name: 'sleep',
  async run({ argv, err, signal }, { clock, mode }) {
    const seconds = argv.map(secondsOf);
    if (argv.length === 0) {
      err('sleep: missing operand\n');
      return 1;
    }
    const wrong = argv.find((_, index) => seconds[index] === undefined);
    if (wrong !== undefined) {
      err(`sleep: invalid time interval '${wrong}'\n`);
      return 1;
    }
    const ms = seconds.reduce<number>((sum, each) => sum + (each ?? 0), 0) * 1000;
    // Timers take no more; the run's own limit ends it long before.
    if (mode !== 'plan') await clock.sleep(Math.min(ms, 2 ** 31 - 1), signal);
    return 0;
  },
};

function secondsOf(text: string): number | undefined {
  if (text === 'infinity' || text === 'inf') return Infinity;
  const [, number, unit = ''] = /^(\d+\.?\d*|\.\d+)([smhd]?)$/.exec(text) ?? [];
  const factor = UNITS[unit];
  return number === undefined || factor === undefined ? undefined : Number(number) * factor;
}
