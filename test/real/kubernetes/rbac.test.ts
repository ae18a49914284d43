import { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { loadSources } from '../../../src/authoring/load-sources.ts';
import { collectNeeds } from '../../../src/authoring/rbac-needs.ts';
import { rulesOf } from '../../../src/authoring/rbac-rules.ts';
import { rbac } from '../../../src/cli/rbac.ts';
import { chooseStep, sourcesOf } from '../../../src/executions/step-source.ts';
import type { Chosen } from '../../../src/executions/step-source.ts';
import { systemClock } from '../../../src/kernel/clock.ts';
import { createPrometheus } from '../../../src/prometheus/prometheus.ts';
import type { Runbook } from '../../../src/runbooks/runbook.ts';
import { createSimulatedPrometheus } from '../../../src/simulator/prometheus/server.ts';
import { createHttpTargets } from '../../../src/web-targets/http-targets.ts';
import { createStepTools } from '../../../src/wiring/step-tools.ts';
import type { StepTools } from '../../../src/wiring/step-tools.ts';
import { realKubernetes } from '../support/control-plane.ts';
import { requireOrSkip } from '../support/require.ts';
import { accountsNamespace, liveRules } from './roles.ts';
import { startSeedCluster } from './seed-cluster.ts';
import type { SeedCluster } from './seed-cluster.ts';

const describeReal = requireOrSkip(realKubernetes.name, realKubernetes.present, realKubernetes.how);

const paths = ['../../../runbooks', './other-verbs.md'].map((path) => fileURLToPath(new URL(path, import.meta.url)));
const sources = await loadSources(paths);
const roles = rulesOf(collectNeeds(sources, { namespace: accountsNamespace, parameterNamespace: accountsNamespace }).needs);

type Attempt = { isGood: boolean; text: string };

/** What a refusal of the API server looks like, wherever it shows. */
const denied = /forbidden|lacks the right|status 403/i;

describeReal('the roles that tocsin rbac writes, on a real API server', () => {
  let cluster: SeedCluster;
  let tools: StepTools;
  const stops: (() => Promise<void>)[] = [];

  beforeAll(async () => {
    cluster = await startSeedCluster();
    stops.push(() => cluster.stop());
    let manifests = '';
    const status = await rbac.run([...paths, '--namespace', accountsNamespace], {
      env: {},
      out: (text) => void (manifests += text),
      err: () => {},
      stdin: Readable.from([]),
      interrupted: new Promise(() => {}),
    });
    expect(status).toBe(0);
    await cluster.apply(`apiVersion: v1\nkind: Namespace\nmetadata: {name: ${accountsNamespace}}\n`);
    await cluster.apply(manifests);
    const reader = await cluster.account(accountsNamespace, 'tocsin-reader');
    const mutator = await cluster.account(accountsNamespace, 'tocsin-mutator');
    const metrics = createSimulatedPrometheus({ clock: systemClock });
    const { url } = await metrics.listen();
    stops.push(() => metrics.close());
    tools = createStepTools({
      clusters: { reader: reader.cluster, mutator: mutator.cluster },
      prometheus: createPrometheus({ url, aliases: ['prometheus:9090'] }),
      http: createHttpTargets({ allowedHosts: [] }),
      reading: [],
      timeoutMs: 60_000,
      followMs: 500,
      parallel: 2,
      clock: systemClock,
    });
    stops.push(() => tools.close());
  });
  afterAll(async () => {
    for (const stop of stops.toReversed()) await stop();
  });

  /** Runs a diagnostic; plans and applies a mitigation. */
  async function attempt(runbook: Runbook, chosen: Chosen): Promise<Attempt> {
    const [source] = sourcesOf(chosen, runbook, {});
    if (source === undefined) return { isGood: true, text: '' };
    const watching = { signal: AbortSignal.timeout(120_000) };
    if (chosen.kind !== 'mitigation') {
      const report = await tools.operations.run(source, watching);
      return { isGood: report.calls.every(({ exitCode }) => exitCode === 0), text: JSON.stringify(report) };
    }
    const planned = await tools.operations.plan(source, watching);
    if (planned.type !== 'planned') return { isGood: false, text: JSON.stringify(planned) };
    const facts = planned.plan.facts.map(({ text }) => text).join('\n');
    if (denied.test(facts) || planned.plan.facts.some(({ weight }) => weight === 'blocker')) return { isGood: false, text: facts };
    const applied = await tools.operations.apply(planned.plan, { record: async () => {} }, watching);
    await cluster.settle();
    return { isGood: applied.state === 'applied', text: JSON.stringify(applied) };
  }

  const blocks = sources.runbooks.flatMap(({ runbook }) =>
    runbook.phases.flatMap(({ steps }) => steps).map((step) => ({ runbook, number: String(step.number), title: step.title })),
  );

  it.each(blocks.map((block) => [`${block.runbook.path} step ${block.number} (${block.title})`, block] as const))(
    'are enough for %s',
    async (_title, { runbook, number }) => {
      const chosen = chooseStep(tools.read(runbook), number);
      const { isGood, text } = chosen === undefined ? { isGood: true, text: '' } : await attempt(runbook, chosen);
      expect(isGood ? '' : text).toBe('');
    },
  );

  /** The steps that a rule's comment names: the command by itself, and its whole block. */
  function stepsOf(source: string): readonly { runbook: Runbook; chosen: Chosen; number: string }[] {
    const [, file, line] = /^(.*?):(\d+) /.exec(source) ?? [];
    const { runbook } = sources.runbooks.find((each) => each.file === file) ?? {};
    if (runbook === undefined) return [];
    const readings = tools.read(runbook);
    const command = readings.flatMap(({ commands }) => commands).find((each) => String(each.command.line) === line)?.command;
    const [block = ''] = command?.number.split('.') ?? [];
    return [command?.number ?? '', block].flatMap((number) => {
      const chosen = chooseStep(readings, number);
      return chosen === undefined ? [] : [{ runbook, chosen, number }];
    });
  }

  it.each(roles.flatMap(({ account, namespace, rules }) => rules.map((_, index) => [account, namespace, index] as const)))(
    'hold nothing that no step needs: %s in %s, rule %i',
    async (account, namespace, index) => {
      const role = roles.find((each) => each.account === account && each.namespace === namespace);
      const live = role === undefined ? undefined : liveRules(cluster, [role])[index];
      if (live === undefined) throw new Error('no such rule');
      await live.takeAway();
      try {
        let broken: string | undefined;
        for (const { runbook, chosen, number } of live.rule.sources.flatMap(stepsOf)) {
          const { isGood, text } = await attempt(runbook, chosen);
          if (!isGood && denied.test(text)) broken = `${runbook.path} step ${number}`;
          if (broken !== undefined) break;
        }
        expect(broken, `${live.title}, which is for ${live.rule.sources.join('; ')}`).toMatch(/ step \d/);
      } finally {
        await live.putBack();
      }
    },
  );
});
