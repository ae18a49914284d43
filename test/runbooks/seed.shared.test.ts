import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { repairText } from '../../src/runbooks/encoding.ts';
import { parseRunbook } from '../../src/runbooks/parse.ts';
import { hasShared, sharedDir } from '../support/shared.ts';

const path = 'video-processing-error-budget.md';
const ours = (name: string) => readFileSync(new URL(`../../runbooks/${name}`, import.meta.url), 'utf8');
const seed = (name: string) => readFileSync(join(sharedDir, 'seeds', name), 'utf8');

describe.skipIf(!hasShared)('the shipped runbooks and the originals', () => {
  it('differ in the four mis-encoded emoji and in nothing else', () => {
    const original = seed('002_eec8186a29f3e64d.txt');
    const changed = ours(path)
      .split('\n')
      .filter((line, index) => line !== original.split('\n')[index]);
    expect(changed).toHaveLength(4);
    expect(ours(path)).toBe(original.replaceAll('\u00F0\u0178\u0161\u00A8', '🚨').replaceAll('\u00E2\u0153\u2026', '✅'));
  });

  it('have the same index word for word', () => {
    expect(ours('README.md')).toBe(seed('000_899a8bc140f4325a.txt'));
  });

  it('read the same: the original is repaired when shown, and says where', () => {
    const original = parseRunbook({ path, text: seed('002_eec8186a29f3e64d.txt') });
    const repaired = parseRunbook({ path, text: ours(path) });
    expect({ ...original, digest: '', warnings: [] }).toEqual({ ...repaired, digest: '', warnings: [] });
    expect(original.warnings.map(({ code, line }) => [code, line])).toEqual([20, 167, 262, 276].map((line) => ['encoding', line]));
    expect(original.warnings[0]?.fix).toBe(repairText(original.warnings[0]?.text ?? ''));
  });
});
