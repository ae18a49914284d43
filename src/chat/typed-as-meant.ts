/** Chat turns plain signs into typographic ones, and marks of code stay in the text: back to what was meant, for words that a machine reads. */
export function typedAsMeant(text: string): string {
  return text
    .replaceAll(/[\u00a0\u2007\u202f]/g, ' ')
    .trim()
    .replace(/^`+|`+$/g, '')
    .replaceAll(/[“”„‟«»]/g, '"')
    .replaceAll(/[‘’‚‛]/g, "'")
    .replaceAll(/[−‐‑–]/g, '-')
    .replaceAll('—', '--')
    .trim();
}
