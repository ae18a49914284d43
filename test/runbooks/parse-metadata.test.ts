import { describe, expect, it } from 'vitest';
import { parseRunbook } from '../../src/runbooks/parse.ts';
import type { Runbook } from '../../src/runbooks/runbook.ts';

const parse = (text: string): Runbook => parseRunbook({ path: 'alerts/Some.md', text });

describe('front matter', () => {
  it('says what prose cannot', () => {
    const { frontMatter, warnings } = parse(
      '---\nalerts: HighErrorRate\nservices: [a, b]\nowner: team\nreviewed: 2025-01-31\nweight: 20\n---\n# A',
    );
    expect(frontMatter).toEqual({
      alerts: ['HighErrorRate'],
      services: ['a', 'b'],
      title: undefined,
      owner: 'team',
      reviewed: '2025-01-31',
      other: { weight: 20 },
    });
    expect(warnings).toEqual([]);
  });

  it.each([
    ['an unknown key, kept', 'alert: X', 2, 'write "alerts"'],
    ['a far key, kept', '\npager: X', 3, 'remove "pager", or keep it: it is ignored here'],
    ['a wrong type', 'owner: 1\nreviewed: soon', 2, 'owner: team-video'],
    ['broken YAML', 'owner: [', 2, 'alerts: [HighErrorRate, QueueFull]'],
    ['a list', '- a', 1, 'alerts: [HighErrorRate, QueueFull]'],
    ['a name of Object', 'toString: 1', 2, 'remove "toString", or keep it: it is ignored here'],
    [
      'aliases without end',
      'a: &a [1,1,1,1,1,1,1,1,1]\nb: &b [*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b]\nd: [*c,*c,*c,*c,*c]',
      1,
      'alerts: [HighErrorRate, QueueFull]',
    ],
  ])('reports %s', (...[, yaml, line, fix]) => {
    const { warnings, title } = parse(`---\n${yaml}\n---\n# A`);
    expect(warnings[0]).toMatchObject({ code: 'front_matter', file: 'alerts/Some.md', line, fix });
    expect(title).toBe('A');
  });

  it('keeps unknown keys as they are', () => {
    expect(parse('---\npager: {a: [1]}\n---\n').frontMatter.other).toEqual({ pager: { a: [1] } });
  });

  it('is missed when it is not closed', () => {
    expect(parse('---\nalerts: X\n').warnings[0]).toMatchObject({ code: 'front_matter', line: 1, text: '---' });
  });
});

describe('severity', () => {
  it.each([
    ['## Severity\n**Critical** - all is lost', 'critical', 'Critical - all is lost'],
    ['## Severity\nSEV2', 'warning', 'SEV2'],
    ['**Severity:** Warning', 'warning', 'Warning'],
    ['## Meaning\n- **Severity:** info\n- x', 'info', 'info'],
    ['## Alert Severity: P1\nIt pages.', 'critical', 'P1'],
  ])('of %j', (text, level, shown) => {
    const { severity } = parse(`# A\n${text}`);
    expect([severity?.level, severity?.text]).toEqual([level, shown]);
  });

  it('is reported when it is no level', () => {
    expect(parse('# A\n**Severity:** Error').warnings).toMatchObject([{ code: 'severity', line: 2, text: '**Severity:** Error' }]);
  });
});

describe('escalation', () => {
  it('reads lists, durations and conditions', () => {
    const runbook = parse(
      '# A\n## Escalation\n- **Primary**: 15 min\n  - page them\n- Manager: after 1 hour 30 minutes if unacknowledged\n- CTO (2h)\n',
    );
    expect(
      runbook.escalation.map(({ name, afterMinutes, when, condition, actions }) => [name, afterMinutes, when, condition, actions]),
    ).toEqual([
      ['Primary', 15, 'unresolved', undefined, ['page them']],
      ['Manager', 90, 'unacknowledged', 'if unacknowledged', []],
      ['CTO', 120, 'unresolved', undefined, []],
    ]);
  });

  it('reads tables', () => {
    const runbook = parse(
      '# A\n## Escalation Path\n| Level | Who | After |\n| - | - | - |\n| 1 | Primary | 5 minutes |\n| 2 | Manager | 1 hour |\n',
    );
    expect(runbook.escalation.map(({ name, afterMinutes }) => [name, afterMinutes])).toEqual([
      ['Primary', 5],
      ['Manager', 60],
    ]);
  });

  it('warns about a rung without a time', () => {
    expect(parse('# A\n## Escalation\n### Manager\n- Call them\n').warnings).toMatchObject([
      { code: 'escalation', line: 3, text: '### Manager' },
    ]);
  });
});

describe('templates of a runbook', () => {
  it('are told apart by their headings or the line above', () => {
    const runbook = parse(
      '# A\n## Communication\nStatus page:\n```\nc\n```\n### Slack update\n```\ni\n```\n### Resolved\n```\nr\n```\n### Legal\n```\nl\n```\n### Second customer\n```\nd\n```\n',
    );
    const { customer, internal, resolution, others } = runbook.templates;
    expect([customer, internal, resolution, ...others].map((template) => [template?.name, template?.text, template?.line])).toEqual([
      ['Status page', 'c', 5],
      ['Slack update', 'i', 9],
      ['Resolved', 'r', 13],
      ['Legal', 'l', 17],
      ['Second customer', 'd', 21],
    ]);
    expect(runbook.steps).toEqual([]);
  });

  it('warn about a heading without a message', () => {
    expect(parse('# A\n## Communication Templates\n### Internal Update\ntext\n').warnings).toMatchObject([{ code: 'template', line: 3 }]);
  });
});

describe('verification', () => {
  it('takes the queries of the resolution phase when no step is named so', () => {
    const text =
      '# A\n## Resolution\n### Done\n```sh\ncurl "http://p/api/v1/query?query=up"\nkubectl scale deploy/x --replicas=1\n```\n## Mitigation\n### Verify fix\n```promql\nsum(x)\n```';
    expect(parse(text).verification.map(({ number, promql }) => [number, promql])).toEqual([
      ['1.1', 'up'],
      ['2.1', 'sum(x)'],
    ]);
  });
});
