import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { type CliCommand, UsageError } from '../../src/cli/cli-command.ts';
import { lint } from '../../src/cli/lint.ts';
import { rbac } from '../../src/cli/rbac.ts';

async function run(command: CliCommand, ...args: string[]) {
  const said = { out: '', err: '' };
  const out = (text: string): unknown => (said.out += text);
  const err = (text: string): unknown => (said.err += text);
  const code = await command.run(args, { env: {}, out, err, stdin: Readable.from([]), interrupted: new Promise(() => {}) });
  return { code, ...said };
}

const WEB = '# Web\n\n## Diagnosis\nLook with `kubectl -n prod get pods`.\n```bash\nkubectl logs <pod> -n prod\n```\n';

describe('tocsin lint and tocsin rbac', () => {
  let dir: string;
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'lint-'));
    await writeFile(join(dir, 'web.md'), WEB);
    await writeFile(join(dir, 'broken.md'), '# Broken\n\n## Diagnosis\n```bash\nkubectl gett pods\n```\n');
    await writeFile(join(dir, 'README.md'), '# Index\n\n[Web](./web.md)\n');
    await writeFile(join(dir, 'rules.yaml'), 'groups:\n  - name: a\n    rules:\n      - alert: Broken\n        expr: up == 0\n');
  });
  afterAll(() => rm(dir, { recursive: true }));

  it('give every command line in JSON, those in prose too', async () => {
    const { code, out } = await run(lint, '--format', 'json', join(dir, 'web.md'));
    const report = JSON.parse(out) as { commands: object[]; findings: { rule: string }[] };
    expect(code).toBe(0);
    expect(Object.keys(report)).toEqual(['commands', 'findings']);
    expect(report.commands).toMatchObject([
      {
        line: 6,
        command: 'kubectl logs <pod> -n prod',
        kind: 'parameters',
        parameters: [{ name: 'pod', raw: '<pod>', type: 'name of a pod' }],
      },
      { line: 4, command: 'kubectl -n prod get pods', kind: 'diagnostic' },
    ]);
    expect(Object.keys(report.commands[0] ?? {})).toEqual(
      'file line command tokenised typed executable kind parameters reason fix'.split(' '),
    );
  });

  it('know the alerts and the index of a folder, and end with 1 when something is wrong', async () => {
    const { code, out } = await run(lint, dir);
    expect(code).toBe(1);
    expect(out).toContain('error unknown-verb');
    expect(out).not.toContain('unmatched-alert');
  });

  it('write SARIF', async () => {
    const { out } = await run(lint, '--format', 'sarif', dir);
    expect(JSON.parse(out)).toMatchObject({ version: '2.1.0', runs: [{ results: expect.any(Array) }] });
  });

  it('write manifests that YAML reads', async () => {
    const { code, out } = await run(rbac, dir, '--namespace', 'tools', '--name', 'bot');
    expect(code).toBe(0);
    const documents = parseAllDocuments(out);
    expect(documents.flatMap((document) => document.errors)).toEqual([]);
    expect(out).toContain('name: "bot-reader"');
    expect(out).toContain(`${join(dir, 'web.md')}:6 kubectl logs <pod> -n prod`);
  });

  it('say what is wrong with their arguments', async () => {
    await expect(run(lint)).rejects.toThrow(UsageError);
    await expect(run(lint, '--format', 'xml', dir)).rejects.toThrow(UsageError);
    await expect(run(rbac)).rejects.toThrow(UsageError);
    await expect(run(rbac, dir, '--name', 'a\n- x')).rejects.toThrow(UsageError);
    expect(await run(lint, join(dir, 'nothing.md'))).toMatchObject({ code: 66 });
    expect(await run(rbac, join(dir, 'nothing.md'))).toMatchObject({ code: 66 });
  });
});
