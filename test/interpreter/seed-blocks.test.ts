import { readFileSync } from 'node:fs';
import { afterAll, expect, it } from 'vitest';
import { runScript } from '../../src/interpreter/run-script.ts';
import { createScriptWorkers } from '../../src/interpreter/workers.ts';
import { systemClock } from '../../src/kernel/clock.ts';
import { recordingDoor, scriptRequest } from './support.ts';

const workers = createScriptWorkers({ max: 2, keep: 1 });
afterAll(() => workers.close());

const runbook = readFileSync(new URL('../../runbooks/video-processing-error-budget.md', import.meta.url), 'utf8');
const blocks = [...runbook.matchAll(/```bash\n([\s\S]*?)```/g)].map((match) => match[1] ?? '');

it('runs the twelve blocks of the runbook word for word: the doors get what bash would give', async () => {
  expect(blocks).toHaveLength(12);
  const doors = ['kubectl', 'oc', 'curl', 'wget', 'watch'].map((name) => recordingDoor(name));
  const argvs: string[] = [];
  for (const block of blocks) {
    const result = await runScript(doors, scriptRequest(block, systemClock), { clock: systemClock, workers });
    expect(result, block).toMatchObject({ ended: 'finished', stderr: { head: '' } });
    argvs.push(...result.calls.map(({ argv }) => JSON.stringify(argv)));
  }
  await expect(`${argvs.join('\n')}\n`).toMatchFileSnapshot('golden/seed-blocks.jsonl');
});
