import * as fc from 'fast-check';
import iconv from 'iconv-lite';
import { describe, expect, it } from 'vitest';
import { isMisencoded, repairText } from '../../src/runbooks/encoding.ts';

const UNASSIGNED = new Set([0x81, 0x8d, 0x8f, 0x90, 0x9d]);
const damage = (text: string) =>
  Array.from(Buffer.from(text, 'utf8'), (byte) =>
    UNASSIGNED.has(byte) ? String.fromCharCode(byte) : iconv.decode(Buffer.from([byte]), 'windows-1252'),
  ).join('');

describe('repairing UTF-8 that was read as Windows-1252', () => {
  it.each([
    '🚨',
    '✅',
    '❌',
    '🚀',
    '⚠️',
    '– dash — “quoted” … ™',
    '• item → next',
    'ça va, Zoë? Größe: 5 °C',
    '修理済み',
    'Привет',
    '🛑 stop',
    '\u00A0',
  ])('restores %s', (text) => {
    expect(damage(text)).not.toBe(text);
    expect(repairText(damage(text))).toBe(text);
    expect(repairText(damage(damage(text)))).toBe(text);
    expect(isMisencoded(damage(text))).toBe(true);
  });

  it.each(['🚨 ✅', '„Spaß“ – “café”… « Â »', 'naïve façade', 'AMANHÃ…', 'MANHÃ”', 'Größe ≥ 5', 'â', 'ð', 'Ã', '日本語 – ok', 'plain'])(
    'leaves %s alone',
    (text) => {
      expect(repairText(text)).toBe(text);
      expect(isMisencoded(text)).toBe(false);
    },
  );

  it('repairs beside correct text', () => {
    expect(repairText('déjà vu: âœ… done – ok 🚨')).toBe('déjà vu: ✅ done – ok 🚨');
  });

  it('is idempotent on any text, also on text made of the bytes that matter', () => {
    const risky = fc.string({
      unit: fc.constantFrom('â', 'œ', '…', 'ð', 'Ÿ', 'š', '¨', 'Ã', '©', 'Â', ' ', '\u00A0', 'a', '€', '™', 'ï', '¸', '\u008F'),
    });
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'grapheme' }), risky), (text) => {
        expect(repairText(repairText(text))).toBe(repairText(text));
      }),
    );
  });

  it('leaves any text of one script alone', () => {
    const latin = fc.string({ unit: fc.constantFrom(...'abcxyz .,:-éèàüöñçßøå–—“”…'.split('')) });
    const others = fc.string({ unit: fc.constantFrom(...('абв中文字かな 🚨✅a.'.match(/./gu) ?? [])) });
    fc.assert(
      fc.property(fc.oneof(latin, others), (text) => {
        fc.pre(!/[éèàüöñçßøå][–—“”…]{2}/.test(text));
        expect(repairText(text)).toBe(text);
      }),
    );
  });

  it('restores any damaged symbols and emoji', () => {
    const symbols = fc
      .array(fc.constantFrom('🚨', '✅', '→', '“', '”', '…', '⚠️', ' and ', 'plain', '\n'), { minLength: 1 })
      .map((parts) => parts.join(''));
    fc.assert(
      fc.property(symbols, (text) => {
        expect(repairText(damage(text))).toBe(text);
      }),
    );
  });
});
