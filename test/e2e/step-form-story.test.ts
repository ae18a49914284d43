import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { textAt } from '../../src/simulator/kubernetes/tree.ts';
import type { MessageStory } from '../language/slack.ts';
import { testStart } from '../support/desk.ts';
import { startWorld } from '../support/world.ts';
import type { World } from '../support/world.ts';

const area = 'video-processing';
const runbook = `# Pods Misbehave

## Immediate Actions (0-15 minutes)

### Look at the Pod

\`\`\`bash
kubectl get pod <pod> -n ${area} -o jsonpath='{.metadata.annotations.note}'
\`\`\`

### Remove the Pod

\`\`\`bash
kubectl delete pod $POD -n ${area} --wait=false
\`\`\`
`;
const ping = '<!channel> <@U0BEN00000> <https://evil.example|click> ``` \u202Egnp';

let world: World;
let folder: string;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tocsin-runbooks-'));
  writeFileSync(join(folder, 'pods-misbehave.md'), runbook);
  world = await startWorld({ withCluster: true, settings: { runbooks: { dir: folder } } });
});
afterEach(async () => {
  await world.end();
  rmSync(folder, { recursive: true, force: true });
});

const pods = () => (world.cluster?.objects('Pod', area) ?? []).map((pod) => textAt(pod, 'metadata', 'name'));

const formSchema = z.object({
  blocks: z.array(
    z.looseObject({
      label: z.object({ text: z.string() }).optional(),
      element: z.looseObject({ options: z.array(z.object({ text: z.object({ text: z.string() }) })).optional() }).optional(),
    }),
  ),
});

/** What the field with this label offers. */
function offersOf(person: string, label: string): readonly string[] {
  const { blocks } = formSchema.parse(world.workspace.person(person).view()?.view);
  const field = blocks.find((block) => block.label?.text === label);
  return (field?.element?.options ?? []).map(({ text }) => text.text);
}

/** Two alerts of one incident: what the second one calls its pod is no name. */
async function openIncident(pod: string) {
  const labels = { alertname: 'PodsMisbehave', severity: 'critical', service: area, namespace: area, node: ping };
  const annotations = { summary: `It fails ${ping}`, runbook_url: 'https://runbooks.example.com/pods-misbehave.md' };
  const alert = (name: string, fingerprint: string) => ({
    labels: { ...labels, pod: name },
    annotations,
    startsAt: testStart.toISOString(),
    fingerprint,
  });
  expect(await world.notify(alert(pod, 'f1'), alert('$(kubectl delete ns prod)', 'f2'))).toBe(200);
  return world.slack.channel('#incidents').expectMessage(/INC-1/);
}

/** Everything that was posted, as Slack got it. */
function posted(card: MessageStory): string {
  const messages = [card.now(), ...card.thread.replies()];
  return JSON.stringify(messages.map(({ text, blocks }) => [text, blocks]));
}

/** What the form says about each of these values, typed into its free field; it stays open. */
async function refusals(ana: ReturnType<World['slack']['person']>, field: string, values: readonly string[]) {
  const said: string[] = [];
  for (const value of values) said.push(Object.values(await ana.modal.fill({ [field]: value }).submitExpectingErrors()).join(' '));
  return said;
}

describe('a step that leaves names open', () => {
  it('asks for them with what the alert and the cluster know, takes no other than a name, and does it with that one', async () => {
    const { slack } = world;
    const incidents = slack.channel('#incidents');
    const [ana, ben] = [slack.person('ana'), slack.person('ben')];
    const [first = '', second = ''] = pods();
    const pod = world.cluster?.object('Pod', { namespace: area, name: first }) ?? {};
    world.cluster?.apply({ ...pod, metadata: { name: first, namespace: area, annotations: { note: `note ${ping}` } } });
    const card = await openIncident(first);

    await ana.types('/incident run 1', { in: incidents });
    await ana.modal.expect(/Look at the Pod/);
    const [fromAlert, ...live] = offersOf('ana', 'pod');
    expect(fromAlert).toBe(`${first} (label pod of PodsMisbehave)`);
    expect(live).toContain(`${second} (in ${area})`);
    expect([...live, fromAlert].join('\n')).not.toContain('kubectl');
    expect(await refusals(ana, 'pod, if it is another one', ['--all', 'a b', '../x', '$(id)', 'аpi'])).toEqual([
      expect.stringContaining('pod: a value that starts with "-" would be read as an option'),
      expect.stringContaining('pod: white space would split it'),
      expect.stringContaining('pod: '),
      expect.stringContaining('pod: '),
      expect.stringContaining('pod: only plain letters'),
    ]);
    await ana.modal.fill({ pod: first, 'pod, if it is another one': null }).submit();
    const run = await card.thread.expectReply(/#1 · 1\. Look at the Pod/);
    await run.expectText(/· done/);
    expect(run.now().visibleText).toContain('note &lt;!channel&gt; &lt;@U0BEN00000&gt; &lt;https://evil.example|click&gt; ˋˋˋ gnp');
    expect(run.now().visibleText).toContain(first);

    await ana.types('/incident mitigate 2', { in: incidents });
    await ana.modal.expect(/Remove the Pod/);
    expect(offersOf('ana', 'POD')).toContain(`${second} (in ${area})`);
    const [refusal] = await refusals(ana, 'POD, if it is another one', ['$(kubectl delete ns prod)']);
    expect(refusal).toContain('POD: white space would split it');
    await ana.modal.fill({ POD: second, 'POD, if it is another one': null }).submit();
    const proposal = await card.thread.expectReply(/#2 · 2\. Remove the Pod.*waits for approval/);
    expect(proposal.now().visibleText).toContain(`delete Pod ${area}/${second}`);
    expect(proposal.now().visibleText).toMatch(/POD/);
    expect(pods()).toContain(second);
    await proposal.button('Approve').pressedBy(ben);
    await proposal.expectText(/· applied/);
    await slack.until(
      () => (pods().includes(second) ? undefined : true),
      () => `${second} is still there`,
    );
    expect(pods()).toContain(first);

    await ana.types('/incident mitigate 2 POD=--all', { in: incidents });
    await ana.seesOnlyToThem(/POD: a value that starts with "-" would be read as an option/);
    expect(posted(card)).not.toMatch(/<!channel|<@U0BEN00000> <|<https:\/\/evil|\u202e/iu);
  });
});
