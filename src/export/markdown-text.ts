/**
 * The one place where outside text becomes Markdown: every character that could begin markup is escaped, so that the words are shown as
 * they are. One line: breaks become spaces.
 */
export function escapeMarkdown(text: string): string {
  return escapeLine(cleanText(text).replace(/\s+/g, ' ').trim());
}

/** Outside text as a quote, line by line. */
export function quoteMarkdown(text: string): string {
  return cleanText(text)
    .trim()
    .split('\n')
    .map((line) => `> ${escapeLine(line.trim())}`.trimEnd())
    .join('  \n');
}

/** Outside text as a code span that no back-tick in it can end. */
export function codeSpan(text: string): string {
  const clean = cleanText(text).replace(/\s+/g, ' ').trim();
  if (clean === '') return '(empty)';
  const fence = '`'.repeat(longestRun(clean) + 1);
  const padding = /^`|`$/.test(clean) ? ' ' : '';
  return `${fence}${padding}${clean}${padding}${fence}`;
}

/** Outside text as a fenced block that no line in it can end. */
export function codeBlock(text: string, language = ''): string {
  const clean = cleanText(text).replace(/\n+$/, '');
  const fence = '`'.repeat(Math.max(3, longestRun(clean) + 1));
  return `${fence}${language}\n${clean}\n${fence}`;
}

/** An address that can be pressed, or the text alone when it is none that a document should lead to. */
export function linkMarkdown(url: string, text: string): string {
  const parsed = URL.parse(url);
  if (parsed === null || !['http:', 'https:'].includes(parsed.protocol)) return `${escapeMarkdown(text)}: ${codeSpan(url)}`;
  // Percent-encoding keeps the address inside its angle brackets.
  return `[${escapeMarkdown(text)}](<${parsed.href.replace(/[<>\\]/g, encodeURIComponent)}>)`;
}

function escapeLine(text: string): string {
  return text
    .replace(/[\\`*_{}[\]<>&|~#!$^=@]/g, '\\$&')
    .replace(/^([-+])/, '\\$1')
    .replace(/^(\d{1,9})([.)])(?=\s|$)/, '$1\\$2')
    .replace(/:\/\//g, '\\://')
    .replace(/\bwww\./gi, (match) => `${match.slice(0, 3)}\\.`);
}

function longestRun(text: string): number {
  return Math.max(0, ...Array.from(text.matchAll(/`+/g), ([run]) => run.length));
}

/** Controls (line feeds apart), bidirectional and invisible marks: what hides or reorders text. */
const invisible = /[\p{Cc}\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]/gu;

function cleanText(text: string): string {
  return text
    .toWellFormed()
    .replace(/\r\n?|\u2028|\u2029/g, '\n')
    .replace(invisible, (character) => (character === '\n' ? '\n' : character === '\t' ? ' ' : ''));
}
