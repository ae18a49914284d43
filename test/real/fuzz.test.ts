import { describe, expect, it } from 'vitest';
import { casesOf, describeFinding } from '../fuzz/engine/run-all.ts';
import { runTarget } from '../fuzz/engine/run-target.ts';
import { fuzzTargets } from '../fuzz/targets/index.ts';

const all = Number(process.env['FUZZ_CASES'] ?? 20_000);
const seed = Number(process.env['FUZZ_SEED'] ?? Math.floor(Math.random() * 2 ** 31));

describe(`${all} cases from the seed ${seed}`, () => {
  it.for(fuzzTargets)('$name: $promises', { timeout: 600_000 }, async (target) => {
    const checked = await runTarget(target, { seed, cases: casesOf(target, all) });
    expect(describeFinding(target, seed, checked)).toBe('');
    expect(checked.cases).toBe(casesOf(target, all));
  });
});
