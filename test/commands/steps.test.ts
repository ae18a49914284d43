import { describe, expect, it } from 'vitest';
import { executionsOf, findExecution } from '../../src/incidents/execution.ts';
import { createTestChat, formOf, linesOf, messageOf, openCritical, shippedRunbook } from '../chat/chat-desk.ts';
import { bot, guest } from '../executions/world.ts';
import { ana, ben } from '../support/desk.ts';

async function withIncident(options: Parameters<typeof createTestChat>[0] = {}) {
  const chat = createTestChat(options);
  const incident = await openCritical(chat);
  return {
    chat,
    incident,
    runs: async () => executionsOf(await chat.fresh(incident)),
    execution: async (number: number) => findExecution(await chat.fresh(incident), number),
    /** Asked by ana and planned: it waits for approval as #1. */
    propose: async () => {
      await chat.say('mitigate 8', { by: ana });
      await chat.runner.idle();
    },
  };
}

describe('runbook', () => {
  it('shows kinds, states and a button for each step', async () => {
    const { chat } = await withIncident();
    await chat.say('run 2');
    await chat.runner.idle();
    const text = await chat.hear('runbook');
    expect(text).toContain('2. Initial Investigation · 🔍 reads · ✅ done (#1)');
    expect(text).toContain('1. Acknowledge Alert · 👤 by hand');
    expect(text).toContain('8. If Resource Constrained · 🛠️ changes, needs approval');
    expect(text).toMatch(/\[Run all diagnostics\][^]*\[Run 2\].*[^]*\[Plan 8\]/);
    expect(text).not.toContain('Root Cause Analysis');
  });

  it('says what is missing when there is none', async () => {
    const chat = createTestChat();
    await chat.open();
    expect(await chat.hear('runbook')).toBe('INC-1 has no runbook, so it has no steps. You can still ask Prometheus: /incident query.');
    expect(await chat.hear('run 2')).toContain('INC-1 has no runbook, so it has no steps. You can still ask Prometheus: /incident query.');
  });
});

describe('run', () => {
  it('runs a step, a line of it, and all that need nothing', async () => {
    const { chat, runs } = await withIncident();
    expect(await chat.hear('run 2')).toBe('Running 2. Initial Investigation. The thread shows it.');
    expect(await chat.hear('run 3.1')).toBe('Running 3.1. Check worker status. The thread shows it.');
    await chat.runner.idle();
    expect(await chat.hear('run all')).toBe('Running 3 diagnostics of the runbook. The thread shows it.');
    await chat.runner.idle();
    expect((await runs()).map(({ step, state }) => `${step} ${state}`)).toEqual(['2 done', '3.1 done', '2 done', '5 done', '6 done']);
  });

  it('counts a press once, delivered twice or pressed twice', async () => {
    const { chat, runs } = await withIncident();
    let open = () => {};
    chat.outside.gate = new Promise((resolve) => {
      open = resolve;
    });
    const action = { type: 'run', command: 'run', incident: 1, argument: '2' } as const;
    const first = linesOf(await chat.press(action, { cause: 'press' }));
    expect(first).toContain('Running 2. Initial Investigation.');
    expect(linesOf(await chat.press(action))).toContain('is running already (#1)');
    expect(await chat.hear('run all')).toContain('Running 2 diagnostics');
    expect(await chat.hear('run all')).toBe('All diagnostics are running already. The thread shows it.');
    open();
    await chat.runner.idle();
    expect(await runs()).toHaveLength(3);
  });

  it('answers wrong numbers and words with the right ones', async () => {
    const { chat, runs } = await withIncident();
    expect(await chat.hear('run 99')).toBe(
      'There is no 99 in Video Processing Error Budget Exhausted: its steps are 1 to 19. /incident runbook shows them.',
    );
    expect(await chat.hear('run 2.9')).toContain('There is no 2.9 in Video Processing Error Budget Exhausted: step 2 has 2.1 to 2.3.');
    expect(await chat.hear('run two')).toContain('Say which step by its number, such as 2, or 2.3 for one command.');
    expect(await chat.hear('run 2 now')).toContain('"now" is no value. The right form is name=value.');
    expect(await chat.hear('run 2 pod=x')).toContain('2 has no parameter "pod". It takes none.');
    expect(await runs()).toHaveLength(0);
  });

  it('offers a plan for what changes something, and shows what people do themselves', async () => {
    const { chat, runs } = await withIncident();
    expect(await chat.hear('run 8')).toMatch(/changes something: it needs a plan.*[^]*\[Plan 8\]/);
    expect(await chat.hear('run 3')).toMatch(/\[Plan 3\] \[Run 3\.1\]/);
    expect(await chat.hear('run 1')).toMatch(/1\. Acknowledge Alert is something to do by hand\.[^]*\[Done\] \[Skip\]/);
    expect(await runs()).toHaveLength(0);
  });

  it('refuses guests and bots clearly', async () => {
    const { chat, runs } = await withIncident();
    expect(await chat.hear('run 2', { by: guest })).toBe('Not done: guests may not do that: it takes a full member of the workspace.');
    expect(await chat.hear('query up', { by: bot })).toBe('Not done: bots and apps may not do that: it takes a person.');
    expect(await runs()).toHaveLength(0);
  });

  it('is understood in a thread, and keeps the number when several incidents may be meant', async () => {
    const { chat, incident } = await withIncident();
    await openCritical(chat);
    const asked = messageOf(await chat.say('run 2'));
    expect(linesOf({ type: 'message', message: asked })).toContain('More than one incident may be meant.');
    const buttons = asked.blocks.flatMap((block) => (block.type === 'actions' ? block.buttons : []));
    expect(buttons.map(({ action }) => action)).toContainEqual({ type: 'run', command: 'run', incident: 1, argument: '2' });
    expect(await chat.hear('run INC-1 2')).toContain('Running 2.');
    expect(await chat.hear('run 5 INC-1')).toContain('Running 5.');
    await chat.runner.idle();
    expect(executionsOf(await chat.fresh(incident))).toHaveLength(2);
  });
});

describe('query', () => {
  it('understands what chat makes of quotes and dashes', async () => {
    const { chat, runs } = await withIncident();
    expect(await chat.hear('query `sum(rate(errors_total{job=“api”}[5m]))` —range 3h')).toBe(
      'Asking Prometheus: sum(rate(errors_total{job="api"}[5m])). The thread shows it.',
    );
    await chat.runner.idle();
    const [asked] = await runs();
    const document = asked === undefined ? undefined : await chat.desk.documents.get(asked.id);
    expect(document?.query).toMatchObject({ promql: 'sum(rate(errors_total{job="api"}[5m]))', range: { stepMs: 45_000 } });
  });

  it('opens a form without words, and refuses a range that is none', async () => {
    const { chat, runs } = await withIncident();
    const form = formOf(await chat.say('query'));
    expect(linesOf(await chat.submit(form.action, { promql: 'up', range: '3h' }))).toContain('Asking Prometheus: up.');
    expect(await chat.submit(form.action, { promql: '  ', range: 'now' })).toEqual({
      type: 'invalid',
      errors: { promql: 'Write the query, in PromQL.' },
    });
    expect(await chat.hear('query up --range soon')).toContain('"soon" is no range. The right form is 30m, 6h or 2d, at most 60d.');
    expect(await chat.hear('query up --range')).toContain('Say the range, such as 30m.');
    await chat.runner.idle();
    expect(await runs()).toHaveLength(1);
  });
});

describe('output', () => {
  it('shows what a run printed, or says that there is none', async () => {
    const { chat, runs } = await withIncident();
    expect(await chat.hear('output')).toBe('Nothing was run in INC-1 yet.');
    await chat.say('run 2');
    await chat.runner.idle();
    expect(await chat.hear('output 1')).toContain('ran 2');
    expect(await chat.hear('output 99')).toBe('There is no #99 in INC-1: there is only #1.');
    await chat.store.executions.remove((await runs()).map(({ id }) => id));
    expect(await chat.hear('output 1')).toBe(
      'The output of #1 is not kept any more. The timeline has its beginning and its end: /incident export INC-1',
    );
  });
});

describe('did and skip', () => {
  it('mark a step once, with or without words', async () => {
    const { chat, runs } = await withIncident();
    expect(await chat.hear('did 1')).toBe('Step 1 (Acknowledge Alert) is marked as done. The thread shows it.');
    expect(await chat.hear('did 1')).toBe('Step 1 (Acknowledge Alert) is marked as done already (#1).');
    expect(await chat.hear('skip 4 No pattern to see')).toContain('is marked as skipped');
    expect(await chat.hear('did 99')).toContain('There is no 99 in');
    expect(await chat.hear('did that')).toContain('Say which step by its number, such as 4.');
    expect((await runs()).map(({ step, state }) => `${step} ${state}`)).toEqual(['1 done', '4 skipped']);
  });
});

describe('a mitigation', () => {
  it('is planned, approved by a second person and applied once', async () => {
    const { chat, execution, propose } = await withIncident();
    await propose();
    expect((await execution(1))?.state).toBe('proposed');
    expect(await chat.hear('mitigate 8')).toContain('is there already: 🟡 waits for approval.');
    expect(await chat.hear('approve 1', { by: ana })).toBe('You asked for #1 yourself. Somebody else has to approve it.');
    expect(await chat.hear('approve', { by: guest })).toContain('guests may not do that');
    expect(await chat.hear('approve #1', { by: ben, cause: 'vote' })).toContain(
      'You approved #1 · If Resource Constrained. It is being applied.',
    );
    await chat.runner.idle();
    expect((await execution(1))?.state).toBe('applied');
    expect(await chat.hear('approve 1', { by: ben })).toBe('#1 takes no votes: it was applied already.');
    expect([...chat.outside.sends.values()]).toEqual([1]);
  });

  it.each([
    ['alone where no check follows', false],
    ['by what its checks say, where there are some', true],
  ])('that was applied is news in the thread %s', async (_, isChecked) => {
    const shipped = shippedRunbook();
    const { chat, incident, propose } = await withIncident({
      runbooks: [isChecked ? shipped : { ...shipped, verification: [] }],
    });
    await propose();
    await chat.say('approve 1', { by: ben });
    await chat.runner.idle();
    const entries = [...(await chat.store.timeline.read(incident.id)), ...(await chat.fresh(incident)).pending.entries];
    const told = (await chat.fresh(incident)).pending.effects.flatMap(({ view }) => (view.type === 'entry' ? [view.seq] : []));
    const news = entries.filter(({ seq, kind }) => told.includes(seq) && kind.startsWith('mitigation')).map(({ kind }) => kind);
    expect(news).toEqual(['mitigation_proposed', ...(isChecked ? [] : ['mitigation_applied'])]);
  });

  it('without a plan puts into the thread what its step printed, when that is long', async () => {
    const { chat, incident, execution, propose } = await withIncident();
    chat.outside.planFails = 'the step failed';
    chat.outside.planPrints = 'line\n'.repeat(100);
    await propose();
    expect((await execution(1))?.state).toBe('failed');
    const views = (await chat.fresh(incident)).pending.effects.map(({ view }) => view);
    expect(views).toContainEqual({ type: 'file', number: 1, part: 'output' });
  });

  it('is approved by the button only as the plan that it shows', async () => {
    const { chat, execution, propose } = await withIncident();
    await propose();
    const digest = (await execution(1))?.digest ?? '';
    const press = (argument: string) => chat.press({ type: 'run', command: 'approve', incident: 1, argument }, { by: ben });
    expect(linesOf(await press('1.00000000'))).toBe('#1 is not the plan that you looked at any more. Look at it again, then decide.');
    expect(linesOf(await press(`1.${digest.slice(0, 8)}`))).toContain('You approved #1');
    await chat.runner.idle();
    expect((await execution(1))?.state).toBe('applied');
  });

  it('is denied with a reason, which the form asks for', async () => {
    const { chat, execution, propose } = await withIncident();
    await propose();
    const form = formOf(await chat.say('deny 1', { by: ben }));
    expect(form.title).toBe('Deny a mitigation');
    expect(await chat.submit(form.action, { text: ' ' }, { by: ben })).toMatchObject({ type: 'invalid' });
    expect(linesOf(await chat.submit(form.action, { text: 'The autoscaler would undo it' }, { by: ben }))).toContain(
      'Nothing was changed.',
    );
    expect(await execution(1)).toMatchObject({ state: 'denied', finding: 'The autoscaler would undo it' });
  });

  it('is cancelled by whoever asked, and by nobody else', async () => {
    const { chat, execution, propose } = await withIncident();
    await propose();
    expect(await chat.hear('cancel 1', { by: ben })).toContain('Only ana, who asked for #1, can cancel it.');
    expect(await chat.hear('cancel', { by: ana })).toContain('You cancelled #1');
    expect((await execution(1))?.state).toBe('cancelled');
    expect(await chat.hear('cancel')).toBe('Nothing is running or waiting in INC-1.');
  });

  it('is applied alone after the wait, with a reason', async () => {
    const { chat, execution, propose } = await withIncident();
    await propose();
    expect(await chat.hear('breakglass 1 Nobody is there')).toContain('You can break the glass in 5 minutes.');
    chat.clock.advance(300_000);
    expect(await chat.hear('breakglass 1 Nobody is there', { by: ben })).toContain('Only ana, who asked for #1, may break the glass.');
    expect(formOf(await chat.say('breakglass 1')).fields).toHaveLength(1);
    expect(await chat.hear('breakglass 1 Nobody is there')).toContain('everybody on call is told');
    await chat.runner.idle();
    expect(await execution(1)).toMatchObject({ state: 'applied', breakGlass: { reason: 'Nobody is there' } });
  });

  it('is undone by a plan of its own', async () => {
    const { chat, execution, propose } = await withIncident();
    expect(await chat.hear('undo')).toBe('Nothing can be undone in INC-1.');
    await propose();
    await chat.say('approve 1', { by: ben });
    await chat.runner.idle();
    expect(await chat.hear('undo 1')).toContain('Planning #2 · Undo of If Resource Constrained. Nothing is changed yet.');
    await chat.runner.idle();
    expect(await chat.hear('undo 1')).toContain('#2 is already there to undo it.');
    expect((await execution(2))?.state).toBe('proposed');
  });

  it('is not begun in a resolved incident', async () => {
    const { chat } = await withIncident();
    await chat.say('resolve INC-1 over');
    expect(await chat.hear('mitigate INC-1 8')).toBe('Nothing can be mitigated in INC-1: it is resolved; reopen it first.');
  });

  it('says what is wrong with a number', async () => {
    const { chat } = await withIncident();
    expect(await chat.hear('approve 99', { by: ben })).toBe('There is no #99 in INC-1: nothing was run there yet.');
    expect(await chat.hear('approve')).toBe('Nothing waits for approval in INC-1.');
    expect(await chat.hear('approve it')).toContain('Say which one by its number, such as 3.');
    expect(await chat.hear('deny no')).toBe('Nothing waits for approval in INC-1.');
    expect(await chat.hear('mitigate 2')).toMatch(/changes nothing, so it needs no approval: run it\.[^]*\[Run 2\]/);
  });
});
