import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRunbookLibrary } from '../../src/runbooks/library.ts';
import type { RunbookMatch } from '../../src/runbooks/match.ts';
import { parseRunbook } from '../../src/runbooks/parse.ts';

const library = createRunbookLibrary(
  [
    ['video-processing-error-budget.md', '# Video Processing Error Budget Exhausted'],
    ['queue.md', '---\nalerts: [QueueOverflow, QueueFull]\n---\n# The queue is full'],
    ['kubernetes/KubePodCrashLooping.md', '# Pods restart'],
    ['a/KubeAPIDown.md', '# KubeAPIDown'],
    ['b/KubeAPIDown.md', '# Kube API Down'],
    ['twice-1.md', '# Twice Told'],
    ['twice-2.md', '# Twice Told'],
    ['\u6570\u636E.md', '# \u6570\u636E\u5E93'],
  ].map(([path = '', text = '']) => parseRunbook({ path, text })),
);

const match = (alertname: string | undefined, urls: Record<string, string> = {}): RunbookMatch =>
  library.match({ labels: alertname === undefined ? {} : { alertname }, annotations: urls });
const found = (result: RunbookMatch) => (result.runbook === undefined ? undefined : [result.runbook.path, result.matchedBy]);

describe('matching an alert with a runbook', () => {
  it.each([
    ['https://wiki.example/runbooks/queue.md', 'queue.md'],
    ['https://wiki.example/runbooks/Queue/', 'queue.md'],
    ['queue', 'queue.md'],
    ['https://wiki.example/x.html?page=queue#queue', 'queue.md'],
    ['https://wiki.example/README.md#video-processing-error-budget-exhausted', 'video-processing-error-budget.md'],
    ['https://wiki.example/video%2Dprocessing%2Derror%2Dbudget', 'video-processing-error-budget.md'],
    ['https://git.example/blob/main/b/KubeAPIDown.md', 'b/KubeAPIDown.md'],
    ['https://runbooks.example/runbooks/kubernetes/kubepodcrashlooping', 'kubernetes/KubePodCrashLooping.md'],
    ['https://wiki.example/%E6%95%B0%E6%8D%AE', '\u6570\u636E.md'],
  ])('by the runbook_url %s', (url, path) => {
    expect(found(match('Unknown', { runbook_url: url }))).toEqual([path, 'runbook_url']);
    expect(found(library.match({ labels: { runbook_url: url }, annotations: {} }))).toEqual([path, 'runbook_url']);
  });

  it.each([
    ['QueueOverflow', 'queue.md', 'alert_name'],
    ['queue_full', 'queue.md', 'alert_name'],
    ['KubePodCrashLooping', 'kubernetes/KubePodCrashLooping.md', 'file_name'],
    ['VideoProcessingErrorBudgetExhausted', 'video-processing-error-budget.md', 'title'],
    ['Video processing error budget exhausted', 'video-processing-error-budget.md', 'title'],
  ])('by the alert name %s', (name, path, rule) => {
    const result = match(name, { runbook_url: 'https://elsewhere.example/nothing-of-ours.md' });
    expect(found(result)).toEqual([path, rule]);
    expect(result.reason).toContain(path);
  });

  it('says why there is none', () => {
    expect(match('SomethingElse')).toEqual({ runbook: undefined, reason: 'no runbook fits the alert name SomethingElse', candidates: [] });
    expect(match(undefined).reason).toBe('no runbook fits an alert without a name');
    expect(match('', { runbook_url: '' }).runbook).toBeUndefined();
    expect(match('---').runbook).toBeUndefined();
  });

  it('refuses to choose', () => {
    expect(match('TwiceTold')).toMatchObject({
      runbook: undefined,
      candidates: ['twice-1.md', 'twice-2.md'],
      reason: '2 runbooks fit by title: twice-1.md, twice-2.md',
    });
    expect(match('KubeAPIDown')).toMatchObject({ candidates: ['a/KubeAPIDown.md', 'b/KubeAPIDown.md'] });
    expect(match('Unknown', { runbook_url: 'https://x.example/c/KubeAPIDown' })).toMatchObject({
      candidates: ['a/KubeAPIDown.md', 'b/KubeAPIDown.md'],
    });
  });

  it.each([
    '../../etc/passwd',
    'file:///etc/passwd',
    'https://x.example/%',
    '#',
    '/',
    '%00',
    'javascript:alert(1)',
    '__proto__',
    'x'.repeat(5000),
  ])('finds nothing by the hostile URL %#', (url) => {
    expect(match('Unknown', { runbook_url: url }).runbook).toBeUndefined();
  });

  it('never throws and never invents a runbook', () => {
    fc.assert(
      fc.property(fc.string(), fc.webUrl({ withFragments: true, withQueryParameters: true }), fc.string(), (name, url, text) => {
        for (const runbook_url of [url, text]) {
          const result = library.match({ labels: { alertname: name }, annotations: { runbook_url } });
          expect(result.runbook === undefined || library.runbooks.includes(result.runbook)).toBe(true);
          expect(result.reason).not.toBe('');
        }
      }),
    );
  });
});

describe('getting a runbook by its path', () => {
  it.each([
    ['queue.md', 'queue.md'],
    ['queue', 'queue.md'],
    ['kubernetes/KubePodCrashLooping', 'kubernetes/KubePodCrashLooping.md'],
    ['KubePodCrashLooping', 'kubernetes/KubePodCrashLooping.md'],
    ['KubeAPIDown', undefined],
    ['c/queue', undefined],
    ['../queue.md', undefined],
  ])('%s', (path, expected) => {
    expect(library.get(path)?.path).toBe(expected);
  });
});
