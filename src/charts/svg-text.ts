/** Text from outside as text of an SVG: the one place where it is escaped. Characters that XML cannot hold are dropped. */
export function svgText(text: string): string {
  const printable = text.toWellFormed().replaceAll(/[\p{Cc}\p{Cf}\p{Co}\uFFFE\uFFFF]/gu, ' ');
  return printable.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}

/** How wide a text is about, in DejaVu Sans Condensed: letters differ, so it is a little generous. */
export function textWidth(text: string, fontSize: number): number {
  let ems = 0;
  for (const character of text) ems += /[ilj.,:;'|!()[\]]/.test(character) ? 0.33 : /[mwMW@%A-Z_]/.test(character) ? 0.7 : 0.56;
  return ems * fontSize;
}

/** As much of a text as fits, with an ellipsis where something is missing. */
export function fitted(text: string, fontSize: number, width: number): string {
  if (textWidth(text, fontSize) <= width) return text;
  let kept = Array.from(text);
  while (kept.length > 1 && textWidth(`${kept.join('')}…`, fontSize) > width) kept = kept.slice(0, -1);
  return `${kept.join('').trimEnd()}…`;
}

/** As much of a name as fits. What tells names apart is often at their end, so the middle is left out. */
export function fittedName(text: string, fontSize: number, width: number): string {
  const characters = Array.from(text);
  let kept = characters.length;
  const cut = () => {
    const end = Math.floor(kept * 0.6);
    return `${characters.slice(0, kept - end).join('')}…${characters.slice(characters.length - end).join('')}`;
  };
  if (textWidth(text, fontSize) <= width) return text;
  while (kept > 2 && textWidth(cut(), fontSize) > width) kept -= 1;
  return cut();
}

/** A text in as many lines as are allowed, broken between words. */
export function wrapped(text: string, fontSize: number, box: { width: number; lines: number }): string[] {
  const lines: string[] = [];
  let rest = text.replaceAll(/\s+/g, ' ').trim();
  while (rest !== '' && lines.length < box.lines - 1) {
    const line = headOf(rest, fontSize, box.width);
    lines.push(line);
    rest = rest.slice(line.length).trim();
  }
  return rest === '' ? lines : [...lines, fitted(rest, fontSize, box.width)];
}

function headOf(text: string, fontSize: number, width: number): string {
  if (textWidth(text, fontSize) <= width) return text;
  const words = text.split(' ');
  let line = words[0] ?? '';
  for (const word of words.slice(1)) {
    if (textWidth(`${line} ${word}`, fontSize) > width) break;
    line = `${line} ${word}`;
  }
  return textWidth(line, fontSize) <= width
    ? line
    : Array.from(line)
        .slice(0, Math.max(1, Math.floor(width / (0.7 * fontSize))))
        .join('');
}
