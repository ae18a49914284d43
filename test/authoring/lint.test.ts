import { describe, expect, it } from 'vitest';
import { lintSources } from '../../src/authoring/lint.ts';
import type { Sources } from '../../src/authoring/load-sources.ts';
import { renderSarif } from '../../src/authoring/render-sarif.ts';
import { renderLintText } from '../../src/authoring/render-text.ts';
import { parseRunbook } from '../../src/runbooks/parse.ts';

function sources(text: string, file = 'runbooks/QueueFull.md'): Sources {
  return { runbooks: [{ runbook: parseRunbook({ path: file, text }), file }], alerts: [], indexed: new Set(), failures: [] };
}

const lintLine = (line: string, language = 'bash') =>
  lintSources(sources(`# QueueFull\n## Diagnosis\n\`\`\`${language}\n${line}\n\`\`\`\n`), '2026-01-01').findings.filter(
    ({ rule }) => rule !== 'unknown-owner' && rule !== 'stale-review',
  );

describe('findings about one line', () => {
  it.each([
    [
      'curl -s "http://prometheus:9090/api/v1/query?query=rate(x[5m])"',
      'curl-glob',
      "curl -s -G http://prometheus:9090/api/v1/query --data-urlencode 'query=rate(x[5m])'",
    ],
    [
      'watch -n 30 \'curl -s "http://p:9090/api/v1/query?query=rate(x[5m])"\'',
      'curl-glob',
      'watch -n 30 \'curl -s -G http://p:9090/api/v1/query --data-urlencode "query=rate(x[5m])"\'',
    ],
    [
      'curl "http://p/api/v1/query?query=sum(x) by (y)"',
      'curl-glob',
      "curl -G http://p/api/v1/query --data-urlencode 'query=sum(x) by (y)'",
    ],
    ['curl http://p/api?a=1&b=2', 'unquoted-url', "curl 'http://p/api?a=1&b=2'"],
    ['kubectl get pods –n prod', 'smart-characters', 'kubectl get pods --n prod'],
    ['kubectl gett pods -n prod', 'unknown-verb', 'kubectl get pods -n prod'],
    ['kubectl get pods --namespce prod', 'unknown-flag', 'kubectl get pods --namespace prod'],
    ['kubectl get pods -n', 'flag-without-value', 'kubectl get pods -n <value>'],
    ['kubectl get pods -n -l app=x', 'flag-without-value', 'kubectl get pods -n <namespace> -l app=x'],
    ['kubectl get pods -namespace prod', 'single-dash', 'kubectl get pods --namespace prod'],
    ['kubectl exec web-1 ls /tmp', 'exec-without-dashes', 'kubectl exec web-1 -- ls /tmp'],
    ['kubectl exec web-1 -- sh -c "echo $HOME"', 'expanded-too-early', "kubectl exec web-1 -- sh -c 'echo $HOME'"],
    ['kubectl logs <pod> -n prod', 'placeholder-redirect', 'kubectl logs "$POD" -n prod'],
    ['kubectl logs $POD', 'unset-variable', "POD='<pod>'"],
    ['echo "open', 'unreadable', expect.any(String)],
    ['# kubectl get pods -n prod\necho x', 'root-prompt', 'kubectl get pods -n prod'],
  ])('%s', (line, rule, fix) => {
    expect(lintLine(line)).toContainEqual(expect.objectContaining({ rule, fix }));
  });

  it.each([
    'kubectl get pods -n prod -oyaml',
    'kubectl exec web-1 -it -- ls',
    'curl -sG http://p/api/v1/query --data-urlencode "query=rate(x[5m])"',
    "kubectl logs -l app=web -nprod --tail=-1 | grep 'a b'",
    "curl -g 'http://p/api/v1/query?query=x[5m]'",
  ])('nothing about %s', (line) => {
    expect(lintLine(line)).toEqual([]);
  });
});

const RUNBOOK = `---
owner: team-video
reviewed: 2024-01-31
---
# Something

## Mitigation
\`\`\`bash
kubectl rollout restart deployment/web -n prod
\`\`\`
`;

describe('findings about a runbook', () => {
  const report = lintSources(sources(RUNBOOK, 'something.md'), '2026-01-31');

  it('say what is missing', () => {
    expect(report.findings.map(({ rule, line }) => `${rule}:${line}`).toSorted()).toEqual([
      'no-undo-note:9',
      'no-verification:7',
      'stale-review:1',
      'unmatched-alert:1',
    ]);
  });

  it.each([
    ['kubectl rollout restart deployment/web -n prod', 'the pods are started anew'],
    ['kubectl delete pod web-1 -n prod', 'the pods are started anew'],
    ['kubectl exec web-1 -n prod -- rm /tmp/x', 'what the command did in the container stays'],
    ['curl -X POST http://api.example/clear', 'whoever received the request has acted on it'],
    ['kubectl drain node-1 --ignore-daemonsets', 'kubectl uncordon the node'],
    ['kubectl delete configmap web -n prod', 'create it anew from its manifest'],
  ])('propose a note on undoing that fits: %s', (line, words) => {
    const text = RUNBOOK.replace('kubectl rollout restart deployment/web -n prod', line);
    const note = lintSources(sources(text, 'something.md'), '2026-01-31').findings.find(({ rule }) => rule === 'no-undo-note');
    expect(note).toMatchObject({ text: line, fix: expect.stringContaining(words) });
  });

  it('are fewer when the runbook says it', () => {
    const text = RUNBOOK.replace('2024-01-31', '2025-12-31')
      .replace('owner', 'alerts: [WebDown]\nowner')
      .replace('## Mitigation', '## Mitigation\nRolled back with rollout undo.')
      .concat('\n## Resolution\n### Verify\n```promql\nup\n```\n');
    expect(lintSources(sources(text, 'something.md'), '2026-01-31').findings).toEqual([]);
  });

  it('matches an alert of the rule files', () => {
    const alerts = [{ labels: { alertname: 'Something' }, annotations: {} }];
    expect(lintSources({ ...sources(RUNBOOK, 'x.md'), alerts }, '2026-01-31').findings.some(({ rule }) => rule === 'unmatched-alert')).toBe(
      false,
    );
  });

  it('and its commands have exactly the promised fields', () => {
    expect(report.commands).toEqual([
      {
        file: 'something.md',
        line: 9,
        command: 'kubectl rollout restart deployment/web -n prod',
        tokenised: true,
        typed: true,
        executable: true,
        kind: 'mitigation',
        parameters: [],
        reason: null,
        fix: null,
      },
    ]);
  });

  it('render as text and as SARIF 2.1.0', () => {
    expect(renderLintText(report)).toContain('1 commands: 0 diagnostics, 1 mitigations, 0 need parameters, 0 manual.');
    expect(JSON.parse(renderSarif(report))).toMatchObject({
      version: '2.1.0',
      runs: [
        {
          tool: { driver: { name: 'tocsin' } },
          results: expect.arrayContaining([expect.objectContaining({ ruleId: 'no-undo-note', level: 'note' })]),
        },
      ],
    });
  });
});
