import { describe, expect, it } from 'vitest';
import type { Runner } from '../../src/executions/runner.ts';
import { toMarkdown } from '../../src/export/markdown.ts';
import { collectExport, toJson } from '../../src/export/render.ts';
import { storyOf } from '../../src/export/story.ts';
import { verifyExport } from '../../src/export/verify.ts';
import { createRunbookLibrary } from '../../src/runbooks/library.ts';
import { eachInAWorld, errorCheck, scaleStep } from '../executions/world.ts';
import type { ExecutionWorld } from '../executions/world.ts';
import { ana, ben } from '../support/desk.ts';

let world: ExecutionWorld;
let runner: Runner;

eachInAWorld((entered) => {
  ({ world, runner } = entered);
});

const ask = (cause: string, by = ana) => ({ id: world.incident.id, cause, by });

async function exported() {
  const { store, clock } = world.desk;
  const incident = await world.desk.fresh(world.incident);
  return collectExport({ ...store, clock, runbooks: createRunbookLibrary([]) }, incident);
}

describe('what was run and approved', () => {
  it('is told in plain words, with its outputs, and verifies', async () => {
    world.outside.values = [8, 2];
    await runner.run({ ...ask('run'), source: { ...scaleStep, number: '2', title: 'Look at the pods' } });
    await runner.idle();
    await runner.mitigate({ ...ask('ask'), source: scaleStep, checks: [errorCheck] });
    await runner.idle();
    await runner.approve({ ...ask('yes', ben), number: 2 });
    await runner.idle();
    for (let round = 0; round < 3; round += 1) {
      world.desk.clock.advance(30_000);
      await world.attend(runner);
      await runner.idle();
    }
    const document = await exported();
    const stories = document.timeline.entries.map(storyOf).map(({ who, what }) => `${who} ${what}`);
    expect(stories.slice(1)).toEqual([
      'ana ran #1 (step 2, Look at the pods)',
      'Tocsin finished #1 (step 2, Look at the pods) after 0 s, done: ran 2',
      'ana asked for #2 (step 5, Scale up the workers)',
      'Tocsin proposed #2 (step 5, Scale up the workers): scale gpu-worker from 3 to 10, needs 1 approval until 2026-03-01 03:15:00 UTC',
      expect.stringMatching(/^ben approved #2 \(step 5, Scale up the workers\), 1 of 1, plan [0-9a-f]{12}$/),
      'Tocsin began to apply #2 (step 5, Scale up the workers)',
      'Tocsin applied #2 (step 5, Scale up the workers), requested by ana, approved by ben: all was done; scale gpu-worker from 3 to 10 [done]',
      'Tocsin checked #2 (step 5, Scale up the workers): better (Error rate: 8 before, 2 after)',
    ]);
    const markdown = toMarkdown(document);
    expect(markdown).toContain('  ```text\n  ran 2\n  ```');
    expect(verifyExport(toJson(document))).toMatchObject({ ok: true });
    const forged = toJson(document).replace('ran 2\\n', 'all is well\\n');
    expect(verifyExport(forged)).toMatchObject({ ok: false, problem: 'chain' });
  });

  it('says what is missing: an unknown outcome, and a glass that was broken', async () => {
    world.outside.answers.set('scale gpu-worker from 3 to 10', 'lost');
    await runner.mitigate({ ...ask('ask'), source: scaleStep, checks: [] });
    await runner.idle();
    world.desk.clock.advance(300_000);
    await runner.breakGlass({ ...ask('glass'), number: 1, reason: 'alone <here>' });
    await runner.idle();
    const document = await exported();
    expect(document.gaps).toEqual(
      expect.arrayContaining([
        'Nobody knows whether #1 (Scale up the workers) happened.',
        "#1 (Scale up the workers) was applied without a second person's approval: review it.",
      ]),
    );
    expect(toMarkdown(document)).toContain('broke the glass for');
  });
});
