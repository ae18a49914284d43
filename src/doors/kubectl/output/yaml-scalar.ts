/** Words that YAML 1.1 reads as something else than text. */
const reserved = new Set(
  ['y', 'yes', 'true', 'on', 'n', 'no', 'false', 'off', 'null'].flatMap((word) => [
    word,
    word.toUpperCase(),
    word.slice(0, 1).toUpperCase() + word.slice(1),
  ]),
);
for (const word of [
  '',
  '~',
  '<<',
  ...['', '+', '-'].flatMap((sign) => ['inf', 'Inf', 'INF'].map((name) => `${sign}.${name}`)),
  '.nan',
  '.NaN',
  '.NAN',
])
  reserved.add(word);

const integer = /^[-+]?(0[xX][0-9a-fA-F]+|0[oO]?[0-7]+|0[bB][01]+|0|[1-9]\d*)$/;
const float = /^[-+]?(\.\d+|\d+(\.\d*)?)([eE][-+]?\d+)?$/;
const base60 = /^[-+]?\d[\d_]*(?::[0-5]?\d)+(?:\.[\d_]*)?$/;
const timestamp = /^\d{4}-\d{1,2}-\d{1,2}([Tt]\d{1,2}:\d{1,2}:\d{1,2}(\.\d+)?(Z|[-+]\d\d:\d\d)| \d{1,2}:\d{1,2}:\d{1,2}(\.\d+)?)?$/;
/** What go-yaml does not print as it is. */
const unprintable = /[\p{Cc}\p{Cs}\ufeff\ufffe\uffff]|[\u{10000}-\u{10ffff}]/u;
/** Line ends are not meant: they have rules of their own. */
function hasUnprintable(text: string): boolean {
  return unprintable.test(text.replaceAll('\n', ''));
}

const isBreak = /[\n\r\u0085\u2028\u2029]/;

/** Where a value stands: how deep its further lines are, and the column at which it begins. A key has one line always. */
export type ScalarPlace = 'key' | { indent: number; column: number };

/** One value as go-yaml writes it: long lines are broken at spaces, and texts of several lines stand as a block. */
export function yamlScalar(value: string | number | boolean | null, place: ScalarPlace): string {
  if (typeof value !== 'string') return value === null ? 'null' : goNumber(value);
  if (value.includes('\n') && place !== 'key' && allowsBlock(value)) return literal(value, place.indent);
  if (value.includes('\n') || isOtherThanText(value)) return doubleQuoted(value, place);
  if (allowsPlain(value)) return fold(Array.from(value), place, 'plain');
  return allowsSingle(value) ? `'${fold(Array.from(value), place, 'single')}'` : doubleQuoted(value, place);
}

const bestWidth = 80;

/** Breaks a line at a single space once it is longer than go-yaml likes it. */
function fold(characters: readonly string[], place: ScalarPlace, style: 'plain' | 'single' | 'double'): string {
  if (place === 'key') return characters.map((character) => written(character, style)).join('');
  let column = place.column + (style === 'plain' ? 0 : 1);
  let text = '';
  let afterSpace = false;
  for (const [index, character] of characters.entries()) {
    if (character === ' ' && !afterSpace && column > bestWidth && mayBreakAt(index, characters, style)) {
      const mark = characters[index + 1] === ' ' ? '\\' : '';
      text += `\n${' '.repeat(place.indent)}${mark}`;
      column = place.indent + mark.length;
    } else {
      const piece = written(character, style);
      text += piece;
      column += Array.from(piece).length;
    }
    afterSpace = character === ' ';
  }
  return text;
}

function mayBreakAt(index: number, characters: readonly string[], style: 'plain' | 'single' | 'double'): boolean {
  const isInside = style === 'plain' || (index > 0 && index < characters.length - 1);
  return isInside && (style === 'double' || characters[index + 1] !== ' ');
}

function written(character: string, style: 'plain' | 'single' | 'double'): string {
  if (style === 'double') return quotedCharacter(character);
  return style === 'single' && character === "'" ? "''" : character;
}

function goNumber(value: number | boolean): string {
  return String(value).replace(/e([+-])(\d)$/, 'e$10$2');
}

/** Whether the text without quotes would be read as a number, a truth value, nothing or a time. */
function isOtherThanText(text: string): boolean {
  const plain = text.replaceAll('_', '');
  return (
    reserved.has(text) || base60.test(text) || timestamp.test(text) || (/^[-+.\d]/.test(text) && (integer.test(plain) || float.test(plain)))
  );
}

function allowsPlain(text: string): boolean {
  if (text === '' || isBreak.test(text) || hasUnprintable(text)) return false;
  if (/^ | $/.test(text) || /^(---|\.\.\.)/.test(text)) return false;
  if (/^[#,[\]{}&*!|>'"%@`]/.test(text) || /^[?:-]([ \t]|$)/.test(text)) return false;
  return !/:([ \t]|$)/.test(text) && !/[ \t]#/.test(text);
}

function allowsSingle(text: string): boolean {
  return !hasUnprintable(text) && !/[\n\r\u0085\u2028\u2029] | [\n\r\u0085\u2028\u2029]/.test(text);
}

function allowsBlock(text: string): boolean {
  return !text.endsWith(' ') && !/ [\n\r\u0085\u2028\u2029]/.test(text) && !hasUnprintable(text);
}

function literal(text: string, indent: number): string {
  const hint = /^[ \n]/.test(text) ? '2' : '';
  let chomp = '';
  if (!text.endsWith('\n')) chomp = '-';
  else if (text === '\n' || text.endsWith('\n\n')) chomp = '+';
  const pad = ' '.repeat(indent);
  const lines = text.replace(/\n$/, '').split('\n');
  return `|${hint}${chomp}\n${lines.map((line) => (line === '' ? '' : `${pad}${line}`)).join('\n')}`;
}

const named: Readonly<Record<string, string>> = {
  '\0': '\\0',
  '\u0007': '\\a',
  '\b': '\\b',
  '\t': '\\t',
  '\n': '\\n',
  '\u000b': '\\v',
  '\f': '\\f',
  '\r': '\\r',
  '\u001b': '\\e',
  '"': '\\"',
  '\\': '\\\\',
  '\u0085': '\\N',
  '\u2028': '\\L',
  '\u2029': '\\P',
};

function doubleQuoted(text: string, place: ScalarPlace): string {
  return `"${fold(Array.from(text), place, 'double')}"`;
}

function quotedCharacter(character: string): string {
  const escaped = named[character];
  if (escaped !== undefined) return escaped;
  if (!unprintable.test(character)) return character;
  const code = character.codePointAt(0) ?? 0;
  const hex = code.toString(16).toUpperCase();
  if (code <= 0xff) return `\\x${hex.padStart(2, '0')}`;
  return code <= 0xffff ? `\\u${hex.padStart(4, '0')}` : `\\U${hex.padStart(8, '0')}`;
}
