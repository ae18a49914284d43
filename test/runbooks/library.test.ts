import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { silentLog } from '../../src/kernel/log.ts';
import { createRunbookLibrary, loadRunbooks } from '../../src/runbooks/library.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'runbooks-'));
});
afterEach(() => rmSync(dir, { recursive: true }));

describe('loading a folder', () => {
  it('reads runbooks in folders, and index pages as indexes', async () => {
    mkdirSync(join(dir, 'b'));
    writeFileSync(join(dir, 'b', 'x.md'), '# X');
    writeFileSync(join(dir, 'a.MD'), '# A');
    writeFileSync(join(dir, 'notes.txt'), 'no');
    writeFileSync(
      join(dir, 'README.md'),
      '# Runbooks\n## Critical\n- [X](./b/x.md#top)\n- [Gone](gone.md)\n- [Web](https://a.example/x.md)\n',
    );
    writeFileSync(join(dir, 'b', '_index.md'), '---\ntitle: b\n---\n');
    const { runbooks, index, failures } = await loadRunbooks(dir, { log: silentLog });
    expect(runbooks.map(({ path, title }) => [path, title])).toEqual([
      ['a.MD', 'A'],
      ['b/x.md', 'X'],
    ]);
    expect(index).toEqual([
      { file: 'README.md', title: 'X', target: './b/x.md#top', group: 'Critical', line: 3, missing: false },
      { file: 'README.md', title: 'Gone', target: 'gone.md', group: 'Critical', line: 4, missing: true },
    ]);
    expect(failures).toEqual([]);
  });

  it('lists what it cannot read and loads the rest', async () => {
    writeFileSync(join(dir, 'latin1.md'), Buffer.from([0x23, 0x20, 0xe9]));
    writeFileSync(join(dir, 'utf16.md'), Buffer.from('\uFEFF# A', 'utf16le'));
    writeFileSync(join(dir, 'big.md'), 'x'.repeat(1024 * 1024 + 1));
    symlinkSync(join(dir, 'nowhere.md'), join(dir, 'dangling.md'));
    writeFileSync(join(dir, 'ok.md'), '# Ok');
    const { runbooks, failures } = await loadRunbooks(dir, { log: silentLog });
    expect(runbooks.map((runbook) => runbook.path)).toEqual(['ok.md']);
    expect(failures.map(({ path, reason }) => [path, reason.slice(0, 16)])).toEqual([
      ['big.md', 'it is larger tha'],
      ['dangling.md', 'ENOENT: no such '],
      ['latin1.md', 'it is not UTF-8:'],
      ['utf16.md', 'it is not UTF-8:'],
    ]);
  });

  it('reads a mounted ConfigMap once', async () => {
    mkdirSync(join(dir, '..2025_01_01'));
    writeFileSync(join(dir, '..2025_01_01', 'x.md'), '# X');
    symlinkSync('..2025_01_01', join(dir, '..data'));
    symlinkSync(join('..data', 'x.md'), join(dir, 'x.md'));
    const { runbooks } = await loadRunbooks(dir, { log: silentLog });
    expect(runbooks.map((runbook) => runbook.path)).toEqual(['x.md']);
  });

  it('says that a folder is missing', async () => {
    await expect(loadRunbooks(join(dir, 'none'), { log: silentLog })).rejects.toMatchObject({ code: 'not_found' });
  });

  it('loads the runbooks of the project', async () => {
    const { runbooks, index, failures } = await loadRunbooks(fileURLToPath(new URL('../../runbooks', import.meta.url)), { log: silentLog });
    expect(failures).toEqual([]);
    expect(index.find((entry) => !entry.missing)).toMatchObject({
      title: 'Video Processing Error Budget Exhausted',
      group: 'Critical Incidents',
    });
    const match = createRunbookLibrary(runbooks).match({ labels: { alertname: 'VideoProcessingErrorBudgetExhausted' }, annotations: {} });
    expect(match).toMatchObject({ matchedBy: 'title', runbook: { path: 'video-processing-error-budget.md' } });
  });
});
