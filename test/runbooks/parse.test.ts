import { describe, expect, it } from 'vitest';
import { sha256 } from '../../src/kernel/hash.ts';
import { parseRunbook } from '../../src/runbooks/parse.ts';
import { commandsOf, type Runbook } from '../../src/runbooks/runbook.ts';

const parse = (text: string): Runbook => parseRunbook({ path: 'alerts/Some.md', text });
const commands = (runbook: Runbook): string[] =>
  runbook.steps.flatMap((step) => commandsOf(step).map((command) => `${command.number} ${command.line}: ${command.text}`));
const block = (language: string, ...lines: string[]): Runbook =>
  parse(['# T', '## Diagnosis', '```' + language, ...lines, '```', ''].join('\n'));

describe('the title', () => {
  it.each([
    ['the only H1', '# A\n## Diagnosis\nx', 'A'],
    ['the last of several H1 in a row', '# Created by a generator\n\n# A\n## Diagnosis', 'A'],
    ['the first when the others are sections', '# A\n# Meaning\nx\n# Impact\ny', 'A'],
    ['the first when text stands between', '# A\ntext\n# B\n## C', 'A'],
    ['underlined', 'A\n===\ntext', 'A'],
    ['without markup', '# **A** `b` [c](d)', 'A b c'],
    ['of the front matter when there is no H1', '---\ntitle: A\n---\n## Diagnosis\nx', 'A'],
    ['of the file when there is none', 'text', 'Some'],
  ])('is %s', (_, text, title) => {
    expect(parse(text).title).toBe(title);
  });

  it('is missed with a warning that shows the right form', () => {
    expect(parse('text').warnings).toEqual([
      { code: 'no_title', file: 'alerts/Some.md', line: 1, text: 'text', expected: 'a first-level heading with the title', fix: '# Some' },
    ]);
  });
});

describe('sections', () => {
  it('are known by the words of public runbooks', () => {
    const runbook = parse(
      '# A\n## Meaning\nIt is slow.\n## Impact\nUsers wait.\n## Diagnosis\nLook at it.\n## Mitigation\nAsk the team.\n## Notes\n- one\n',
    );
    expect(runbook.alertDescription).toBe('It is slow.');
    expect(runbook.impact).toMatchObject({ text: 'Users wait.', items: [], user: undefined });
    expect(runbook.steps.map((step) => [step.number, step.phase.kind, step.title])).toEqual([
      [1, 'investigation', 'Diagnosis'],
      [2, 'mitigation', 'Mitigation'],
    ]);
    expect(runbook.background).toMatchObject([{ title: 'Notes', items: [{ text: 'one' }], parts: [] }]);
  });

  it('of no known kind are phases when they hold something to run', () => {
    expect(parse('# A\n## Quick look\n```sh\nls\n```').phases).toMatchObject([{ kind: 'other', title: 'Quick look' }]);
    expect(parse('```sh\nls\n```').steps).toMatchObject([{ number: 1, title: 'Some', blocks: [{ line: 1, textLine: 2 }] }]);
  });

  it('below a heading that says nothing are still found', () => {
    const runbook = parse('# A\n## Runbook\nintro\n### Meaning\nm\n### Mitigation\n- x');
    expect(runbook.alertDescription).toBe('m');
    expect(runbook.phases.map((phase) => phase.kind)).toEqual(['mitigation']);
    expect(runbook.background.map((section) => section.items[0]?.text)).toEqual(['intro']);
  });

  it('keep the introduction of a phase apart from its steps', () => {
    const runbook = parse('# A\n## Mitigation\nTry these.\n### One\n- a\n### Two\ntext');
    expect(runbook.phases).toMatchObject([{ intro: 'Try these.', steps: [{ title: 'One' }, { title: 'Two' }] }]);
  });

  it('hand conditions and minutes down', () => {
    const runbook = parse(
      '# A\n## Mitigation\n### 1. Fast (0 – 1 hours)\n#### When nodes are gone:\ntext\n##### Replace\n- x\n### Later (30+ min)\n- y',
    );
    expect(runbook.steps.map(({ title, condition, groups, window }) => ({ title, condition, groups, window }))).toEqual([
      { title: 'When nodes are gone', condition: 'When nodes are gone', groups: ['Fast'], window: { fromMinutes: 0, toMinutes: 60 } },
      {
        title: 'Replace',
        condition: 'When nodes are gone',
        groups: ['Fast', 'When nodes are gone'],
        window: { fromMinutes: 0, toMinutes: 60 },
      },
      { title: 'Later', condition: undefined, groups: [], window: { fromMinutes: 30, toMinutes: undefined } },
    ]);
  });

  it('give steps with one name ids of their own', () => {
    expect(parse('# A\n## Mitigation\n### X\na\n### X\nb').steps.map((step) => step.id)).toEqual(['mitigation/x', 'mitigation/x-2']);
  });

  it('keep nested items, table rows and Hugo references readable', () => {
    const runbook = parse('# A\n## Diagnosis\n- a [b]({{< ref "./other.md" >}})\n  - **c**: d\n\n| x | y |\n| - | - |\n| 1 | 2 |\n');
    expect(runbook.steps[0]?.items.map(({ depth, text, line }) => [depth, text, line])).toEqual([
      [0, 'a b', 3],
      [1, 'c: d', 4],
      [0, 'x | y', 6],
      [0, '1 | 2', 8],
    ]);
    expect(runbook.links).toEqual([{ text: 'b', url: './other.md', line: 3 }]);
  });

  it('carry the links of the file', () => {
    const runbook = parse('# A\n[x](y.md) <https://a.example>\n\n[z][r]\n\n[r]: https://b.example\n');
    expect(runbook.links.map(({ url, line }) => [url, line])).toEqual([
      ['y.md', 2],
      ['https://a.example', 2],
      ['https://b.example', 4],
    ]);
  });
});

describe('blocks and commands', () => {
  it('take prompted lines as commands and the rest as their output', () => {
    const runbook = block(
      'console',
      '# look at it',
      '$ oc get pods',
      'NAME  READY',
      'a     1/1',
      '',
      '# then',
      '# go on',
      '$ for p in a',
      '> do ls',
      '> done',
      'sh-4.4# chroot /host',
      '# systemctl restart x',
    );
    expect(runbook.steps[0]?.blocks[0]?.commands).toMatchObject([
      { number: '1.1', title: 'look at it', text: 'oc get pods', prompt: '$', line: 5, expectedOutput: 'NAME  READY\na     1/1' },
      {
        number: '1.2',
        title: 'then go on',
        text: 'for p in a\ndo ls\ndone',
        source: '$ for p in a\n> do ls\n> done',
        line: 11,
        lineCount: 3,
      },
      { number: '1.3', text: 'chroot /host', prompt: 'sh-4.4#', line: 14 },
      { number: '1.4', text: 'systemctl restart x', prompt: '#', line: 15 },
    ]);
  });

  it('take "# word" as a comment outside console blocks', () => {
    expect(commands(block('bash', '# kubectl is needed', 'ls'))).toEqual(['1.1 5: ls']);
  });

  it('keep output without prompts away from the commands', () => {
    const runbook = block('console', 'oc get pods', 'NAME    READY', "it's    1/1", '', 'oc get nodes');
    expect(commands(runbook)).toEqual(['1.1 4: oc get pods', '1.2 8: oc get nodes']);
    expect(runbook.steps[0]?.blocks[0]?.commands[0]?.expectedOutput).toBe("NAME    READY\nit's    1/1");
  });

  it.each([
    ['', ['kubectl get pods', 'something else'], ['1.1 4: kubectl get pods']],
    ['text', ['Storage node went down'], []],
    ['yaml', ['kubectl: get'], []],
    ['log', ['kubectl get pods'], []],
    [
      'sh',
      ['anything goes', './scripts/x.sh', 'A=1', '$TOOL run'],
      ['1.1 4: anything goes', '1.2 5: ./scripts/x.sh', '1.3 6: A=1', '1.4 7: $TOOL run'],
    ],
    ['{.bash}', ['ls'], ['1.1 4: ls']],
    ['Shell name=x', ['ls'], ['1.1 4: ls']],
  ])('of language "%s"', (language, lines, expected) => {
    expect(commands(block(language, ...lines))).toEqual(expected);
  });

  it('keep the attributes behind the language', () => {
    expect(block('sh {"name":"x"}', 'ls').steps[0]?.blocks[0]).toMatchObject({ language: 'sh', attributes: '{"name":"x"}' });
  });

  it('are queries in promql blocks, and where a console block holds PromQL', () => {
    const runbook = block('promql', '# Errors', 'sum(rate(x[5m]))', '/', 'sum(y)', '', '# Depth', 'sum by (a)', '(b)', 'up');
    expect(runbook.steps[0]?.blocks[0]).toMatchObject({
      content: 'queries',
      isCommands: false,
      commands: [
        { kind: 'promql', title: 'Errors', text: 'sum(rate(x[5m]))\n/\nsum(y)', line: 5, lineCount: 3 },
        { kind: 'promql', title: 'Depth', text: 'sum by (a)\n(b)', line: 10 },
        { kind: 'promql', title: undefined, text: 'up', line: 12 },
      ],
    });
    expect(block('console', 'histogram_quantile(0.99, sum(x))').steps[0]?.blocks[0]?.content).toBe('queries');
  });

  it('are found in lists, with the prose above them', () => {
    const runbook = parse(
      '# A\n## Diagnosis\n1. Look:\n\n   ```sh\n   kubectl get pods \\\n     -n x\n   ```\n   - deeper\n\n     ~~~console\n     $ ls\n     ~~~\n',
    );
    expect(runbook.steps[0]?.blocks).toMatchObject([
      { lead: 'Look:', line: 5, textLine: 6, text: 'kubectl get pods \\\n  -n x' },
      { lead: 'deeper', line: 11, textLine: 12 },
    ]);
    expect(commands(runbook)).toEqual(['1.1 6: kubectl get pods -n x', '1.2 12: ls']);
  });

  it('are found in indented code', () => {
    expect(commands(parse('# A\n## Diagnosis\nRun\n\n    oc get pods\n    oc get nodes\n'))).toEqual([
      '1.1 5: oc get pods',
      '1.2 6: oc get nodes',
    ]);
  });

  it('are found inside prose, when they are whole', () => {
    const runbook = parse(
      '# A\n## Diagnosis\n- Use `kubectl -n $NS get pod $POD` or `kubectl get`, `oc logs ...`, `name`\n\n```sh\nls\n```',
    );
    expect(commands(runbook)).toEqual(['1.1 6: ls', '1.2 3: kubectl -n $NS get pod $POD']);
  });

  it('warn about a fence that is never closed', () => {
    expect(parse('# A\n## Diagnosis\n```sh\nls\n').warnings).toMatchObject([
      { code: 'unclosed_fence', line: 3, text: '```sh', fix: '```' },
    ]);
    expect(parse('# A\n## Diagnosis\n- x\n\n  ```sh\n  ls\n  ````\n').warnings).toEqual([]);
  });

  it('warn about an open quote and a line that was cut', () => {
    const runbook = block('bash', "echo 'a", 'kubectl get pods', '--all-namespaces');
    expect(runbook.warnings.map(({ code, line, text }) => [code, line, text])).toEqual([['unclosed_command', 4, "echo 'a"]]);
    expect(parse('# A\n## Diagnosis\n```console\n$ -n x\n```').warnings).toMatchObject([{ code: 'cut_command', line: 4 }]);
  });
});

describe('line ends and marks', () => {
  const text =
    '---\nalerts: [X]\n---\n# A\n## Diagnosis\n```sh\nls \\\n  -l\n```\n## Communication Templates\n### Internal\n```\na\nETA: TBD\n```\n';

  it.each([
    ['CRLF', text.replaceAll('\n', '\r\n')],
    ['CR', text.replaceAll('\n', '\r')],
    ['a byte order mark', `\uFEFF${text}`],
  ])('with %s change nothing but the digest', (_, other) => {
    const { digest, ...rest } = parse(other);
    expect(rest).toEqual({ ...parse(text), digest: undefined });
    expect(digest).toBe(sha256(other));
  });
});
