import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { silentLog } from '../../src/kernel/log.ts';
import { loadRunbooks } from '../../src/runbooks/library.ts';
import { hasShared, sharedDir } from '../support/shared.ts';
import { coverageOf, coverageTable } from './coverage.ts';

const page = fileURLToPath(new URL('../../docs/COVERAGE.md', import.meta.url));
const MADE = /(<!-- made -->\n)[\s\S]*(\n<!-- \/made -->)/;

describe.skipIf(!hasShared)('coverage of the 300 runbooks of two public projects', () => {
  it('is as asked, and docs/COVERAGE.md says it (UPDATE_COVERAGE=1 writes it anew)', async () => {
    const { runbooks } = await loadRunbooks(join(sharedDir, 'corpus', 'runbooks'), { log: silentLog });
    const coverage = coverageOf(runbooks);
    expect(coverage.tokenised / coverage.lines).toBeGreaterThanOrEqual(0.995);
    expect(coverage.typed / coverage.doorLines).toBeGreaterThanOrEqual(0.98);
    expect(coverage.executable / coverage.doorLines).toBeGreaterThanOrEqual(0.82);
    const text = readFileSync(page, 'utf8');
    const made = text.replace(MADE, (_, start: string, end: string) => `${start}\n${coverageTable(coverage)}\n${end}`);
    if (process.env['UPDATE_COVERAGE'] === '1') writeFileSync(page, made);
    else expect(text).toBe(made);
  });
});
