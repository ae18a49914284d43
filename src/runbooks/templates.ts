import type { Placeholder } from './runbook.ts';

export type TemplateSegment = { readonly kind: 'text'; readonly text: string } | ({ readonly kind: 'placeholder' } & Placeholder);

/** A template with values put in: what is `missing` keeps its placeholder's text, so that a renderer can show the hole. */
export type FilledTemplate = {
  readonly segments: readonly (
    | { readonly kind: 'text'; readonly text: string }
    | { readonly kind: 'filled' | 'missing'; readonly text: string; readonly label: string }
  )[];
  /** The labels nobody gave a value for, each once. */
  readonly missing: readonly string[];
};

const PLACEHOLDER = new RegExp(
  [
    /\$?\{\{?\s*(?<brace>[$A-Za-z][\w .$-]{0,60}?)\s*\}\}?/,
    /(?<!\])\[(?<bracket>[^[\]\n]{2,120})\](?![([])/,
    /<(?<angle>[A-Za-z][\w ./-]{0,60})>/,
    /\b(?<later>TBD|TBC|TBA)\b/,
    /(?<![\w.])X{1,3}(?:\.X{1,2})?(?<unit>\s?%|\s?(?:ms|s|min|h|k|MB|GB|TB)(?!\w))?(?!\w)/,
  ]
    .map((part) => part.source)
    .join('|'),
  'g',
);

/** "label: " at the start of a line, after bullets, emphasis and emoji; a colon inside a time such as 14:05 does not end it. */
const LABEL =
  /^(?:[\s\-*+•_>]|\uFE0F|\d+[.)]\s|:[\w+-]+:|\p{Extended_Pictographic})*(?<label>[\p{L}\p{N}(](?:[^:\n]|(?<=\d):(?=\d)){0,60}?)[*_]*:[*_]*\s/u;
const NOT_PLACEHOLDERS = /^(none|unknown|unset|nil|null|br|b|i|p|hr|code|pre|strong|em|details|summary)$/i;
const STATUS_TAG =
  /^(resolved|investigating|identified|monitoring|update|incident|maintenance|action required|sev-?\d|p\d|fyi|drill|test)$/i;

/** A label as it is compared: case, spaces and emphasis do not count. */
export function normaliseLabel(label: string): string {
  return label
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[*_`]/g, '')
    .replace(/\s+/g, ' ')
    .replace(/^[\s:.-]+|[\s:.-]+$/g, '');
}

/** Splits a template at its holes. The segments' texts joined (`raw` for a placeholder) are the template again. */
export function parseTemplate(text: string): TemplateSegment[] {
  const segments: TemplateSegment[] = [];
  const used = new Map<string, number>();
  let end = 0;
  for (const match of text.matchAll(PLACEHOLDER)) {
    const placeholder = readPlaceholder(text, match);
    if (placeholder === undefined) continue;
    if (match.index > end) segments.push({ kind: 'text', text: text.slice(end, match.index) });
    segments.push({ kind: 'placeholder', ...placeholder, label: distinctLabel(placeholder, match, used) });
    end = match.index + match[0].length;
  }
  if (end < text.length) segments.push({ kind: 'text', text: text.slice(end) });
  return segments;
}

/** The holes of a template in the order of the text. */
export function placeholdersOf(text: string): Placeholder[] {
  return parseTemplate(text).flatMap((segment) => {
    if (segment.kind === 'text') return [];
    const { label, raw, unit, hint } = segment;
    return [{ label, raw, unit, hint }];
  });
}

/** Puts values in by normalised label (`normaliseLabel`). A value is never read as a template again; an empty one counts as missing. */
export function fillTemplate(template: { readonly text: string }, values: ReadonlyMap<string, string>): FilledTemplate {
  const missing = new Set<string>();
  const segments = parseTemplate(template.text).map((segment): FilledTemplate['segments'][number] => {
    if (segment.kind === 'text') return segment;
    const value = values.get(normaliseLabel(segment.label));
    if (value === undefined || value.trim() === '') {
      missing.add(segment.label);
      return { kind: 'missing', text: segment.raw, label: segment.label };
    }
    return { kind: 'filled', text: withUnit(value, segment.unit), label: segment.label };
  });
  return { segments, missing: [...missing] };
}

/** The message as plain text; a hole reads `⟨ETA: to be filled⟩`. */
export function filledText(filled: FilledTemplate): string {
  return filled.segments.map((segment) => (segment.kind === 'missing' ? `⟨${segment.label}: to be filled⟩` : segment.text)).join('');
}

function withUnit(value: string, unit: string | undefined): string {
  return unit === undefined || value.trimEnd().endsWith(unit.trim()) ? value : value + unit;
}

function readPlaceholder(text: string, match: RegExpExecArray): Placeholder | undefined {
  const before = text.slice(text.lastIndexOf('\n', match.index - 1) + 1, match.index);
  const lineLabel = LABEL.exec(before)?.groups?.['label']?.trim();
  return isNamedHole(match) ? readNamed(match, { lineLabel, startsLine: before.trim() === '' }) : readLetters(match, lineLabel);
}

function isNamedHole(match: RegExpExecArray): boolean {
  return /^[$[{<]/.test(match[0]);
}

/** `[Brief description]`, `<name>`, `{name}`: what stands in it is the hint, and the label where the line has none. */
function readNamed(match: RegExpExecArray, place: { lineLabel: string | undefined; startsLine: boolean }): Placeholder | undefined {
  const { brace, bracket, angle } = match.groups ?? {};
  const hint = (brace ?? bracket ?? angle ?? '').trim();
  const startsLine = bracket !== undefined && place.startsLine;
  return isNamed(hint, startsLine) ? { label: place.lineLabel ?? hint, raw: match[0], unit: undefined, hint } : undefined;
}

/** TBD, or an X that has a label or a unit. */
function readLetters(match: RegExpExecArray, lineLabel: string | undefined): Placeholder | undefined {
  const { later, unit } = match.groups ?? {};
  if (later === undefined && lineLabel === undefined && unit === undefined) return undefined;
  return { label: lineLabel ?? match[0], raw: match[0], unit, hint: undefined };
}

/** Status tags at the start of a line, check boxes, HTML and `<none>` of sample output look like placeholders and are none. */
function isNamed(inner: string, startsLine: boolean): boolean {
  return /\p{L}/u.test(inner) && !NOT_PLACEHOLDERS.test(inner) && !(startsLine && STATUS_TAG.test(inner));
}

/** Two holes with one label are told apart by what stands in them, or by a number; the same name twice means the same value. */
function distinctLabel(placeholder: Placeholder, match: RegExpExecArray, used: Map<string, number>): string {
  const { label, hint } = placeholder;
  const key = `${normaliseLabel(label)}\n${match[0]}`;
  const seen = used.get(normaliseLabel(label)) ?? 0;
  const isSameName = hint !== undefined && used.has(key);
  used.set(key, 1);
  if (isSameName || seen === 0) {
    used.set(normaliseLabel(label), 1);
    return label;
  }
  used.set(normaliseLabel(label), seen + 1);
  return hint !== undefined && hint !== label ? `${label} (${hint})` : `${label} ${seen + 1}`;
}
