import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { silentLog } from '../../src/kernel/log.ts';
import { createRunbookLibrary, type LoadedRunbooks, loadRunbooks } from '../../src/runbooks/library.ts';
import { commandsOf, type Runbook } from '../../src/runbooks/runbook.ts';
import { hasShared, sharedDir } from '../support/shared.ts';

const dir = join(sharedDir, 'corpus', 'runbooks');

describe.skipIf(!hasShared)('the 300 runbooks of two public projects', () => {
  let loaded: LoadedRunbooks;
  const of = (project: string): Runbook[] => loaded.runbooks.filter((runbook) => runbook.path.startsWith(project));

  beforeAll(async () => {
    loaded = await loadRunbooks(dir, { log: silentLog });
  });

  it('all read', () => {
    expect(loaded.failures).toEqual([]);
    expect(of('prometheus-operator')).toHaveLength(108);
    expect(of('openshift')).toHaveLength(182);
  });

  it.each([
    ['prometheus-operator', { fences: 66, shell: 64, cluster: 40, queries: 14, prompted: 54, inline: 25, described: 107, impact: 104 }],
    ['openshift', { fences: 609, shell: 640, cluster: 444, queries: 33, prompted: 224, inline: 11, described: 179, impact: 165 }],
  ])('%s: the counts of what was read', (project, expected) => {
    const runbooks = of(project);
    const steps = runbooks.flatMap((runbook) => runbook.steps);
    const blocks = steps.flatMap((step) => step.blocks);
    const commands = blocks.flatMap((block) => block.commands);
    const shell = commands.filter((command) => command.kind === 'shell');
    expect({
      fences: blocks.filter((block) => block.fenced).length,
      shell: shell.length,
      cluster: shell.filter((command) => /^(kubectl|oc) /.test(command.text)).length,
      queries: commands.length - shell.length,
      prompted: shell.filter((command) => command.prompt !== undefined).length,
      inline: steps.flatMap((step) => step.inlineCommands).length,
      described: runbooks.filter((runbook) => runbook.alertDescription !== undefined).length,
      impact: runbooks.filter((runbook) => runbook.impact !== undefined).length,
    }).toEqual(expected);
  });

  it('lose no fence: those of the files, counted by their marks alone, all stand in steps', () => {
    const lost = loaded.runbooks.flatMap((runbook) => {
      const marks = readFileSync(join(dir, runbook.path), 'utf8').match(/^[ \t]*```/gm)?.length ?? 0;
      const read = runbook.steps.flatMap((step) => step.blocks).filter((block) => block.fenced).length;
      return Math.ceil(marks / 2) === read ? [] : [runbook.path];
    });
    expect(lost).toEqual([]);
  });

  it('have a title and, all but one, something to do', () => {
    expect(loaded.runbooks.filter((runbook) => runbook.title === '')).toEqual([]);
    expect(loaded.runbooks.filter((runbook) => runbook.steps.length === 0).map((runbook) => runbook.path)).toEqual([
      'openshift/cluster-logging-operator/ClusterLogForwarderConfigNamingSchema.md',
    ]);
  });

  it('give few warnings, each at its line', () => {
    const warnings = loaded.runbooks.flatMap((runbook) => runbook.warnings);
    expect(warnings.map((warning) => `${warning.code} ${warning.file.split('/').at(-1)}:${warning.line}`)).toEqual([
      'severity CephOSDDiskNotResponding.md:10',
      'severity CephOSDDiskUnavailable.md:10',
      'escalation sre-to-engineering-escalation.md:48',
      'unclosed_fence PrometheusOperatorNodeLookupErrors.md:20',
    ]);
  });

  it('have every command at the line that its number says', () => {
    for (const runbook of loaded.runbooks) {
      const lines = readFileSync(join(dir, runbook.path), 'utf8').split('\n');
      for (const command of runbook.steps.flatMap(commandsOf)) {
        const [first = ''] = command.source.split('\n');
        expect(lines[command.line - 1]).toContain(first.trim());
      }
    }
  });

  it('are matched by their file names, unless both projects know the alert', () => {
    const library = createRunbookLibrary(loaded.runbooks);
    const match = (alertname: string) => library.match({ labels: { alertname }, annotations: {} });
    expect(match('KubePodCrashLooping')).toMatchObject({
      matchedBy: 'file_name',
      runbook: { path: 'prometheus-operator/kubernetes/KubePodCrashLooping.md' },
    });
    expect(match('KubeAPIErrorBudgetBurn')).toMatchObject({ runbook: undefined, candidates: [expect.any(String), expect.any(String)] });
    const runbook_url =
      'https://github.com/openshift/runbooks/blob/master/alerts/cluster-kube-apiserver-operator/KubeAPIErrorBudgetBurn.md';
    expect(library.match({ labels: { alertname: 'KubeAPIErrorBudgetBurn' }, annotations: { runbook_url } })).toMatchObject({
      runbook: { path: 'openshift/cluster-kube-apiserver-operator/KubeAPIErrorBudgetBurn.md' },
    });
  });
});
