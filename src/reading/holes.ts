import { isPlaceholderWord } from './placeholder-words.ts';
import { type Quote, walkQuotes } from './shell-quotes.ts';

/** A placeholder in a command's text: `<pod-name>`, `{pod}`, `YOUR_POD`. Shell variables are not among them. */
export type Hole = { start: number; end: number; raw: string; name: string; quote: Quote };

/** Words in angle brackets that programs print and nobody fills in. */
const OUTPUT_WORDS =
  /^(?:none|unknown|unset|nil|null|error|invalid|pending|no value|not set|enter|ctrl[- +].*|return|eof|br|hr|p|b|i|a|div|span|code|pre|none yet)$/i;

const ANGLE = /<(?:["']?[A-Za-z][^<>|;&\n]*|\d+(?:st|nd|rd|th) [^<>|;&\n]*)>/y;
/** Inside quotes `a <b and c> d` is a comparison, so only names and words count there. */
const QUOTED_ANGLE = /<"?[A-Za-z][\w./:" -]*>/y;
const LABEL_TEMPLATE = /\{\{\s*(?:\$labels\.|\.?labels\.|\$?inputs\.|\$?params\.)?([A-Za-z_][\w.-]*)\s*\}\}/y;
const BRACE = /\{[A-Za-z][A-Za-z0-9]*(?:[-_ ][A-Za-z0-9]+)*\}/y;
const SQUARE = /\[[a-zA-Z][a-zA-Z0-9]*(?:[-_ ][a-zA-Z0-9]+)*\]/y;
const BARE = /[A-Za-z0-9_.…-]+/y;

/** Words of templates and jsonpath that stand in braces and are no placeholders. */
const TEMPLATE_WORDS = /^(?:end|else|range|print|exit|next|break|continue)$/;
/** One-word placeholders in square brackets; a longer one needs two words, for `[a]` matches a file name as well. */
const SQUARE_WORDS = /^\[(?:pod|pods|namespace|ns|node|deployment|container|service|name|replicas|statefulset|host|instance)\]$/i;

type Reader = (text: string, index: number, quote: Quote) => { length: number; name: string } | undefined;

const READERS: Readonly<Record<string, Reader>> = {
  '<': readAngle,
  '{': readBraces,
  '[': readSquare,
};

/** Finds the placeholders of a command by its text alone, as `<pod> -n` would be two redirections to a shell. */
export function findHoles(text: string): Hole[] {
  const holes: Hole[] = [];
  if (!/[<{[…]|\.\.\.|[A-Z]|xxx/.test(text)) return holes;
  walkQuotes(text, (index, quote) => {
    const read = (READERS[text.charAt(index)] ?? readBare)(text, index, quote);
    if (read === undefined) return 0;
    const end = index + read.length;
    holes.push({ start: index, end, raw: text.slice(index, end), name: read.name, quote });
    return read.length;
  });
  return holes;
}

function matchAt(pattern: RegExp, text: string, index: number): RegExpExecArray | undefined {
  pattern.lastIndex = index;
  return pattern.exec(text) ?? undefined;
}

function readAngle(text: string, index: number, quote: Quote): ReturnType<Reader> {
  if (text.charAt(index - 1) === '<' || (quote === 'none' && /[0-9&]/.test(text.charAt(index - 1)) && /\s/.test(text.charAt(index - 2))))
    return undefined;
  const raw = matchAt(quote === 'none' ? ANGLE : QUOTED_ANGLE, text, index)?.[0];
  if (raw === undefined) return undefined;
  const inner = raw.slice(1, -1);
  // `sort <in -u 2>out`: what stands before the last ">" is a descriptor or white space, so these are two redirections.
  if (/\s\d?$/.test(inner) || OUTPUT_WORDS.test(inner) || (quote !== 'none' && /\s(?:and|or)\s/.test(inner))) return undefined;
  return { length: raw.length, name: nameOf(inner) };
}

function readBraces(text: string, index: number, quote: Quote): ReturnType<Reader> {
  if (text.startsWith('{{', index)) return readTemplate(text, index);
  const before = text.charAt(index - 1);
  if (/[${%.\w\\]/.test(before) || (quote !== 'none' && quote !== 'double' && before !== '/')) return undefined;
  const raw = matchAt(BRACE, text, index)?.[0];
  if (raw === undefined || text.slice(Math.max(0, index - 12), index).includes('jsonpath')) return undefined;
  const word = raw.slice(1, -1);
  return TEMPLATE_WORDS.test(word) ? undefined : { length: raw.length, name: nameOf(word) };
}

/** `{{ $labels.pod }}`, but not the fields and loops of a Go template. */
function readTemplate(text: string, index: number): ReturnType<Reader> {
  const [raw = '', word = ''] = matchAt(LABEL_TEMPLATE, text, index) ?? [];
  if (word === '' || TEMPLATE_WORDS.test(word) || /\{\{\s*(?:range|if|with|end)\b/.test(text)) return undefined;
  return { length: raw.length, name: nameOf(word) };
}

function readSquare(text: string, index: number, quote: Quote): ReturnType<Reader> {
  if (quote !== 'none' || !/[\s/=]/.test(text.charAt(index - 1))) return undefined;
  const raw = matchAt(SQUARE, text, index)?.[0];
  if (raw === undefined || !/^[\s/;|)]?$/.test(text.charAt(index + raw.length))) return undefined;
  if (!SQUARE_WORDS.test(raw) && !/[-_ ]/.test(raw)) return undefined;
  return { length: raw.length, name: nameOf(raw.slice(1, -1)) };
}

/** `YOUR_POD`, `POD_NAME`, `web-xxxxx`, `...`: only as a whole word, or what stands behind `TYPE/`. */
function readBare(text: string, index: number, quote: Quote): ReturnType<Reader> {
  if (quote !== 'none' && quote !== 'double' && !(quote === 'single' && /[:\s]\s*"$/.test(text.slice(0, index)))) return undefined;
  if (!/[\s/"=]/.test(text.charAt(index - 1)) || (quote !== 'none' && /^(?:\.\.\.|…)/.test(text.slice(index)))) return undefined;
  const raw = matchAt(BARE, text, index)?.[0];
  if (raw === undefined || !isPlaceholderWord(text, { index, word: raw })) return undefined;
  return { length: raw.length, name: /^(?:\.\.\.|…)$/.test(raw) ? 'left-out' : nameOf(raw) };
}

/** Letters, digits, `_` and `-` of what the author wrote, at most 60 of them. */
function nameOf(inner: string): string {
  return inner
    .replace(/[^A-Za-z0-9_]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 60);
}
