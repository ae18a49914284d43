import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { lintSources } from '../../src/authoring/lint.ts';
import { loadSources } from '../../src/authoring/load-sources.ts';
import type { Benchmark } from '../support/report.ts';
import { count, ms } from '../support/report.ts';
import { computingOf, quantile, timeEach, timeOne } from '../support/statistics.ts';

const aimMs = 3000;
const corpus = fileURLToPath(new URL('../../../shared/corpus/runbooks', import.meta.url));

/** Reading and checking a large collection of runbooks, from the disk to the report. */
export const lintCorpus: Benchmark = {
  name: 'lint',
  async measure({ quick }) {
    const name = 'lint of the corpus';
    if (!existsSync(corpus)) return [{ name, skipped: '../shared/corpus/runbooks is not here' }];
    let [files, commands] = [0, 0];
    const all = async () => {
      const sources = await loadSources([corpus]);
      const report = lintSources(sources, '2026-01-01');
      [files, commands] = [sources.runbooks.length, report.commands.length];
      return JSON.stringify(report).length;
    };
    const first = await timeOne(all);
    const samples = await timeEach(quick ? 1 : 5, all);
    const computing = await computingOf(all);
    return [
      {
        name,
        ratio: aimMs / first,
        aim: '< 3 s',
        isReached: first < aimMs,
        figures: [
          ms('the first time', first),
          ms('p50 afterwards', quantile(samples, 0.5)),
          ms('computing', computing),
          count('files', files),
          count('command lines', commands),
        ],
      },
    ];
  },
};
