import iconv from 'iconv-lite';

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Windows-1252 characters of the bytes 0x80 to 0xFF. Its five unassigned bytes stand for the control characters of the same number. */
const HIGH_CHARACTERS: readonly string[] = Array.from({ length: 128 }, (_, index) => {
  const character = iconv.decode(Buffer.from([index + 128]), 'windows-1252');
  return character === '\uFFFD' ? String.fromCharCode(index + 128) : character;
});

const BYTES: ReadonlyMap<string, number> = new Map(HIGH_CHARACTERS.map((character, index) => [character, index + 128]));

const TYPOGRAPHIC = /^[\u2010-\u2026\u2122]$/u;

/**
 * Repairs UTF-8 that was read as Windows-1252 and saved again ("ðŸš¨" for 🚨, "âœ…" for ✅), also when it happened twice.
 * A run of such characters is replaced only if its bytes are valid UTF-8 of a plausible kind; all other text stays as it is.
 */
export function repairText(text: string): string {
  let current = text;
  for (;;) {
    const next = repairOnce(current);
    if (next === current) return current;
    current = next;
  }
}

/** Whether the text holds characters that `repairText` would change. */
export function isMisencoded(text: string): boolean {
  return repairOnce(text) !== text;
}

function repairOnce(text: string): string {
  if (!/[\u00C2-\u00F4]/u.test(text)) return text;
  let out = '';
  let run = '';
  let before = '';
  for (const character of text) {
    if (BYTES.has(character)) {
      run += character;
      continue;
    }
    out += repairRun(run, before) + character;
    before = character;
    run = '';
  }
  return out + repairRun(run, before);
}

function repairRun(run: string, before: string): string {
  if (run.length < 2) return run;
  const bytes = Buffer.from(Array.from(run, (character) => BYTES.get(character) ?? 0));
  const repaired = decodeStrictly(bytes);
  if (repaired === undefined || !isPlausible(run, repaired, before)) return run;
  const back = Array.from(Buffer.from(repaired, 'utf8'), (byte) => HIGH_CHARACTERS[byte - 128] ?? '').join('');
  return back === run ? repaired : run;
}

function decodeStrictly(bytes: Buffer): string | undefined {
  try {
    return utf8.decode(bytes);
  } catch {
    return undefined; // not UTF-8, so the run is what its author meant
  }
}

/**
 * Correct text can form valid bytes by accident: “Spaß” and “café”… do. Symbols, punctuation and emoji (lead bytes Â Ã â ï ð) prove themselves;
 * other scripts need at least two characters in a row.
 */
function isPlausible(run: string, repaired: string, before: string): boolean {
  if (Array.from(repaired).length > 1) return true;
  const lead = run.charAt(0);
  if (lead === 'Â' || lead === 'Ã') return !(/[A-Z]/.test(before) && TYPOGRAPHIC.test(run.charAt(1)));
  return lead === 'â' || lead === 'ï' || lead === 'ð';
}
