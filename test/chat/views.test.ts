import { fileURLToPath } from 'node:url';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { drawContextFor } from '../../src/chat/draw-context.ts';
import type { Message } from '../../src/chat/message.ts';
import type { DrawContext } from '../../src/chat/views/context.ts';
import { drawMessage } from '../../src/chat/views/draw.ts';
import { drawSteps } from '../../src/chat/views/steps.ts';
import { readTimeline } from '../../src/export/read-timeline.ts';
import { livingViews, severities } from '../../src/incidents/incident.ts';
import type { FileView, Incident, MessageView } from '../../src/incidents/incident.ts';
import { reopenIncident } from '../../src/incidents/reopen.ts';
import { addMs, toInstant } from '../../src/kernel/instant.ts';
import { readRunbookSteps } from '../../src/reading/read-step.ts';
import { createRunbookLibrary } from '../../src/runbooks/library.ts';
import { parseRunbook } from '../../src/runbooks/parse.ts';
import type { Runbook } from '../../src/runbooks/runbook.ts';
import { acceptBlocks } from '../../src/simulator/slack/blocks/accept.ts';
import { drawMessage as drawSlackMessage } from '../../src/slack/render/message.ts';
import { exampleIncident } from '../export/example-incident.ts';
import type { Until } from '../export/example-incident.ts';
import { alertLink, ben, createTestDesk } from '../support/desk.ts';
import type { TestDesk } from '../support/desk.ts';
import { createTestChat, inlineText, linesOfMessage, shippedRunbook } from './chat-desk.ts';
import { caseContext, executionCases } from './execution-cases.ts';

const golden = (name: string) => fileURLToPath(new URL(`../golden/chat/${name}`, import.meta.url));

async function contextOf(desk: TestDesk, incident: Incident): Promise<DrawContext> {
  const sources = {
    alerts: desk.store.alerts,
    timeline: desk.store.timeline,
    runbooks: createRunbookLibrary([shippedRunbook()]),
    linksFor: () => ({ runbook: 'https://git.example/runbooks/video.md', thread: 'https://chat.example/t/1' }),
    steps: { read: (runbook: Runbook) => readRunbookSteps(runbook), offers: () => Promise.resolve([]) },
    command: '/incident',
    clock: desk.clock,
  };
  return drawContextFor(sources, incident);
}

async function example(until: Until): Promise<{ desk: TestDesk; context: DrawContext }> {
  const { desk, incident } = await exampleIncident(until);
  return { desk, context: await contextOf(desk, incident) };
}

const asJson = (message: Message) => `${JSON.stringify(message, null, 2)}\n`;

/** The message as it looks, for reading aloud. */
const asScreen = (title: string, message: Message) => `== ${title}\nsaid: ${message.summary}\n\n${linesOfMessage(message)}\n`;

describe('what the thread shows', () => {
  const stages: readonly Until[] = ['opened', 'measured', 'acknowledged', 'updated', 'cleared', 'resolved'];

  it.each(stages)('looks like its golden files when %s', async (stage) => {
    const { context } = await example(stage);
    const views: readonly Exclude<MessageView, FileView>[] = [...livingViews.map((type) => ({ type })), { type: 'runbook' }];
    const drawn = views.map((view) => ({ view, message: drawMessage(view, context) }));
    for (const { view, message } of drawn) await expect(asJson(message)).toMatchFileSnapshot(golden(`${stage}-${view.type}.json`));
    await expect(drawn.map(({ view, message }) => asScreen(view.type, message)).join('\n')).toMatchFileSnapshot(golden(`${stage}.txt`));
  });

  it('looks like its golden files for each entry', async () => {
    const { desk, incident } = await exampleIncident('resolved');
    await reopenIncident(desk.change, { id: incident.id, cause: 'again', by: { type: 'user', ...ben }, text: 'The errors are back.' });
    const context = await contextOf(desk, await desk.fresh(incident));
    const entries = await readTimeline(desk.store.timeline, context.incident);
    const drawn = entries.map((entry) => ({
      entry,
      message: drawMessage({ type: 'entry', seq: entry.seq, broadcast: false }, { ...context, entry }),
    }));
    await expect(asJson({ summary: '', blocks: drawn.flatMap(({ message }) => message.blocks) })).toMatchFileSnapshot(
      golden('entries.json'),
    );
    await expect(drawn.map(({ entry, message }) => asScreen(`${entry.seq} ${entry.kind}`, message)).join('\n')).toMatchFileSnapshot(
      golden('entries.txt'),
    );
  });

  it('looks like its golden files for each execution, and Slack takes it', async () => {
    const { context } = await example('measured');
    const start = addMs(context.now, 60_000);
    const drawn = Object.entries(executionCases(start)).map(([name, one]) => {
      const { incident, ...rest } = caseContext(context, one, start);
      return { name, message: drawMessage({ type: 'execution', number: one.execution.number }, { ...rest, incident }) };
    });
    for (const { name, message } of drawn) {
      expect(Array.from(message.summary).length, name).toBeLessThanOrEqual(300);
      const { blocks } = drawSlackMessage(message);
      expect(() => acceptBlocks(blocks, 8000), name).not.toThrow();
      expect(JSON.stringify(blocks), name).not.toContain('Shortened to fit');
      await expect(asJson(message)).toMatchFileSnapshot(golden(`execution-${name}.json`));
    }
    await expect(drawn.map(({ name, message }) => asScreen(name, message)).join('\n')).toMatchFileSnapshot(golden('executions.txt'));
  });

  it('tells on the first screen what was found, what waits and what was done, and in the thread what was decided', async () => {
    const chat = createTestChat();
    const { desk, incident } = await exampleIncident('measured', chat);
    const step = async (text: string, by?: typeof ben) => {
      await chat.say(text, by === undefined ? {} : { by });
      await chat.runner.idle();
    };
    chat.outside.facts = [{ weight: 'warning', rule: 'hpa', text: 'Autoscaler gpu-worker keeps it between 2 and 6 replicas.' }];
    chat.outside.values = [7.42, 1.1];
    await step('run 2');
    await step('run 5');
    await step('mitigate 9');
    await step('deny 3 Restart one at a time', ben);
    await step('mitigate 8');
    await step('approve 4', ben);
    chat.outside.answers.set('scale gpu-worker from 3 to 10', 'lost');
    await step('mitigate 10');
    await step('approve 5', ben);
    await step('mitigate 11');
    chat.clock.advance(300_000);
    await step('breakglass 6 Nobody is there');
    await step('mitigate 12');
    const context = await contextOf(desk, await desk.fresh(incident));
    const card = drawMessage({ type: 'card' }, context);
    await expect(asScreen('card', card)).toMatchFileSnapshot(golden('executions-card.txt'));
    expect(linesOfMessage(card).split('\n').length).toBeLessThanOrEqual(15);
    const entries = (await readTimeline(desk.store.timeline, context.incident)).filter(({ kind }) => /^mitigation|break|verif/.test(kind));
    const told = entries.map((entry) =>
      asScreen(`${entry.seq} ${entry.kind}`, drawMessage({ type: 'entry', seq: entry.seq, broadcast: false }, { ...context, entry })),
    );
    await expect(told.join('\n')).toMatchFileSnapshot(golden('executions-entries.txt'));
    await expect(asScreen('steps', drawSteps(context))).toMatchFileSnapshot(golden('executions-steps.txt'));
  });

  it('fits on one screen of a phone', async () => {
    for (const stage of stages) {
      const { context } = await example(stage);
      const card = drawMessage({ type: 'card' }, context);
      expect(linesOfMessage(card).split('\n').length, stage).toBeLessThanOrEqual(12);
      const actions = card.blocks.filter((block) => block.type === 'actions');
      expect(actions).toHaveLength(1);
      expect((actions[0]?.buttons.length ?? 0) + (actions[0]?.menu === undefined ? 0 : 1)).toBeLessThanOrEqual(5);
      expect(actions[0]?.menu?.items.length ?? 0).toBeLessThanOrEqual(5);
    }
  });

  it('says severity by a sign and a word, and everything that matters to a screen reader', async () => {
    const { context } = await example('opened');
    for (const severity of severities) {
      const { summary, blocks } = drawMessage({ type: 'card' }, { ...context, incident: { ...context.incident, severity } });
      const heading = blocks[0]?.type === 'heading' ? blocks[0].text : '';
      expect(heading).toMatch(/^(🔴 Critical|🟠 Warning|🔵 Info) · INC-1 · /u);
      expect(summary.toLowerCase()).toContain(severity);
      expect(summary).toMatch(/INC-1.*Triggered, began 03:00 UTC.*Nobody is on it.*acknowledge/);
    }
  });

  it('keeps every summary short, whatever the texts are', async () => {
    const { desk, context } = await example('resolved');
    const entries = await readTimeline(desk.store.timeline, context.incident);
    fc.assert(
      fc.property(fc.string({ minLength: 200, maxLength: 4000, unit: 'grapheme' }), fc.constantFrom(...entries), (text, entry) => {
        const incident: Incident = { ...context.incident, title: text, impact: text, acknowledgedBy: { id: 'U1', name: text } };
        const views: readonly Exclude<MessageView, FileView>[] = [
          ...livingViews.map((type) => ({ type })),
          { type: 'runbook' },
          { type: 'entry', seq: 1, broadcast: false },
        ];
        for (const view of views) {
          const { summary } = drawMessage(view, { ...context, incident, entry });
          expect(Array.from(summary).length, view.type).toBeLessThanOrEqual(300);
        }
      }),
      { numRuns: 30 },
    );
  });

  it('is drawn from the context alone: the same context gives the same message', async () => {
    const { context } = await example('updated');
    for (const type of livingViews) expect(drawMessage({ type }, context)).toEqual(drawMessage({ type }, structuredClone(context)));
  });
});

describe('holes', () => {
  it('are seen as holes, with the reason', async () => {
    const { context } = await example('measured');
    const { measurement } = context.incident;
    if (measurement === undefined) throw new Error('the example has a measurement');
    const { value: _value, ...without } = measurement;
    const incident: Incident = { ...context.incident, measurement: { ...without, problem: 'Prometheus did not answer' } };
    const card = drawMessage({ type: 'card' }, { ...context, incident });
    expect(linesOfMessage(card)).toContain('Current error rate: [? Prometheus did not answer] (03:01)');
    const brief = linesOfMessage(drawMessage({ type: 'brief' }, { ...context, incident }));
    expect(brief).toContain('> - Current error rate: [? Prometheus did not answer]');
    expect(brief).toContain('> - ETA: [? not known yet]');
    expect(brief).toContain('Still to fill in: Current error rate and ETA');
  });

  it('say that a value is on its way until the first measurement', async () => {
    const { context } = await example('opened');
    expect(linesOfMessage(drawMessage({ type: 'card' }, context))).toContain('Measuring how bad it is now…');
    expect(linesOfMessage(drawMessage({ type: 'brief' }, context))).toContain('[? measuring…]');
    const unmeasured = { ...context, incident: { ...context.incident, due: {} } };
    expect(linesOfMessage(drawMessage({ type: 'card' }, unmeasured))).not.toContain('Measuring');
  });

  it('leave the author’s status line alone while it is true, and no longer', async () => {
    const before = await example('measured');
    expect(linesOfMessage(drawMessage({ type: 'brief' }, before.context))).toContain('- Status: Investigating root cause');
    const after = await example('updated');
    expect(linesOfMessage(drawMessage({ type: 'brief' }, after.context))).toContain('- Status: Identified');
  });
});

describe('an alert of which Alertmanager tells nobody', () => {
  it('says who silenced it and until when, as long as it fires', async () => {
    const desk = createTestDesk();
    const incident = await desk.open({ severity: 'critical' });
    const until = addMs(toInstant(desk.clock.now()), 3_600_000);
    const shown = async (link: Parameters<typeof alertLink>[0]) => {
      const context = await contextOf(desk, { ...incident, alerts: [alertLink(link)] });
      return linesOfMessage(drawMessage({ type: 'alerts' }, context));
    };
    expect(await shown({ quiet: { by: 'silence', until, who: 'ana' } })).toContain('🔕 silenced in Alertmanager until 04:00 by ana');
    expect(await shown({ quiet: { by: 'silence' } })).toContain('🔕 silenced in Alertmanager ·');
    expect(await shown({ quiet: { by: 'inhibition' } })).toContain('🔕 inhibited in Alertmanager by another alert');
    expect(await shown({ quiet: { by: 'inhibition' }, status: 'resolved' })).not.toContain('🔕');
    expect(await shown({})).not.toContain('🔕');
  });
});

describe('much of everything', () => {
  it('shows ten alerts and counts the rest, those that fire first', async () => {
    const desk = createTestDesk();
    const incident = await desk.open({ severity: 'critical' });
    const start = toInstant(desk.clock.now());
    const alerts = Array.from({ length: 25 }, (_, index) =>
      alertLink({
        key: `k${index}`,
        target: `pod-${index % 7}`,
        status: index < 20 ? 'resolved' : 'firing',
        startsAt: addMs(start, index * 1000),
      }),
    );
    const context = await contextOf(desk, { ...incident, alerts });
    const lines = linesOfMessage(drawMessage({ type: 'alerts' }, context)).split('\n');
    const items = lines.filter((line) => line.startsWith('- '));
    expect(items).toHaveLength(10);
    expect(items.slice(0, 5).every((line) => line.includes('🔥'))).toBe(true);
    expect(lines.join('\n')).toContain('and 15 more alerts');
    const card = linesOfMessage(drawMessage({ type: 'card' }, context));
    expect(card).toContain('Alerts: 5 firing (pod-6, pod-0, pod-1, pod-2 and 1 more) · 20 cleared');
  });

  it('counts alerts about the same thing', async () => {
    const { context } = await example('measured');
    expect(linesOfMessage(drawMessage({ type: 'card' }, context))).toContain('Alerts: 3 firing (gpu-worker ×2, api-gateway)');
  });

  it('shows the date as well once it is another day', async () => {
    const { context } = await example('acknowledged');
    const nextDay = { ...context, now: addMs(context.now, 26 * 3_600_000) };
    expect(linesOfMessage(drawMessage({ type: 'oncall' }, nextDay))).toContain('Began 2026-03-01 03:00');
  });

  it('shows each of forty steps under one heading', async () => {
    const { context } = await example('opened');
    const steps = Array.from(
      { length: 40 },
      (_, index) =>
        `### Look at everything that could possibly go wrong in the pipeline of part ${index + 1}\n\n\`\`\`bash\nkubectl get pods -n part-${index + 1}\n\`\`\`\n`,
    );
    const runbook = parseRunbook({ path: 'big.md', text: `# Big\n\n## Investigation\n\n${steps.join('\n')}` });
    const { blocks } = drawSlackMessage(drawSteps({ ...context, runbook, readings: readRunbookSteps(runbook) }));
    const text = JSON.stringify(blocks);
    for (const number of [1, 20, 39, 40])
      expect(text).toContain(`${number}. Look at everything that could possibly go wrong in the pipeline of part ${number} `);
    expect(() => acceptBlocks(blocks, 8000)).not.toThrow();
  });

  it('does without a runbook, without alerts and without links', async () => {
    const desk = createTestDesk();
    const incident = await desk.open({ severity: 'critical' });
    const context: DrawContext = { incident, now: incident.updatedAt, command: '/help-me', links: {} };
    const card = linesOfMessage(drawMessage({ type: 'card' }, context));
    expect(card).toContain('Alerts: none, a person declared it');
    expect(card).toContain('Runbook: none matched');
    expect(linesOfMessage(drawMessage({ type: 'brief' }, context))).toContain('/help-me update INC-1');
    expect(linesOfMessage(drawMessage({ type: 'entry', seq: 3, broadcast: false }, context))).toContain('entry 3');
  });

  it('never turns outside text into anything but plain text or a link to the web', async () => {
    const desk = createTestDesk();
    const evil = '<!channel> *bold* <javascript:alert(1)|click> `code`';
    const incident = await desk.open({
      title: evil,
      impact: evil,
      severity: 'critical',
      alert: alertLink({ name: evil, target: evil, summary: evil, generatorUrl: 'javascript:alert(1)' }),
    });
    const context = await contextOf(desk, incident);
    for (const type of livingViews) {
      const { blocks } = drawMessage({ type }, context);
      const links = JSON.stringify(blocks).match(/"url":"[^"]*"/g) ?? [];
      expect(links.every((link) => link.startsWith('"url":"http'))).toBe(true);
    }
    const card = drawMessage({ type: 'card' }, context);
    const impact = card.blocks
      .flatMap((block) => (block.type === 'text' ? inlineText(block.content).split('\n') : []))
      .find((line) => line.startsWith('Impact:'));
    expect(impact).toBe(`Impact: ${evil}`);
  });
});
