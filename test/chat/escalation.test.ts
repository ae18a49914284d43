import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { drawContextFor } from '../../src/chat/draw-context.ts';
import type { Message } from '../../src/chat/message.ts';
import type { DrawContext } from '../../src/chat/views/context.ts';
import { drawMessage } from '../../src/chat/views/draw.ts';
import { readTimeline } from '../../src/export/read-timeline.ts';
import { storyOf } from '../../src/export/story.ts';
import { acknowledgeIncident } from '../../src/incidents/acknowledge.ts';
import { changeSeverity } from '../../src/incidents/change-severity.ts';
import { escalateIncident } from '../../src/incidents/escalate.ts';
import type { Incident } from '../../src/incidents/incident.ts';
import { resolveIncident } from '../../src/incidents/resolve.ts';
import { readRunbookSteps } from '../../src/reading/read-step.ts';
import { createRunbookLibrary } from '../../src/runbooks/library.ts';
import type { Runbook } from '../../src/runbooks/runbook.ts';
import { acceptBlocks } from '../../src/simulator/slack/blocks/accept.ts';
import { drawMessage as drawSlackMessage } from '../../src/slack/render/message.ts';
import { exampleIncident } from '../export/example-incident.ts';
import { ana, createTestDesk } from '../support/desk.ts';
import type { TestDesk } from '../support/desk.ts';
import { linesOfMessage, shippedRunbook } from './chat-desk.ts';

const minuteMs = 60_000;
const golden = fileURLToPath(new URL('../golden/chat/escalation.txt', import.meta.url));

let desk: TestDesk;
let incident: Incident;
beforeEach(async () => {
  desk = createTestDesk({ ladder: [{ afterMs: 15 * minuteMs }, { afterMs: 30 * minuteMs }] });
  ({ incident } = await exampleIncident('measured', desk));
});
afterEach(() => desk.store.close());

async function contextNow(): Promise<DrawContext> {
  incident = await desk.fresh(incident);
  const sources = {
    alerts: desk.store.alerts,
    timeline: desk.store.timeline,
    runbooks: createRunbookLibrary([shippedRunbook()]),
    linksFor: () => ({ thread: 'https://chat.example/t/1' }),
    steps: { read: (runbook: Runbook) => readRunbookSteps(runbook), offers: () => Promise.resolve([]) },
    command: '/incident',
    clock: desk.clock,
  };
  return drawContextFor(sources, incident);
}

/** The call of a step as it looks now. */
async function call(step: number): Promise<Message> {
  const context = await contextNow();
  const entries = (await readTimeline(desk.store.timeline, incident)).filter(({ kind }) => kind === 'escalated');
  const entry = entries[step - 1];
  if (entry === undefined) throw new Error(`step ${step} was not told`);
  return drawMessage({ type: 'entry', seq: entry.seq, broadcast: false, to: 'oncall' }, { ...context, entry });
}

async function minutesPass(minutes: number): Promise<void> {
  desk.clock.advance(minutes * minuteMs);
  await escalateIncident(desk.change, incident);
}

const asScreen = (title: string, message: Message) => `== ${title}\nsaid: ${message.summary}\n\n${linesOfMessage(message)}\n`;
const buttonsOf = ({ blocks }: Message) =>
  blocks.flatMap((block) => (block.type === 'actions' ? block.buttons.map(({ label }) => label) : []));

describe('a call to those on call', () => {
  it('looks like its golden file, from the first to the answer, and Slack takes it', async () => {
    const seen: string[] = [];
    const look = async (title: string, message: Message) => {
      expect(() => acceptBlocks(drawSlackMessage(message).blocks, 8000), title).not.toThrow();
      expect(Array.from(message.summary).length).toBeLessThanOrEqual(300);
      seen.push(asScreen(title, message));
    };
    await look('card before', drawMessage({ type: 'card' }, await contextNow()));
    await look('announcement before', drawMessage({ type: 'oncall' }, await contextNow()));
    await minutesPass(14);
    await look('first call', await call(1));
    await look('card between', drawMessage({ type: 'card' }, await contextNow()));
    await minutesPass(15);
    await look('last call', await call(2));
    await look('card after the last', drawMessage({ type: 'card' }, await contextNow()));
    await look('announcement after the last', drawMessage({ type: 'oncall' }, await contextNow()));
    await acknowledgeIncident(desk.change, { id: incident.id, cause: 'a', by: ana });
    await look('last call, answered', await call(2));
    desk.clock.advance(minuteMs);
    await resolveIncident(desk.change, { id: incident.id, cause: 'r', by: { type: 'user', ...ana } });
    await look('first call, resolved', await call(1));
    await expect(seen.join('\n')).toMatchFileSnapshot(golden);
  });

  it('says how late it is, and that it stands for one that was missed', async () => {
    await minutesPass(40);
    const text = linesOfMessage(await call(1));
    expect(text).toContain('Nobody has acknowledged this for 41 min, since 03:00');
    expect(text).toContain('This comes 11 min late: it was due at 03:30');
    expect(text).toContain('stands for 1 earlier one');
    const [entry] = (await readTimeline(desk.store.timeline, incident)).filter(({ kind }) => kind === 'escalated');
    if (entry === undefined) throw new Error('it is not on the timeline');
    expect(storyOf(entry)).toEqual({
      who: 'Tocsin, by the rule "not acknowledged"',
      what: 'told those on call again that nobody has acknowledged for 41 min (step 2 of 2), 11 min late, in place of 1 earlier announcement that could not be made',
    });
  });

  it('asks for nothing once the incident was lowered, acknowledged or resolved', async () => {
    await minutesPass(15);
    expect(buttonsOf(await call(1))).toEqual(['Acknowledge']);
    await changeSeverity(desk.change, { id: incident.id, cause: 's', by: ana, severity: 'warning' });
    const lowered = await call(1);
    expect(buttonsOf(lowered)).toEqual([]);
    expect(linesOfMessage(lowered)).toContain('It is warning now.');
    expect(linesOfMessage(drawMessage({ type: 'card' }, await contextNow()))).not.toContain('on-call');
  });
});
