import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadSources } from '../../../src/authoring/load-sources.ts';
import { collectNeeds } from '../../../src/authoring/rbac-needs.ts';
import { rulesOf } from '../../../src/authoring/rbac-rules.ts';
import { exportSchema } from '../../../src/export/incident-export.ts';
import type { MessageStory } from '../../language/slack.ts';
import { seedAlert } from '../../support/world.ts';
import { realKubernetes } from '../support/control-plane.ts';
import { requireOrSkip } from '../support/require.ts';
import { differences, snapshot } from './objects.ts';
import { liveRules } from './roles.ts';
import type { LiveRule } from './roles.ts';
import { seedNamespaces } from './seed-cluster.ts';
import { accounts, area, runbookName, startWholeWorld } from './whole-world.ts';
import type { WholeWorld } from './whole-world.ts';

const describeReal = requireOrSkip(realKubernetes.name, realKubernetes.present, realKubernetes.how);

const alert = {
  ...seedAlert,
  labels: { alertname: 'WorkersFallBehind', severity: 'critical', service: area, namespace: area, deployment: 'gpu-worker' },
  annotations: { summary: 'The queue grows', runbook_url: `https://runbooks.example.com/${runbookName}` },
  startsAt: new Date().toISOString(),
};

describeReal('the whole bot, as it is served, on a real cluster with the roles that it asks for', () => {
  let world: WholeWorld;
  let card: MessageStory;
  beforeAll(async () => {
    world = await startWholeWorld();
  });
  afterAll(() => world.stop());

  const incidents = () => world.slack.channel('#incidents');
  const person = (name: string) => world.slack.person(name);
  const says = (name: string, text: string) => person(name).types(text, { in: incidents() });
  const now = () => snapshot(world.cluster.admin, seedNamespaces);
  const replicas = (name: string) => world.kubectl(`get deployment ${name} -n ${area} -o jsonpath={.spec.replicas}`);

  /** The message of an execution in the thread, by what stands behind its number. */
  const execution = (number: number, rest: RegExp) => card.thread.expectReply(new RegExp(`#${number} · ${rest.source}`, rest.flags));

  const latest = (words: RegExp) => card.thread.expectReply(words);

  /** Ana asks for a step that needs no form; resolves with its message when the preview stands there. */
  async function propose(step: string) {
    const numbers = () => card.thread.replies().flatMap(({ visibleText }) => Number(/#(\d+) · /.exec(visibleText)?.[1] ?? 0));
    const number = Math.max(...numbers()) + 1;
    await says('ana', `/incident mitigate ${step}`);
    return { number, proposal: await execution(number, /.*waits for approval/) };
  }

  it('opens a thread for an alert', async () => {
    expect(await world.notify(alert)).toBe(200);
    card = await incidents().expectMessage(/INC-1.*Workers fall behind/i);
    await card.expectText(/Critical/);
    await card.thread.expectReply(/What is there/);
  });

  it('shows in the thread what kubectl shows in a terminal', async () => {
    await says('chloe', '/incident runbook');
    const steps = await person('chloe').seesOnlyToThem(/1\. .*What is there.*reads/s);
    await steps.button('Run 1').pressedBy(person('chloe'));
    const [, command = ''] = /^kubectl (get deployments .*)$/m.exec(world.runbookText) ?? [];
    const truth = await world.kubectl(command);
    expect(truth.split('\n').length).toBeGreaterThan(4);
    const run = await execution(1, /1\. /);
    await run.expectText(/· done/);
    expect(run.now().visibleText).toContain(truth.trimEnd());

    await says('chloe', '/incident run 2');
    const errors = (await world.kubectl(`logs -n ${area} deployment/gpu-worker --since=1h`))
      .split('\n')
      .filter((line) => line.includes('ERROR'));
    expect(errors).not.toEqual([]);
    const logs = await execution(2, /2\. /);
    await logs.expectText(/· done/);
    expect(logs.now().visibleText).toContain(errors.join('\n'));
  });

  it('asks for values in a form, shows exactly what will change, and waits for somebody else', async () => {
    const before = await now();
    await says('ana', '/incident mitigate 3');
    await person('ana').modal.expect(/gpu-worker/);
    await person('ana').modal.fill({ deployment: 'gpu-worker', count: '6' }).submit();
    const proposal = await execution(3, /3\. .*waits for approval/);
    await proposal.expectText(/scale Deployment video-processing\/gpu-worker from 3 to 6 replicas.*replicas: `3` → `6`.*Can be undone/s);

    await proposal.button('Approve').pressedBy(person('ana'));
    await person('ana').seesOnlyToThem(/You asked for #3 yourself. Somebody else has to approve it/);
    await proposal.button('Approve').pressedBy(person('chloe'));
    await person('chloe').seesOnlyToThem(/Your vote on #3 does not count/);
    expect(differences(before, await now())).toEqual([]);
    expect(world.line.changes()).toEqual([]);
  });

  it('is approved by another person, who presses twice and once more after the end, and counts once', async () => {
    const before = await now();
    const proposal = await execution(3, /3\. .*waits for approval/);
    const approve = proposal.button('Approve');
    await Promise.all([approve.pressedBy(person('ben')), approve.pressedBy(person('ben'))]);
    await proposal.expectText(/· applied/);
    await world.cluster.settle();
    await approve.pressedBy(person('ben'));
    await person('ben').seesOnlyToThem(/#3 takes no votes: it was applied already/);
    await says('dmitri', '/incident approve 3');
    await person('dmitri').seesOnlyToThem(/#3 takes no votes: it was applied already/);
    const pressed = world.workspace.deliveries().filter(({ kind, body }) => kind === 'interaction' && body.includes(person('ben').id));
    expect(pressed.length).toBeGreaterThanOrEqual(3);
    for (const delivery of pressed) await world.workspace.replay(delivery);

    expect(await replicas('gpu-worker')).toBe('6');
    expect(differences(before, await now())).toEqual([`Deployment ${area}/gpu-worker spec.replicas: 3 -> 6`]);
    expect(world.line.changes()).toEqual([{ line: scaleLine('gpu-worker'), status: 200 }]);
  });

  it('says whether it helped', async () => {
    const applied = await execution(3, /3\. .*applied/);
    await applied.expectText(/better/i);
    await card.thread.expectReply(/Did #3 .* help\? .*better/i);
  });

  it('is taken back by a plan of its own, which needs an approval too', async () => {
    const sent = world.line.changes().length;
    await says('ana', '/incident undo 3');
    const undo = await execution(4, /Undo of .*waits for approval/);
    await undo.expectText(/replicas: `6` → `3`/);
    await undo.button('Approve').pressedBy(person('ana'));
    await person('ana').seesOnlyToThem(/You asked for #4 yourself/);
    await undo.button('Approve').pressedBy(person('dmitri'));
    await undo.expectText(/· applied/);
    expect(await replicas('gpu-worker')).toBe('3');
    expect(world.line.changes()).toHaveLength(sent + 1);
  });

  it('changes nothing when somebody else did meanwhile, and shows a new preview when asked again', async () => {
    const sent = world.line.changes().length;
    await says('ana', '/incident mitigate 4');
    const proposal = await execution(5, /4\. .*waits for approval/);
    await proposal.expectText(/replicas: `2` → `4`/);
    await world.kubectl(`scale deployment asr-worker --replicas=3 -n ${area}`);
    await proposal.button('Approve').pressedBy(person('ben'));
    await proposal.expectText(/· not applied/);
    await proposal.expectText(/Nothing was sent.*asr-worker was changed in what this touches.*Ask for a new plan/s);
    expect(await replicas('asr-worker')).toBe('3');
    expect(world.line.changes()).toHaveLength(sent);

    await proposal.button('Plan again').pressedBy(person('ana'));
    const again = await execution(6, /4\. .*waits for approval/);
    await again.expectText(/replicas: `3` → `4`/);
    await again.button('Cancel').pressedBy(person('ana'));
    await again.expectText(/· cancelled/);
    expect(await replicas('asr-worker')).toBe('3');
  });

  describe('whose role lacks a right', () => {
    const missing =
      /configmaps "api-gateway-config" is forbidden: User "system:serviceaccount:tocsin:tocsin-mutator" cannot patch resource "configmaps" in API group "" in the namespace "video-processing"/;
    let right: LiveRule;
    beforeAll(async () => {
      const { needs } = collectNeeds(await loadSources([world.runbooks]), { namespace: accounts, parameterNamespace: accounts });
      const rules = liveRules(world.cluster, rulesOf(needs));
      const found = rules.find(({ title, rule }) => title.startsWith('mutator') && rule.resource === 'configmaps' && rule.verb === 'patch');
      if (found === undefined) throw new Error('the generated roles have no such rule');
      right = found;
    });

    it('says which, before anybody approves', async () => {
      await right.takeAway();
      const before = await now();
      await says('ana', '/incident mitigate 5');
      const plan = await execution(7, /5\. /);
      await plan.expectText(/lacks the right/);
      expect(plan.now().visibleText).toMatch(missing);
      await right.putBack();
      expect(differences(before, await now())).toEqual([]);
    });

    it('says which, when it is lost between the preview and the approval', async () => {
      const before = await now();
      await says('ana', '/incident mitigate 5');
      const proposal = await execution(8, /5\. .*waits for approval/);
      await proposal.expectText(/DB_MAX_CONNECTIONS.*`20` → `50`/s);
      await right.takeAway();
      await proposal.button('Approve').pressedBy(person('ben'));
      await proposal.expectText(/· failed/);
      expect(proposal.now().visibleText).toMatch(missing);
      expect(proposal.now().visibleText).toMatch(/Nothing was changed/);
      expect(proposal.hasButton('Plan undo')).toBe(false);
      await right.putBack();
      expect(differences(before, await now())).toEqual([]);
    });
  });

  const deaths = [
    ['after it has stored the change', 'hold_answer', 'applied'],
    ['before it has the change', 'hold_request', 'failed'],
  ] as const;

  it.each(deaths)('does not know what happened when the API server dies %s, and finds out by reading', async (_, fate, end) => {
    const { number, proposal } = await propose(`3 deployment=job-orchestrator count=${fate === 'hold_answer' ? 2 : 3}`);
    const sent = world.line.changes().length;
    const meeting = world.line.next(fate);
    await proposal.button('Approve').pressedBy(person('ben'));
    const { lose } = await meeting;
    await world.cluster.killApiServer();
    lose();
    await proposal.expectText(/· outcome unknown/);
    await proposal.expectText(/Nobody knows whether this happened. It is not tried again by itself/);
    await incidents().expectMessage(new RegExp(`Nobody knows whether #${number} happened`));

    await world.cluster.startApiServer();
    await proposal.expectText(new RegExp(`· ${end}`));
    if (end === 'failed') await proposal.expectText(/Nothing was changed.*found not done by looking/s);
    expect(await replicas('job-orchestrator')).toBe('2');
    expect(proposal.hasButton('Plan undo')).toBe(end === 'applied');
    expect(world.line.changes()).toHaveLength(sent + 1);
    await world.cluster.settle();
  });

  it('finds out what it had done when it is killed in the middle, sends nothing again, and takes that back', async () => {
    const before = await now();
    const { proposal } = await propose('6');
    const sent = world.line.changes().length;
    const first = world.line.next('hold_answer');
    await proposal.button('Approve').pressedBy(person('dmitri'));
    const { letGo } = await first;
    const second = world.line.next('hold_answer');
    letGo();
    await second;
    await world.killBot();
    await world.startBot();

    await proposal.expectText(/· failed/);
    await proposal.expectText(/Only a part of it was done.*✅ .*gpu-worker.*✅ .*job-orchestrator.*➖ .*asr-worker.*not sent/s);
    const changed = ['gpu-worker spec.replicas: 3 -> 7', 'job-orchestrator spec.replicas: 2 -> 3'];
    expect(differences(before, await now())).toEqual(changed.map((each) => `Deployment ${area}/${each}`));
    expect(world.line.changes().slice(sent)).toEqual([
      { line: scaleLine('gpu-worker'), status: 200 },
      { line: scaleLine('job-orchestrator'), status: 200 },
    ]);

    await proposal.button('Plan undo').pressedBy(person('ana'));
    const undo = await latest(/Undo of .*waits for approval/);
    await undo.button('Approve').pressedBy(person('dmitri'));
    await undo.expectText(/· applied/);
    expect(differences(before, await now())).toEqual([]);
    expect(world.line.changes()).toHaveLength(sent + 4);
  });

  it('leaves an export that verifies, in which everything was decided once', async () => {
    await says('ana', '/incident resolve Scaled by hand');
    await card.expectText(/Resolved/);
    const text = await world.exported(1);
    expect(await world.verified(text)).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/^OK: \d+ entries of INC-1 hold/) });
    const changed = text.replace('Scaled by hand', 'Nothing was done');
    expect(await world.verified(changed)).toMatchObject({ exitCode: 1, stderr: expect.stringMatching(/^NOT OK/) });

    const told = (execution: number) =>
      exportSchema
        .parse(JSON.parse(text))
        .timeline.entries.filter(({ parts: { facts } }) => 'value' in facts && Object(facts.value).execution === execution)
        .map(({ kind }) => kind);
    const begun = ['mitigation_requested', 'mitigation_proposed', 'mitigation_approved', 'mitigation_started'];
    expect(told(3)).toContain('verification');
    const decided = (execution: number) => told(execution).filter((kind) => kind !== 'verification');
    expect([3, 4, 5, 6].map(decided)).toEqual([
      [...begun, 'mitigation_applied'],
      ['undo_requested', ...begun.slice(1), 'mitigation_applied'],
      [...begun, 'mitigation_stale'],
      ['mitigation_requested', 'mitigation_proposed', 'mitigation_cancelled'],
    ]);
    expect([7, 8].map(decided)).toEqual([
      ['mitigation_requested', 'mitigation_failed'],
      [...begun, 'mitigation_failed'],
    ]);
    expect([9, 10, 11].map(decided)).toEqual([
      [...begun, 'mitigation_unknown', 'mitigation_applied'],
      [...begun, 'mitigation_unknown', 'mitigation_failed'],
      [...begun, 'mitigation_failed'],
    ]);
    expect(await world.stopBot()).toBe(0);
  });
});

const scaleLine = (name: string) => `PATCH /apis/apps/v1/namespaces/${area}/deployments/${name}/scale`;
