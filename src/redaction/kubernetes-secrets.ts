import { MASK } from './patterns.ts';

export type Masked = { text: string; masked: number };

const YAML_SECRET = /^[ \t]{0,40}(?:- )?kind:[ \t]{0,9}["']?Secret["']?[ \t]{0,9}$/m;
const JSON_SECRET = /"kind\\{0,9}"\s{0,20}:\s{0,20}\\{0,9}"Secret\\{0,9}"/;

/** Masks the values under `data:` and `stringData:` in a text that shows a Secret, as YAML or JSON, also as JSON within an annotation. */
export function maskKubernetesSecrets(text: string): Masked {
  const json = JSON_SECRET.test(text) ? maskJson(text) : { text, masked: 0 };
  const yaml = YAML_SECRET.test(json.text) ? maskYaml(json.text) : { text: json.text, masked: 0 };
  return { text: yaml.text, masked: json.masked + yaml.masked };
}

/** The key before the values, and how many backslashes stand before its quotes: each string that a text is put into adds some. */
const JSON_DATA = /(\\{0,9})"(?:data|stringData)\\{0,9}"\s{0,20}:\s{0,20}\{/g;

function maskJson(text: string): Masked {
  let masked = 0;
  let done = '';
  let from = 0;
  for (const head of text.matchAll(JSON_DATA)) {
    if (head.index < from) continue;
    for (const { start, end } of valuesAfter(text, head.index + head[0].length, head[1]?.length ?? 0)) {
      if (start === end || text.slice(start, end) === MASK) continue;
      masked += 1;
      done += text.slice(from, start) + MASK;
      from = end;
    }
  }
  return { text: done + text.slice(from), masked };
}

type Span = { start: number; end: number };

/** Where the texts behind the colons of a flat object stand. One that has no end goes on to the end of everything. */
function* valuesAfter(text: string, start: number, own: number): Generator<Span> {
  for (let at = start; ;) {
    const open = quoteAfter(text, at, own);
    const between = text.slice(at, open?.start);
    if (open === undefined || between.includes('}')) return;
    const close = quoteAfter(text, open.end, own);
    if (between.includes(':')) yield { start: open.end, end: close?.start ?? text.length };
    if (close === undefined) return;
    at = close.end;
  }
}

/** The next quote that begins or ends a string: as many backslashes before it as is usual there, and beyond them only pairs, at that depth. */
function quoteAfter(text: string, at: number, own: number): Span | undefined {
  const quotes = /\\{0,64}"/g;
  quotes.lastIndex = at;
  for (let found = quotes.exec(text); found !== null; found = quotes.exec(text)) {
    const extra = found[0].length - 1 - own;
    if (extra >= 0 && extra % (2 * (own + 1)) === 0) return { start: found.index + extra, end: quotes.lastIndex };
  }
  return undefined;
}

type Place = { block: number; keys: number | undefined } | undefined;

/** Line by line: what is indented deeper than `data:` are its keys; what is indented deeper than a key is the rest of its value. */
function maskYaml(text: string): Masked {
  let masked = 0;
  let place: Place;
  const lines = text.split('\n').flatMap((line) => {
    const depth = line.length - line.trimStart().length;
    if (line.trim() === '') return [line];
    if (place === undefined || depth <= place.block) {
      place = blockAt(line, depth);
      return [line];
    }
    place.keys ??= depth;
    if (depth > place.keys) return [];
    const shown = maskLine(line);
    if (shown !== line) masked += 1;
    return [shown];
  });
  return { text: lines.join('\n'), masked };
}

/** In a list, `- data:` stands two columns deeper than its dash. */
function blockAt(line: string, depth: number): Place {
  const found = /^\s*(- )?(?:data|stringData):\s*$/.exec(line);
  return found === null ? undefined : { block: depth + (found[1] === undefined ? 0 : 2), keys: undefined };
}

function maskLine(line: string): string {
  const [, key, value = ''] = /^(\s*[^:\s]+:)\s*(.*)$/.exec(line) ?? [];
  return key === undefined || value === '' || value === MASK ? line : `${key} ${MASK}`;
}
