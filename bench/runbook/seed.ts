import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { StepSource } from '../../src/operations/plan.ts';
import { parseRunbook } from '../../src/runbooks/parse.ts';

const path = fileURLToPath(new URL('../../runbooks/video-processing-error-budget.md', import.meta.url));

/** The shell blocks of the example runbook, word for word, as steps. */
export function seedBlocks(): readonly StepSource[] {
  const runbook = parseRunbook({ path: 'video-processing-error-budget.md', text: readFileSync(path, 'utf8') });
  const blocks = runbook.steps.flatMap((step) => step.blocks.filter(({ isCommands }) => isCommands).map((block) => ({ step, block })));
  return blocks.map(({ step, block }) => ({
    number: String(step.number),
    title: step.title,
    language: 'shell',
    text: block.text,
    parameters: {},
    runbook: { path: runbook.path, digest: runbook.digest },
  }));
}
