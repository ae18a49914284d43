import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { lintSources } from '../../../src/authoring/lint.ts';
import { renderSarif } from '../../../src/authoring/render-sarif.ts';
import { renderLintText } from '../../../src/authoring/render-text.ts';
import type { DrawContext } from '../../../src/chat/views/context.ts';
import { drawMessage } from '../../../src/chat/views/draw.ts';
import { drawSteps } from '../../../src/chat/views/steps.ts';
import { toInstant } from '../../../src/kernel/instant.ts';
import { readRunbookSteps } from '../../../src/reading/read-step.ts';
import { readIndexPage } from '../../../src/runbooks/index-page.ts';
import { measurementFor } from '../../../src/runbooks/measurement.ts';
import { parseRunbook } from '../../../src/runbooks/parse.ts';
import { commandsOf } from '../../../src/runbooks/runbook.ts';
import { createTestDesk, testStart } from '../../support/desk.ts';
import { assertDrawable } from '../engine/drawn.ts';
import { createTarget } from '../engine/target.ts';
import { runbookText } from '../given/runbook.ts';

export const runbooks = createTarget({
  name: 'runbooks',
  promises: 'any Markdown becomes a runbook with numbered steps, is linted, and is drawn within what Slack takes',
  share: 25,
  given: fc.record({ text: runbookText, path: fc.constantFrom('x.md', 'KubePodCrashLooping.md', 'a/ü b.md') }),
  async open() {
    const desk = createTestDesk();
    return { desk, incident: await desk.open({ severity: 'critical' }) };
  },
  run({ text, path }, { incident }) {
    const runbook = parseRunbook({ path, text });
    assert.deepEqual(
      runbook.steps.map(({ number }) => number),
      runbook.steps.map((_, index) => index + 1),
    );
    assert.equal(new Set(runbook.steps.map(({ id }) => id)).size, runbook.steps.length);
    const numbers = runbook.steps.flatMap((step) => commandsOf(step).map(({ number }) => number));
    assert.equal(new Set(numbers).size, numbers.length);
    const { internal, customer, resolution, others } = runbook.templates;
    for (const placeholder of [internal, customer, resolution, ...others].flatMap((template) => template?.placeholders ?? []))
      measurementFor(runbook, placeholder);
    readIndexPage(text);
    const report = lintSources({ runbooks: [{ runbook, file: path }], alerts: [], indexed: new Set(), failures: [] }, '2026-03-14');
    for (const finding of report.findings) assert.notEqual(finding.message.trim() && finding.fix.trim(), '', JSON.stringify(finding));
    renderLintText(report);
    JSON.parse(renderSarif(report));
    const context: DrawContext = {
      incident: { ...incident, runbook: { path, title: runbook.title, digest: runbook.digest, matchedBy: 'title' } },
      runbook,
      readings: readRunbookSteps(runbook),
      alerts: [],
      now: toInstant(testStart),
      command: '/incident',
      links: {},
    };
    for (const type of ['card', 'alerts', 'brief', 'oncall', 'runbook'] as const) assertDrawable(drawMessage({ type }, context));
    assertDrawable(drawSteps(context));
  },
  close: async ({ desk }) => desk.store.close(),
});
