import { parseArgs } from 'node:util';
import { casesOf, describeFinding } from './engine/run-all.ts';
import { runTarget } from './engine/run-target.ts';
import { fuzzTargets } from './targets/index.ts';

const usage = `usage: npm run fuzz -- [--cases N] [--seed N] [--target NAME] [--path PATH]

  --cases N      how many cases in all (default: a million); with --target, of that target alone
  --seed N       where the cases come from (default: another one each time; it is printed)
  --target NAME  only this one: ${fuzzTargets.map(({ name }) => name).join(', ')}
  --path PATH    replays one case of a finding
`;

const { values } = parseArgs({
  options: {
    cases: { type: 'string', default: '1000000' },
    seed: { type: 'string' },
    target: { type: 'string' },
    path: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});
const seed = values.seed === undefined ? Math.floor(Math.random() * 2 ** 31) : Number(values.seed);
const all = Number(values.cases);
const chosen = fuzzTargets.filter(({ name }) => values.target === undefined || values.target === name);
if (values.help || !Number.isSafeInteger(seed) || !Number.isSafeInteger(all) || all < 1 || chosen.length === 0) {
  process.stderr.write(usage);
  process.exit(values.help ? 0 : 64);
}

process.stdout.write(`seed ${seed}\n`);
let [total, found] = [0, 0];
for (const target of chosen) {
  if (target.missing !== undefined) {
    process.stdout.write(`${target.name}: skipped, ${target.missing}\n`);
    continue;
  }
  const cases = values.path !== undefined ? 1 : values.target === undefined ? casesOf(target, all) : all;
  const began = process.cpuUsage();
  const checked = await runTarget(target, { seed, cases, ...(values.path === undefined ? {} : { path: values.path }) });
  const { user, system } = process.cpuUsage(began);
  total += checked.cases;
  process.stdout.write(`${target.name}: ${checked.cases} cases, ${((user + system) / 1e6).toFixed(1)} s of computing\n`);
  if (checked.finding === undefined) continue;
  found += 1;
  process.stdout.write(`${describeFinding(target, seed, checked)}\n`);
}
process.stdout.write(`${total} cases, ${found} ${found === 1 ? 'finding' : 'findings'}\n`);
process.exitCode = found === 0 ? 0 : 1;
