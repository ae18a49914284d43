/** An exponential wait with jitter: 1 s, 2 s, 4 s ... up to `maxMs`, each between half of that and all of it. `random` gives [0, 1). */
export function backoffMs(failures: number, options: { maxMs: number; random: () => number }): number {
  const full = Math.min(options.maxMs, 1000 * 2 ** Math.min(Math.max(failures - 1, 0), 20));
  return Math.round(full / 2 + (full / 2) * options.random());
}
